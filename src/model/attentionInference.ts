import { type Affine, affine, applyAffine, tensor } from './affine.ts'
import type { Weights } from '../config/modelSpec.ts'
import { tanh } from './portableMath.ts'
import { softmax } from './shares.ts'

/** Attention over the last outputs of the first layer, as in Magenta's attention_rnn (arXiv 1601.06733). */
export interface Attention {
  readonly length: number
  readonly units: number
  /** From [input, attended] to what the LSTM cell reads. */
  readonly input: Affine
  /** From [cell state, cell output] to the query. */
  readonly query: Affine
  /** From [cell output, attended] to the layer's output. */
  readonly output: Affine
  /** Features of an output in the window: no bias. */
  readonly features: Affine
  readonly v: Float32Array
}

/** An output in the window, with its features: they stay the same for as long as it is in there. */
export interface Past {
  readonly output: Float32Array
  readonly features: Float64Array
}

/** What attention remembers between steps. */
export interface AttentionState {
  /** Weighted mean of the window, which the next step's input is mixed with. */
  readonly attended: Float32Array
  /** The layer's last outputs, the oldest first; zeros before the first step. */
  readonly window: readonly Past[]
  /** The newest output. */
  readonly output: Float32Array
}

/** The attention of a model whose weights these are; looks `length` steps back. */
export function createAttention(length: number, weights: Weights): Attention {
  const w = tensor(weights, 'attention/w')
  const [rows = 0, columns = 0] = w.shape
  return {
    length,
    units: rows,
    input: affine(weights, 'attention/input'),
    query: affine(weights, 'attention/query'),
    output: affine(weights, 'attention/output'),
    features: { rows, columns, kernel: w.data.slice(), bias: new Float32Array(columns) },
    v: tensor(weights, 'attention/v').data.slice(),
  }
}

/** The state before the first step: a window of zeros. */
export function initialAttention(attention: Attention): AttentionState {
  const { length, units } = attention
  const zeros = new Float32Array(units)
  const past = pastOf(attention, zeros)
  return { attended: zeros, window: Array.from({ length }, () => past), output: zeros }
}

function pastOf({ features }: Attention, output: Float32Array): Past {
  return { output, features: applyAffine(features, [output]) }
}

/** The input of the LSTM cell: the step's input mixed with what was attended to the step before. */
export function mixInput(attention: Attention, state: AttentionState, input: Float32Array): Float32Array {
  return new Float32Array(applyAffine(attention.input, [input, state.attended]))
}

/** Looks back over the window with the cell's new state as the query, and moves the window on by the layer's output. */
export function attend(
  attention: Attention,
  state: AttentionState,
  cell: Float32Array,
  hidden: Float32Array,
): AttentionState {
  const query = applyAffine(attention.query, [cell, hidden])
  const scores = state.window.map((past) => score(attention, past, query))
  const attended = weightedMean(state.window, softmax(scores), attention.units)
  const output = new Float32Array(applyAffine(attention.output, [hidden, attended]))
  return { attended, window: [...state.window.slice(1), pastOf(attention, output)], output }
}

function score({ v }: Attention, { features }: Past, query: Float64Array): number {
  let sum = 0
  for (let i = 0; i < features.length; i++)
    sum += (v[i] as number) * tanh((features[i] as number) + (query[i] as number))
  return sum
}

function weightedMean(window: readonly Past[], weights: ArrayLike<number>, units: number): Float32Array {
  const sums = new Float64Array(units)
  for (const [n, { output }] of window.entries()) {
    for (let i = 0; i < units; i++) sums[i] = (sums[i] as number) + (weights[n] as number) * (output[i] as number)
  }
  return new Float32Array(sums)
}
