import type * as tfjs from '@tensorflow/tfjs'
import { lstmGates } from './lstmKernels.ts'
import { ofSteps, stepsOf } from './tensors.ts'

type Tensor1D = tfjs.Tensor1D
type Tensor2D = tfjs.Tensor2D
/** A tensor of three dimensions. */
export type Tensor3D = tfjs.Tensor3D

/** Names of the first layer's tensors with attention, in the order the kernels take them. */
export const ATTENTION_LAYER = [
  'lstm_0/kernel',
  'lstm_0/bias',
  'attention/input/kernel',
  'attention/input/bias',
  'attention/w',
  'attention/v',
  'attention/query/kernel',
  'attention/query/bias',
  'attention/output/kernel',
  'attention/output/bias',
] as const

/** Settings of the attention operation. */
export interface AttentionOptions {
  /** Own last outputs a step attends to. */
  readonly length: number
  /** Added to the forget gates' sums; 0 where the bias holds it. */
  readonly forgetBias: number
}

/**
 * Output [steps, batch, units] of an LSTM layer that attends to its own last outputs (Bahdanau et al. 2015, as
 * Magenta's attention_rnn uses it), from a zero state. At each step the input is mixed with what the step before
 * attended to; the LSTM's cell and output are the query; the layer's output mixes the LSTM's with what it attends to.
 * Outputs before the first are zero, and attended to like any other. Time-major; differentiable on every backend.
 */
export function attentionForward(
  tf: typeof tfjs,
  input: Tensor3D,
  parameters: readonly tfjs.Tensor[],
  { length, forgetBias }: AttentionOptions,
): Tensor3D {
  const [kernel, bias, inKernel, inBias, w, v, queryKernel, queryBias, outKernel, outBias] = parameters as Parameters
  const batch = input.shape[1]
  const units = v.shape[0]
  const affine = (parts: Tensor2D[], matrix: Tensor2D, offset: Tensor1D) =>
    tf.matMul(tf.concat<Tensor2D>(parts, 1), matrix).add<Tensor2D>(offset)
  const zero = tf.zeros<tfjs.Rank.R2>([batch, units])
  let [cell, hidden, attended] = [zero, zero, zero]
  // [batch, length, units], newest last. The features of an output never change, so they are computed once.
  let remembered = tf.zeros<tfjs.Rank.R3>([batch, length, units])
  let features = remembered
  const appended = (window: Tensor3D, newest: Tensor2D) =>
    tf.concat([window.slice([0, 1, 0], [-1, length - 1, -1]), newest.expandDims<Tensor3D>(1)], 1)
  const outputs: Tensor2D[] = []
  for (const row of stepsOf(tf, input)) {
    const mixed = affine([row, attended], inKernel, inBias)
    const sums = affine([mixed, hidden], kernel, bias)
    const [i, f, c, o] = lstmGates(tf, sums, forgetBias)
    cell = f.mul(cell).add(i.mul(c))
    hidden = o.mul(cell.tanh())
    const query = affine([cell, hidden], queryKernel, queryBias).expandDims(1)
    const scores = features.add(query).tanh().mul(v).sum<Tensor2D>(2)
    attended = remembered.mul(scores.softmax().expandDims(2)).sum<Tensor2D>(1)
    const output = affine([hidden, attended], outKernel, outBias)
    outputs.push(output)
    remembered = appended(remembered, output)
    features = appended(features, tf.matMul(output, w))
  }
  return ofSteps(tf, outputs)
}

type Parameters = [Tensor2D, Tensor1D, Tensor2D, Tensor1D, Tensor2D, Tensor1D, Tensor2D, Tensor1D, Tensor2D, Tensor1D]

/** Gradients by the layer's tensors, in the order of ATTENTION_LAYER, given those by its output. */
export function attentionBackward(
  tf: typeof tfjs,
  input: Tensor3D,
  parameters: readonly tfjs.Tensor[],
  options: AttentionOptions,
  outputGradient: Tensor3D,
): tfjs.Tensor[] {
  const forward = (...tensors: tfjs.Tensor[]) => attentionForward(tf, input, tensors, options)
  return tf.grads(forward)([...parameters], outputGradient)
}
