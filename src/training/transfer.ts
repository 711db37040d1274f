import type { AdamState } from '../model/adam.js'
import { initialAdam } from '../model/adam.js'
import type { Checkpoint } from '../model/checkpoint.js'
import type { ModelSpec, NamedTensor, Weights } from '../model/modelSpec.js'
import { copyWeights, initialWeights } from '../model/weights.js'
import { UserError } from '../support/errors.js'

/** Where training starts: weights, optimizer, the steps already behind them, and what came from another run. */
export interface Start {
  readonly weights: Weights
  readonly adam: AdamState
  /** Optimizer steps since the first ancestor's scratch. */
  readonly step: number
  /** Tensors taken over by name and shape; null from scratch. */
  readonly restored: readonly string[] | null
}

/** Fresh weights from a seed. */
export function fromScratch(spec: ModelSpec, seed: number): Start {
  const weights = initialWeights(spec, seed)
  return { weights, adam: initialAdam(weights), step: 0, restored: null }
}

/**
 * Weights of another run by name and shape, and with `optimizerState` its Adam slots and step too; a tensor it does not
 * have, or has in another shape, starts fresh.
 * @throws UserError when not one tensor fits.
 */
export function warmStart(parent: Checkpoint, spec: ModelSpec, seed: number, optimizerState: boolean): Start {
  const fresh = initialWeights(spec, seed)
  const restored = Object.keys(fresh).filter((name) => sameShape(fresh[name], parent.weights[name]))
  if (restored.length === 0)
    throw new UserError(
      `nothing to go on from: no tensor of the ${nameOf(parent.spec)} checkpoint fits a ${nameOf(spec)} model; ` +
        'use a parent of the same encoding and layer sizes',
    )
  const weights = copyWeights({ ...fresh, ...pick(parent.weights, restored) })
  const adam = initialAdam(weights)
  const step = stepOf(parent)
  if (!optimizerState || parent.adam === null) return { weights, adam, step, restored }
  const { m, v } = parent.adam
  return {
    weights,
    adam: {
      m: copyWeights({ ...adam.m, ...pick(m, restored) }),
      v: copyWeights({ ...adam.v, ...pick(v, restored) }),
      step: parent.adam.step,
    },
    step,
    restored,
  }
}

function stepOf({ state, adam }: Checkpoint): number {
  return typeof state['step'] === 'number' ? state['step'] : (adam?.step ?? 0)
}

function pick(weights: Weights, names: readonly string[]): Weights {
  return Object.fromEntries(names.map((name) => [name, weights[name] as NamedTensor]))
}

function sameShape(a: NamedTensor | undefined, b: NamedTensor | undefined): boolean {
  return a !== undefined && b !== undefined && a.shape.join() === b.shape.join()
}

function nameOf({ encoding, layerSizes, attentionLength }: ModelSpec): string {
  return `${encoding} ${layerSizes.join('+')}${attentionLength > 0 ? ` attention ${attentionLength}` : ''}`
}
