import type * as tfjs from '@tensorflow/tfjs'
import type { NoteBatch } from '../../dataset/noteBatches.ts'
import { type Dropout, dropoutMask, dropoutOf } from '../dropout.ts'
import type { Tensor2D, Tensor3D } from '../lstmKernels.ts'
import { dense } from '../notes/noteKernels.ts'
import { follow, type NoteNetwork, type NotePass } from '../notes/notePass.ts'
import { NEAR_TOKENS, transformerSizes } from './transformerParameters.ts'
import { matrixNamed, named } from '../tensors.ts'

type Tensor4D = tfjs.Tensor4D

/** Added to the score of a token that comes later. */
const MASKED = -1e9
/** `DISTANCES.before`, what a token is to itself. */
const ITSELF = 1
const EPSILON = 1e-5

/** A pass on its way: what all blocks share. */
interface Way {
  readonly network: NoteNetwork
  readonly batch: NoteBatch
  readonly dropout: Dropout
  readonly heads: number
  /** How each token lies to those up to it [size, steps, steps], as DISTANCES numbers it. */
  readonly kinds: Tensor3D
  /** Tokens between each pair [steps, steps]. */
  readonly near: Tensor2D
}

/**
 * The forward pass of a Transformer decoder over a batch (Vaswani et al. 2017; norms before each part, as in GPT-2), with biases
 * learnt for each head by how two tokens lie in the bars, and by the tokens between them (as in T5). Of differentiable operations
 * alone. Rows are time-major, as those of the LSTM's pass. Call inside `tf.tidy`.
 */
export function transformerForward(network: NoteNetwork, batch: NoteBatch, dropout: Dropout): NotePass {
  const { tf, spec } = network
  const { steps, size, columns, inputs, endings } = batch
  const rows = steps * size
  const { heads } = transformerSizes(spec)
  const way: Way = { network, batch, dropout, heads, kinds: kindsOf(tf, batch), near: nearOf(tf, steps) }
  let signal = dense(network, 'embedding', tf.tensor2d(inputs, [rows, columns.length])).output
  for (let n = 0; n < (spec.blocks ?? 0); n++) {
    signal = signal.add(dropped(way, attended(way, `block_${n}`, signal), 2 * n))
    const widened = dense(
      network,
      `block_${n}/up`,
      normed(network, `block_${n}/norm_1`, signal),
    ).output.relu<Tensor2D>()
    signal = signal.add(dropped(way, dense(network, `block_${n}/down`, widened).output, 2 * n + 1))
  }
  const state = normed(network, 'norm', signal)
  const ends = tf.tensor2d(endings, [rows, endings.length / rows])
  const length = dense(network, 'length', state)
  return { layers: [], lookBack: null, meet: null, state, length, following: follow(network, state, ends) }
}

/** What each token finds among those up to it, by each head. */
function attended({ network, batch, heads, kinds, near }: Way, block: string, signal: Tensor2D): Tensor2D {
  const { tf, tensors } = network
  const { steps, size } = batch
  const input = normed(network, `${block}/norm_0`, signal)
  const byHead = (name: string): Tensor4D => {
    const rows = dense(network, `${block}/${name}`, input).output
    return rows.reshape<Tensor4D>([steps, size, heads, -1]).transpose([1, 2, 0, 3])
  }
  const [queries, keys, values] = [byHead('query'), byHead('key'), byHead('value')]
  const masked = tf.fill<tfjs.Rank.R2>([1, heads], MASKED)
  const byKind = tf.gather(masked.concat([matrixNamed(tensors, `${block}/distance/bias`)]), kinds.toInt())
  const byNear = tf.gather(named(tensors, `${block}/near/bias`), near.toInt())
  const bias = byKind.add<Tensor4D>(byNear).transpose<Tensor4D>([0, 3, 1, 2])
  const scale = 1 / Math.sqrt(queries.shape[3])
  const shares = tf.matMul(queries, keys, false, true).mul(scale).add<Tensor4D>(bias).softmax()
  const found = tf
    .matMul(shares, values)
    .transpose([2, 0, 1, 3])
    .reshape<Tensor2D>([steps * size, -1])
  return dense(network, `${block}/output`, found).output
}

/** Each row with mean 0 and variance 1, then as the tensors of that name say. */
function normed({ tensors }: NoteNetwork, name: string, rows: Tensor2D): Tensor2D {
  const centred = rows.sub(rows.mean(1, true))
  const scaled = centred.div(centred.square().mean(1, true).add(EPSILON).sqrt())
  return scaled.mul(named(tensors, `${name}/gain/bias`).add(1)).add(named(tensors, `${name}/bias`))
}

function dropped({ network: { tf }, dropout }: Way, rows: Tensor2D, n: number): Tensor2D {
  if (dropout.keepProbability >= 1) return rows
  const { keepProbability, seed } = dropoutOf(dropout, 'layer', n)
  return rows.mul(tf.tensor2d(dropoutMask(rows.size, keepProbability, seed), rows.shape))
}

/** `distances` without its last column, and with each token lying before itself. */
function kindsOf(tf: typeof tfjs, { distances, size, steps }: NoteBatch): Tensor3D {
  const kinds = new Int32Array(size * steps * steps)
  for (let row = 0; row < size * steps; row++) {
    kinds.set(distances.subarray(row * (steps + 1), row * (steps + 1) + steps), row * steps)
    kinds[row * steps + (row % steps)] = ITSELF
  }
  return tf.tensor3d(kinds, [size, steps, steps], 'int32')
}

function nearOf(tf: typeof tfjs, steps: number): Tensor2D {
  const near = Int32Array.from({ length: steps * steps }, (_, n) => {
    const tokens = Math.floor(n / steps) - (n % steps)
    return Math.min(Math.max(tokens, 0), NEAR_TOKENS - 1)
  })
  return tf.tensor2d(near, [steps, steps], 'int32')
}
