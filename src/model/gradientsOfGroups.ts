import type { Sequence } from '../dataset/batches.ts'
import type { Weights } from '../config/modelSpec.ts'
import { addSums, type MetricSums, NO_SUMS } from './metricSums.ts'
import { zerosLike } from './weights.ts'

/** Loss and hits, and gradients of a part of a mean loss. */
export interface PassSums {
  readonly sums: readonly MetricSums[]
  readonly gradients: Readonly<Record<string, Float32Array>>
}

/**
 * Loss and hits over sequences with the gradients of the mean loss over all their steps, added up in the order of the groups.
 * @param pass of one group; `valid` is the number of steps that the mean is taken over.
 */
export function gradientsOfGroups<Group>(
  { weights, sequences }: { readonly weights: Weights; readonly sequences: readonly Sequence[] },
  groups: readonly Group[],
  pass: (group: Group, n: number, valid: number) => PassSums,
): { sums: MetricSums; gradients: Weights } {
  const valid = sequences.reduce((total, { length }) => total + length, 0)
  const gradients = zerosLike(weights)
  let sums = NO_SUMS
  groups.forEach((group, n) => {
    const found = pass(group, n, valid)
    sums = found.sums.reduce(addSums, sums)
    addInto(gradients, found.gradients)
  })
  return { sums, gradients }
}

/** Adds gradients by name to totals. @throws Error naming a tensor that has none. */
function addInto(totals: Weights, parts: Readonly<Record<string, Float32Array>>): void {
  for (const [name, { data }] of Object.entries(totals)) {
    const part = parts[name]
    if (part === undefined) throw new Error(`no gradient for "${name}"`)
    for (let i = 0; i < data.length; i++) data[i]! += part[i]!
  }
}
