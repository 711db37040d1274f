import type { NamedTensor, Weights } from '../config/modelSpec.ts'
import type { Tensors } from './tensors.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/** The rows of some kernels that a batch's inputs go to, ascending: the other rows are not computed with. */
export type PickedRows = Readonly<Record<string, readonly number[]>>

/** The weights with only those rows of the kernels that are named. */
export function pickRows(weights: Weights, picked: PickedRows): Weights {
  const kernels = Object.entries(picked).map(([name, rows]): [string, NamedTensor] => {
    const { shape, data } = propertyOf(weights, name)
    const columns = itemAt(shape, 1)
    const some = new Float32Array(rows.length * columns)
    rows.forEach((row, n) => some.set(data.subarray(row * columns, (row + 1) * columns), n * columns))
    return [name, { shape: [rows.length, columns], data: some }]
  })
  return { ...weights, ...Object.fromEntries(kernels) }
}

/** Gradients as arrays, those of picked rows spread over the whole kernel. */
export function spreadGradients(
  gradients: Tensors,
  picked: PickedRows,
  weights: Weights,
): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, tensor]) => {
      const found = tensor.dataSync<'float32'>()
      const rows = picked[name]
      return [name, rows === undefined ? found : spreadRows(found, rows, propertyOf(weights, name))]
    }),
  )
}

function spreadRows(some: Float32Array, rows: readonly number[], { shape }: NamedTensor): Float32Array {
  const [height, columns] = [itemAt(shape, 0), itemAt(shape, 1)]
  const whole = new Float32Array(height * columns)
  rows.forEach((row, n) => whole.set(some.subarray(n * columns, (n + 1) * columns), row * columns))
  return whole
}
