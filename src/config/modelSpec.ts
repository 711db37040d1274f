import type { Stored } from '../support/stored.ts'
import type { modelSpecSchema, noteModelSchema, stepModelSchema } from './modelSchema.ts'

/** The four ways Magenta turns a melody into inputs and labels. */
export const ENCODING_NAMES = ['mono', 'basic', 'lookback', 'attention'] as const
/** Name of an encoding. */
export type EncodingName = (typeof ENCODING_NAMES)[number]

/** What a network of notes may do without, to see what each is worth. */
export const NOTE_ABLATIONS = ['histograms', 'metre', 'intervals'] as const
/** Name of an ablation of the notes' network. */
export type NoteAblation = (typeof NOTE_ABLATIONS)[number]

/** A network that reads a melody step by step, as Magenta's do. */
export type StepModelSpec = Stored<typeof stepModelSchema>

/** A network that reads a melody note by note: iteration 3. */
export type NoteModelSpec = Stored<typeof noteModelSchema>

/** What a network looks like: enough to build it and to read its weights. */
export type ModelSpec = Stored<typeof modelSpecSchema>

/** Whether a network reads notes rather than steps. */
export const isNoteModel = (spec: ModelSpec): spec is NoteModelSpec => spec.encoding === 'notes'

/** How far a network looks back: over this many steps, or with queries of this size; 0 if it does not. */
export function attentionOf(spec: ModelSpec): number {
  return isNoteModel(spec) ? spec.attentionSize : spec.attentionLength
}

/** Whether layer `n` adds its input to its output: above the first, where the sizes let it. */
export function isResidual({ residual, layerSizes }: StepModelSpec, n: number): boolean {
  return residual === true && n > 0 && layerSizes[n] === layerSizes[n - 1]
}

/** A dense float32 tensor, row-major. */
export interface NamedTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/**
 * Weights by name, in this order and layout:
 * `lstm_<n>/kernel` [inputs + units, 4 * units] and `lstm_<n>/bias` [4 * units], gate order i, f, c, o, with the forget
 * bias of 1 already added to the f part; `output/kernel` [units, classes], `output/bias` [classes]. With attention, for
 * the first layer also `attention/input/kernel` [inputs + units, inputs], `attention/input/bias`, `attention/w`
 * [units, units], `attention/v` [units], `attention/query/kernel` [2 * units, units], `attention/query/bias`,
 * `attention/output/kernel` [2 * units, units], `attention/output/bias`. Those of a network of notes are listed in
 * `noteParameterShapes`.
 */
export type Weights = Readonly<Record<string, NamedTensor>>
