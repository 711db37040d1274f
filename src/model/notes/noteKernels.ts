import type * as tfjs from '@tensorflow/tfjs'
import { DISTANCES } from '../../dataset/noteBatches.ts'
import type { LstmKernels, Tensor1D, Tensor2D, Tensor3D } from '../lstmKernels.ts'
import { both } from '../../support/both.ts'
import { itemAt } from '../../support/itemAt.ts'
import { matrixNamed, ofRank, type Tensors } from '../tensors.ts'

/** What dense layers need of a network: its products and its weights. */
export interface Layers {
  readonly kernels: Pick<LstmKernels, 'product'>
  readonly tensors: Tensors
}

/** y = x W + b, with what its backward pass needs. */
export interface Dense {
  readonly name: string
  readonly input: Tensor2D
  readonly output: Tensor2D
}

/** The dense layer of that name; without a bias where the weights hold none. */
export function dense({ kernels, tensors }: Layers, name: string, input: Tensor2D): Dense {
  const product = kernels.product(input, matrixNamed(tensors, `${name}/kernel`))
  const bias = tensors[`${name}/bias`]
  return { name, input, output: bias === undefined ? product : product.add<Tensor2D>(bias) }
}

/** Notes the gradients of a dense layer by name, from that by its output; returns that by its input. */
export function denseBackward(
  { kernels, tensors, gradients }: Layers & { readonly gradients: Record<string, tfjs.Tensor> },
  { name, input }: Dense,
  gradient: Tensor2D,
): Tensor2D {
  gradients[`${name}/kernel`] = kernels.product(input, gradient, true)
  if (`${name}/bias` in tensors) gradients[`${name}/bias`] = gradient.sum(0)
  return kernels.product(gradient, matrixNamed(tensors, `${name}/kernel`), false, true)
}

/** Loss of each row in nats, and its gradient by the logits, each row times its weight. */
export interface TargetLoss {
  readonly losses: Tensor1D
  readonly gradient: Tensor2D
  /** Log-probability of each class [rows, classes]. */
  readonly logProbabilities: Tensor2D
}

/**
 * −log of the probability that logits [rows, classes] give to all classes that count, each as much as its target says.
 * @param logTargets log of how much each class counts [rows, classes].
 */
export function targetLoss(logits: Tensor2D, logTargets: Tensor2D, rowWeights: Tensor1D): TargetLoss {
  const logProbabilities = logits.logSoftmax<Tensor2D>()
  const hits = logProbabilities.add<Tensor2D>(logTargets)
  const gradient = logits.softmax<Tensor2D>().sub(hits.softmax()).mul<Tensor2D>(rowWeights.expandDims(1))
  return { losses: ofRank<tfjs.Rank.R1>(hits.logSumExp(1).neg(), 1), gradient, logProbabilities }
}

/** The parts of attention that are a row for each token, [size, steps, ·]. */
export interface Attended {
  readonly queries: Tensor3D
  /** With a last row of zeros: what a token attends to that finds nothing. */
  readonly keys: Tensor3D
  readonly values: Tensor3D
  /** How much each token attends to each earlier one, and to nothing [size, steps, steps + 1]. */
  readonly shares: Tensor3D
  /** [size, steps, units] */
  readonly output: Tensor3D
}

/** Dot-product attention to earlier tokens (Vaswani et al. 2017) with a learnt bias for each kind of distance. */
export function attend(
  tf: typeof tfjs,
  { queries, keys, values }: Pick<Attended, 'queries' | 'keys' | 'values'>,
  bias: Tensor3D,
): Attended {
  const scale = 1 / Math.sqrt(queries.shape[2])
  const [withNothing, nothing] = both([keys, values], (rows) =>
    rows.pad<Tensor3D>([
      [0, 0],
      [0, 1],
      [0, 0],
    ]),
  )
  const scores = tf.matMul(queries, withNothing, false, true).mul(scale).add<Tensor3D>(bias)
  const shares = scores.softmax()
  return { queries, keys: withNothing, values: nothing, shares, output: tf.matMul(shares, nothing) }
}

/** Gradients by what `attend` was given, from that by its output. */
export function attendBackward(
  tf: typeof tfjs,
  { queries, keys, values, shares }: Attended,
  gradient: Tensor3D,
): { queries: Tensor3D; keys: Tensor3D; values: Tensor3D; scores: Tensor3D } {
  const scale = 1 / Math.sqrt(queries.shape[2])
  const byShares = tf.matMul(gradient, values, false, true)
  const scores = shares.mul<Tensor3D>(byShares.sub(shares.mul(byShares).sum(2, true)))
  const withoutNothing = (rows: Tensor3D): Tensor3D => rows.slice([0, 0, 0], [-1, queries.shape[1], -1])
  return {
    queries: tf.matMul(scores, keys).mul(scale),
    keys: withoutNothing(tf.matMul(scores, queries, true).mul(scale)),
    values: withoutNothing(tf.matMul(shares, gradient, true)),
    scores,
  }
}

/** Added to the score of a token that cannot be attended to. */
const MASKED = -1e9

/** Bias of each pair's score from the learnt bias of its kind; the last column, nothing, has 0. */
export function distanceBias(learnt: ArrayLike<number>, distances: Uint8Array, steps: number): Float32Array {
  const ofKind = Float32Array.from({ length: learnt.length + 1 }, (_, kind) =>
    kind === DISTANCES.masked ? MASKED : itemAt(learnt, kind - 1),
  )
  const bias = new Float32Array(distances.length)
  for (let n = 0; n < bias.length; n++) bias[n] = ofKind[distances[n]!]!
  for (let n = steps; n < bias.length; n += steps + 1) bias[n] = 0
  return bias
}

/** Gradient by the learnt biases [kinds - 1] from that by the scores. */
export function distanceGradient(scores: ArrayLike<number>, distances: Uint8Array, kinds: number): Float32Array {
  const sums = new Float64Array(kinds)
  for (let n = 0; n < distances.length; n++) sums[distances[n]!]! += scores[n]!
  return Float32Array.from(sums.subarray(1))
}
