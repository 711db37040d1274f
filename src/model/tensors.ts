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

/** `tf.tidy` for a result that holds no tensor: all that `work` made is freed, whatever happens. */
export function tidied<T>(tf: typeof tfjs, work: () => T): T {
  tf.engine().startScope()
  try {
    return work()
  } finally {
    tf.engine().endScope()
  }
}
