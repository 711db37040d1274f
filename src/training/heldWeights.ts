import type { TrainedConfig } from '../config/experimentConfig.ts'
import { isNoteModel, type Weights } from '../config/modelSpec.ts'
import { type Rows, secondVoicePart } from '../model/notes/withSecondVoice.ts'
import { parameterShapes } from '../model/weights.ts'
import { UserError } from '../support/errors.ts'
import { openAnchor } from './openAnchor.ts'
import type { RunFiles } from './runDirectory.ts'
import { frozenNames } from './transfer.ts'

/** What a training leaves as it is, and what it stays near. */
export interface HeldWeights {
  readonly frozen: ReadonlySet<string>
  /** Of these tensors the other rows are left as they are. */
  readonly learnt: ReadonlyMap<string, Rows>
  /** The weights that a penalty keeps it near; null without one. */
  readonly anchor: Weights | null
}

/**
 * What the config holds.
 * @throws UserError for a name that is not a tensor, and for `onlyNew` without a second voice.
 */
export async function heldBy(files: RunFiles, config: TrainedConfig, first: Weights | null): Promise<HeldWeights> {
  const { model, training } = config
  const frozen = frozenNames(model, training.freeze)
  const anchor = await openAnchor(files, config, first)
  if (training.onlyNew !== true) return { frozen, learnt: new Map(), anchor }
  if (!isNoteModel(model) || model.secondVoice !== true)
    throw new UserError('training.onlyNew is of a second voice (iteration 3.3): leave it out')
  const part = secondVoicePart(model)
  const others = parameterShapes(model)
    .map(({ name }) => name)
    .filter((name) => !part.has(name))
  const learnt = [...part].flatMap(([name, rows]): [string, Rows][] => (rows === null ? [] : [[name, rows]]))
  return { frozen: new Set([...frozen, ...others]), learnt: new Map(learnt), anchor }
}

/** Gradients of what is learnt: without frozen tensors, in place zero outside the rows that are learnt. */
export function heldBack(gradients: Weights, { frozen, learnt }: HeldWeights): Weights {
  for (const [name, [from, to]] of learnt) {
    const tensor = gradients[name]
    const columns = tensor?.shape.at(-1) ?? 0
    tensor?.data.fill(0, 0, from * columns)
    tensor?.data.fill(0, to * columns)
  }
  return without(gradients, frozen)
}

/** The tensors but those of these names. */
export function without(weights: Weights, names: ReadonlySet<string>): Weights {
  return names.size === 0 ? weights : Object.fromEntries(Object.entries(weights).filter(([name]) => !names.has(name)))
}
