import type { WarmStartConfig } from '../config/experimentConfig.ts'
import type { AdamState } from '../model/adam.ts'
import { initialAdam } from '../model/adam.ts'
import { type Checkpoint, modelWeights } from '../model/checkpoint.ts'
import { attentionOf, type ModelSpec, type Weights } from '../config/modelSpec.ts'
import { copyWeights, initialWeights, parameterShapes } from '../model/weights.ts'
import { UserError } from '../support/errors.ts'
import { propertyOf } from '../support/itemAt.ts'

/** Where training starts: weights, optimizer, the steps already behind them, and what came from another run. */
export interface Start {
  readonly weights: Weights
  readonly adam: AdamState
  /** Optimizer steps since the first ancestor's scratch. */
  readonly step: number
  /** Tensors taken over by name and shape; null from scratch. */
  readonly restored: readonly string[] | null
}

/** What becomes of one tensor in a transfer. */
export interface TensorTransfer {
  readonly name: string
  /**
   * `restored`: the parent's values; `new`: the parent has none of this name and shape, so it starts from the seed;
   * `skipped`: the parent has it and this model has not, or in another shape, and then starts from the seed.
   */
  readonly action: 'restored' | 'new' | 'skipped'
  /** In this model; null if it has none of the name. */
  readonly shape: readonly number[] | null
  /** In the parent; null where that has none of the name. */
  readonly parentShape: readonly number[] | null
  /** Keeps its values while the others learn. */
  readonly frozen: boolean
}

/** Fresh weights from a seed. */
export function fromScratch(spec: ModelSpec, seed: number): Start {
  const weights = initialWeights(spec, seed)
  return { weights, adam: initialAdam(weights), step: 0, restored: null }
}

/**
 * What becomes of each tensor when a model resumes from the weights of another: of this model's in their order, then of those
 * only the parent has.
 * @param freeze names of tensors, or the part before their slash. @throws UserError for one that names nothing.
 */
export function planTransfer(parent: Checkpoint, spec: ModelSpec, freeze: readonly string[] = []): TensorTransfer[] {
  const shapes = new Map(parameterShapes(spec).map(({ name, shape }) => [name, shape]))
  const frozen = frozenNames(spec, freeze)
  const own = [...shapes].map(([name, shape]): TensorTransfer => {
    const parentShape = parent.weights[name]?.shape ?? null
    const action = parentShape?.join() === shape.join() ? 'restored' : parentShape === null ? 'new' : 'skipped'
    return { name, action, shape, parentShape, frozen: frozen.has(name) }
  })
  const others = Object.entries(parent.weights)
    .filter(([name]) => !shapes.has(name))
    .map(([name, { shape }]): TensorTransfer => ({
      ...{ name, action: 'skipped', shape: null, parentShape: shape, frozen: false },
    }))
  return [...own, ...others]
}

/** Names of the tensors that keep their values. @throws UserError for an entry that names no tensor of the model. */
export function frozenNames(spec: ModelSpec, freeze: readonly string[]): ReadonlySet<string> {
  const names = parameterShapes(spec).map(({ name }) => name)
  const found = freeze.map((entry) => {
    const matches = names.filter((name) => name === entry || name.startsWith(`${entry}/`))
    if (matches.length > 0) return matches
    throw new UserError(`training.freeze names "${entry}", which is not a tensor of this model: ${names.join(', ')}`)
  })
  const frozen = new Set(found.flat())
  if (frozen.size === names.length) throw new UserError('training.freeze freezes every tensor: leave one out')
  return frozen
}

/** A plan as text, one line per tensor. */
export function describePlan(plan: readonly TensorTransfer[]): string[] {
  const widest = Math.max(...plan.map(({ name }) => name.length))
  const size = (shape: readonly number[] | null) => (shape === null ? 'none' : `[${shape.join(', ')}]`)
  return plan.map(({ name, action, shape, parentShape, frozen }) => {
    const shapes = action === 'skipped' ? `${size(parentShape)} here ${size(shape)}` : size(shape)
    return `  ${action.padEnd(8)}  ${name.padEnd(widest)}  ${shapes}${frozen ? '  frozen' : ''}`
  })
}

/** Whether a tensor is a bias: of the same shape in models that have little else in common. */
export const isBias = (name: string): boolean => name.endsWith('/bias')

/**
 * Names of the tensors that a plan restores.
 * @throws UserError when not one of them is more than a bias: such a model knows nothing of its parent.
 */
export function restoredNames(plan: readonly TensorTransfer[], parent: Checkpoint, spec: ModelSpec): string[] {
  const names = plan.filter(({ action }) => action === 'restored').map(({ name }) => name)
  if (!names.every(isBias)) return names
  const found = names.length === 0 ? 'no tensor' : `nothing but ${names.join(', ')}`
  throw new UserError(
    `nothing to restore: ${found} of the ${nameOf(parent.spec)} checkpoint fits a ${nameOf(spec)} model; ` +
      "leave out settings of the model to take the parent's, or use a parent of the same encoding and layer sizes",
  )
}

/**
 * Weights of another run by name and shape, and with `optimizerState` its Adam slots and step too; a tensor it does not
 * have, or has in another shape, starts fresh. Without its optimizer a parent that averaged its weights gives the mean.
 * @throws UserError when nothing but biases fits.
 */
export function warmStart(
  parent: Checkpoint,
  spec: ModelSpec,
  seed: number,
  { optimizerState }: Pick<WarmStartConfig, 'optimizerState'>,
): Start {
  const fresh = initialWeights(spec, seed)
  const restored = restoredNames(planTransfer(parent, spec), parent, spec)
  const kept = optimizerState ? parent.adam : null
  const source = kept === null ? modelWeights(parent) : parent.weights
  const weights = copyWeights({ ...fresh, ...pick(source, restored) })
  const adam = initialAdam(weights)
  const step = stepOf(parent)
  if (kept === null) return { weights, adam, step, restored }
  return {
    weights,
    adam: {
      m: copyWeights({ ...adam.m, ...pick(kept.m, restored) }),
      v: copyWeights({ ...adam.v, ...pick(kept.v, restored) }),
      step: kept.step,
    },
    step,
    restored,
  }
}

function stepOf({ state, adam }: Checkpoint): number {
  return typeof state['step'] === 'number' ? state['step'] : (adam?.step ?? 0)
}

function pick(weights: Weights, names: readonly string[]): Weights {
  return Object.fromEntries(names.map((name) => [name, propertyOf(weights, name)]))
}

function nameOf(spec: ModelSpec): string {
  const size = attentionOf(spec)
  return `${spec.encoding} ${spec.layerSizes.join('+')}${size > 0 ? ` attention ${size}` : ''}`
}
