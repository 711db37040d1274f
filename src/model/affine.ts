import type { NamedTensor, Weights } from '../config/modelSpec.ts'

/** A pass over the sums for each row would spend its time on them; with eight it spends it on products. */
const ROWS_AT_ONCE = 8

/** A matrix and a bias: y = b + x W, with W [rows, columns] row by row. */
export interface Affine {
  readonly rows: number
  readonly columns: number
  readonly kernel: Float32Array
  readonly bias: Float32Array
}

/**
 * The kernel and bias called `<name>/kernel` and `<name>/bias`.
 * @throws Error naming the tensor that is missing.
 */
export function affine(weights: Weights, name: string): Affine {
  const kernel = tensor(weights, `${name}/kernel`)
  const [rows = 0, columns = 0] = kernel.shape
  return {
    rows,
    columns,
    kernel: kernel.data.slice(),
    bias: tensor(weights, `${name}/bias`).data.slice(),
  }
}

/** A tensor by its name; an Error when there is none. */
export function tensor(weights: Weights, name: string): NamedTensor {
  const found = weights[name]
  if (found === undefined) throw new Error(`the weights hold no tensor "${name}"`)
  return found
}

/**
 * bias + [parts, one after the other] W, in doubles. Each sum starts at its bias and takes the rows from the first to the
 * last; rows whose input is zero are left out, so a one-hot input costs one row.
 */
export function applyAffine(map: Affine, parts: readonly Float32Array[]): Float64Array {
  const sums = new Float64Array(map.bias)
  const { rows, values, count } = nonZero(map, parts)
  const whole = count - (count % ROWS_AT_ONCE)
  for (let i = 0; i < whole; i += ROWS_AT_ONCE) addEightRows(map, rows, values, i, sums)
  for (let i = whole; i < count; i++) addRow(map, rows[i] as number, values[i] as number, sums)
  return sums
}

function nonZero(
  map: Affine,
  parts: readonly Float32Array[],
): { rows: Int32Array; values: Float64Array; count: number } {
  const rows = new Int32Array(map.rows)
  const values = new Float64Array(map.rows)
  let count = 0
  let row = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i++, row++) {
      const value = part[i] as number
      if (value === 0) continue
      rows[count] = row
      values[count++] = value
    }
  }
  if (row !== map.rows) throw new Error(`an input of ${row} values for a matrix of ${map.rows} rows`)
  return { rows, values, count }
}

/** Eight rows in one pass over the sums; each sum takes them one after the other, as eight calls of `addRow` would. */
function addEightRows(
  { kernel, columns }: Affine,
  rows: Int32Array,
  values: Float64Array,
  at: number,
  sums: Float64Array,
): void {
  const start = (n: number): number => (rows[at + n] as number) * columns
  const [a, b, c, d, e, f, g, h] = [start(0), start(1), start(2), start(3), start(4), start(5), start(6), start(7)]
  const value = (n: number): number => values[at + n] as number
  const [s, t, u, v, w, x, y, z] = [value(0), value(1), value(2), value(3), value(4), value(5), value(6), value(7)]
  for (let i = 0; i < columns; i++) {
    sums[i] =
      (sums[i] as number) +
      s * (kernel[a + i] as number) +
      t * (kernel[b + i] as number) +
      u * (kernel[c + i] as number) +
      v * (kernel[d + i] as number) +
      w * (kernel[e + i] as number) +
      x * (kernel[f + i] as number) +
      y * (kernel[g + i] as number) +
      z * (kernel[h + i] as number)
  }
}

function addRow({ kernel, columns }: Affine, row: number, value: number, sums: Float64Array): void {
  const start = row * columns
  for (let i = 0; i < columns; i++) sums[i] = (sums[i] as number) + value * (kernel[start + i] as number)
}
