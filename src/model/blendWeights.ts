import type { NamedTensor, Weights } from '../config/modelSpec.ts'

/**
 * Weights between two models of the same shape: (1 - dial) of the first, dial of the second; at 0 and 1 those of one of them, bit
 * for bit.
 * @param dial 0-1. @throws Error when the second has no tensor of a name.
 */
export function blendWeights(first: Weights, second: Weights, dial: number): Weights {
  const blended = Object.entries(first).map(([name, { shape, data }]): [string, NamedTensor] => {
    const other = second[name]?.data
    if (other?.length !== data.length) throw new Error(`the second model has no tensor "${name}" of this shape`)
    return [name, { shape, data: data.map((value, n) => (1 - dial) * value + dial * other[n]!) }]
  })
  return Object.fromEntries(blended)
}
