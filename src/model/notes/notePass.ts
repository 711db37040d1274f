import type * as tfjs from '@tensorflow/tfjs'
import type { NoteModelSpec } from '../../config/modelSpec.ts'
import type { NoteBatch } from '../../dataset/noteBatches.ts'
import { type Dropout, dropoutOf } from '../dropout.ts'
import type { LstmKernels, LstmTape, Tensor1D, Tensor2D, Tensor3D } from '../lstmKernels.ts'
import { attend, type Attended, type Dense, dense, distanceBias } from './noteKernels.ts'
import { both } from '../../support/both.ts'
import { matrixNamed, named, vectorNamed, type Tensors } from '../tensors.ts'

/** A network that reads notes, ready to run. */
export interface NoteNetwork {
  readonly tf: typeof tfjs
  readonly spec: NoteModelSpec
  readonly kernels: LstmKernels
  /** The weights on the backend; of the kernels that read inputs only the rows of the columns a batch uses. */
  readonly tensors: Tensors
}

/** One LSTM layer's pass; the dropout on its output is null where nothing is dropped. */
export interface NoteLayer {
  readonly tape: LstmTape
  readonly dropout: Dropout | null
}

/** What looking back found: what was mixed, and the layer that takes it in. */
export interface LookBack {
  readonly query: Dense
  readonly key: Dense
  readonly value: Dense
  readonly attended: Attended
  readonly output: Dense
  /** The output's positive part, which is added to the state [rows, units]. */
  readonly gain: Tensor2D
}

/** What a forward pass keeps. Rows are tokens x melodies, time-major. */
export interface NotePass {
  readonly layers: readonly NoteLayer[]
  /** Null without attention. */
  readonly lookBack: LookBack | null
  /** What the heads read [rows, units]. */
  readonly state: Tensor2D
  /** Logits of the token's length. */
  readonly length: Dense
  /** What each kind of meeting with the other voice adds to the log odds that the token ends; null without a second voice. */
  readonly meet: Dense | null
  readonly following: Following
}

/** What follows a token whose length is known. */
export interface Following {
  /** From state and ending to hidden units, before their positive part is taken. */
  readonly hidden: Dense
  readonly kept: Tensor2D
  readonly rest: Dense
  readonly interval: Dense
}

/** The forward pass over a batch. Call inside `tf.tidy`. */
export function forward(network: NoteNetwork, batch: NoteBatch, dropout: Dropout): NotePass {
  const { tf, spec, kernels, tensors } = network
  const { steps, size, columns, inputs } = batch
  const input = tf.tensor3d(inputs, [steps, size, columns.length])
  let signal = input
  const layers = spec.layerSizes.map((_, n): NoteLayer => {
    const tape = kernels.forward(signal, ...parameters(tensors, `lstm_${n}`))
    const dropped = dropout.keepProbability >= 1 ? null : dropoutOf(dropout, 'layer', n)
    signal = dropped === null ? tape.hidden : kernels.dropout(tape.hidden, dropped)
    return { tape, dropout: dropped }
  })
  const hidden = signal.reshape<Tensor2D>([steps * size, -1])
  const lookBack = spec.attentionSize > 0 ? look(network, batch, { input, hidden }) : null
  const state = lookBack === null ? hidden : hidden.add<Tensor2D>(lookBack.gain)
  const endings = tf.tensor2d(batch.endings, [steps * size, batch.endings.length / (steps * size)])
  return {
    layers,
    lookBack,
    state,
    length: dense(network, 'length', state),
    meet: spec.secondVoice ? dense(network, 'meet', state) : null,
    following: follow(network, state, endings),
  }
}

/** Heads of what follows: rows of `state` whose tokens end as `endings` say. */
export function follow(network: NoteNetwork, state: Tensor2D, endings: Tensor2D): Following {
  const joined = state.concat<Tensor2D>([endings], 1)
  const hidden = dense(network, 'next', joined)
  const kept = hidden.output.relu<Tensor2D>()
  return {
    hidden,
    kept,
    rest: dense(network, 'rest', kept),
    interval: dense(network, 'interval', kept),
  }
}

function look(
  network: NoteNetwork,
  batch: NoteBatch,
  { input, hidden }: { readonly input: Tensor3D; readonly hidden: Tensor2D },
): LookBack {
  const { tf, tensors } = network
  const { steps, size } = batch
  const query = dense(network, 'attention/query', hidden)
  const key = dense(network, 'attention/key', hidden)
  const remembered = hidden.concat<Tensor2D>([followers(input)], 1)
  const value = dense(network, 'attention/value', remembered)
  const learnt = named(tensors, 'attention/distance/bias').dataSync<'float32'>()
  const bias = tf.tensor3d(distanceBias(learnt, batch.distances, steps), [size, steps, steps + 1])
  const [queries, keys] = both([query.output, key.output], (rows) => byMelody(rows, batch))
  const attended = attend(tf, { queries, keys, values: byMelody(value.output, batch) }, bias)
  const found = hidden.concat<Tensor2D>([byToken(attended.output)], 1)
  const output = dense(network, 'attention/output', found)
  return { query, key, value, attended, output, gain: output.output.relu() }
}

/** The input row of the token after each one; zeros after the last. */
function followers(input: Tensor3D): Tensor2D {
  const [, size, width] = input.shape
  const rows = input.reshape<Tensor2D>([-1, width])
  return rows.slice([size, 0]).pad([
    [0, size],
    [0, 0],
  ])
}

/** Time-major rows as [size, steps, ·]. */
export function byMelody(rows: Tensor2D, { steps, size }: Pick<NoteBatch, 'steps' | 'size'>): Tensor3D {
  return rows.reshape<Tensor3D>([steps, size, -1]).transpose([1, 0, 2])
}

/** The way back. */
export function byToken(melodies: Tensor3D): Tensor2D {
  return melodies.transpose<Tensor3D>([1, 0, 2]).reshape([-1, melodies.shape[2]])
}

/** Kernel and bias of that name. */
export function parameters(tensors: Tensors, name: string): [Tensor2D, Tensor1D] {
  return [matrixNamed(tensors, `${name}/kernel`), vectorNamed(tensors, `${name}/bias`)]
}
