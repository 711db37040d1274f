import type * as tfjs from '@tensorflow/tfjs'
import type { Weights } from '../config/modelSpec.ts'

/** Tensors by name. */
export type Tensors = Readonly<Record<string, tfjs.Tensor>>

/** Weights as tensors, by the same names. */
export function upload(tf: typeof tfjs, weights: Weights): Tensors {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape], 'float32')]),
  )
}

/** A tensor by its name. @throws Error where the weights have none. */
export function named(tensors: Tensors, name: string): tfjs.Tensor {
  const tensor = tensors[name]
  if (tensor === undefined) throw new Error(`the weights have no tensor "${name}"`)
  return tensor
}

/** A kernel or a table by its name. */
export const matrixNamed = (tensors: Tensors, name: string): tfjs.Tensor2D =>
  ofRank<tfjs.Rank.R2>(named(tensors, name), 2)

/** A bias by its name. */
export const vectorNamed = (tensors: Tensors, name: string): tfjs.Tensor1D =>
  ofRank<tfjs.Rank.R1>(named(tensors, name), 1)

/** The matrices of each step, first to last. */
export const stepsOf = (tf: typeof tfjs, tensor: tfjs.Tensor3D): tfjs.Tensor2D[] =>
  tf.unstack(tensor).map((step) => ofRank<tfjs.Rank.R2>(step, 2))

/** Matrices one after the other. */
export const ofSteps = (tf: typeof tfjs, steps: tfjs.Tensor2D[]): tfjs.Tensor3D =>
  ofRank<tfjs.Rank.R3>(tf.stack(steps), 3)

/** The tensor, known to have a rank. @throws Error where it has another. */
export function ofRank<R extends tfjs.Rank>(tensor: tfjs.Tensor, rank: number): tfjs.Tensor<R> {
  if (hasRank<R>(tensor, rank)) return tensor
  throw new Error(`a tensor of rank ${tensor.rank}, not ${rank}`)
}

const hasRank = <R extends tfjs.Rank>(tensor: tfjs.Tensor, rank: number): tensor is tfjs.Tensor<R> =>
  tensor.rank === rank

/** `tf.tidy` for a result that holds no tensor: all that `work` made is freed, whatever happens. */
export function tidied<T>(tf: typeof tfjs, work: () => T): T {
  tf.engine().startScope()
  try {
    return work()
  } finally {
    tf.engine().endScope()
  }
}
