import { mean } from 'simple-statistics'
import type { MetricRow } from '../results/metrics.ts'
import { itemAt } from '../support/itemAt.ts'

/** Rows of the log that are taken together: the study's own log scatters too much from row to row. */
export const LOGGED_TOGETHER = 100

const trainingRows = (curve: readonly MetricRow[]): MetricRow[] => curve.filter(({ kind }) => kind === 'train')

/** The mean accuracy of each hundred logged training minibatches, at the step of the last; a rest that is shorter is left out. */
export function loggedMeans(curve: readonly MetricRow[]): { step: number; accuracy: number }[] {
  const rows = trainingRows(curve)
  return Array.from({ length: Math.floor(rows.length / LOGGED_TOGETHER) }, (_, n) => {
    const own = rows.slice(n * LOGGED_TOGETHER, (n + 1) * LOGGED_TOGETHER)
    return { step: itemAt(own, -1).step, accuracy: mean(own.map(({ accuracy }) => accuracy)) }
  })
}

/** The first step at which the mean accuracy of the last hundred logged minibatches reaches a threshold; null if it never does. */
export function firstReached(curve: readonly MetricRow[], threshold: number): number | null {
  const rows = trainingRows(curve)
  let sum = 0
  for (const [n, { accuracy, step }] of rows.entries()) {
    sum += accuracy - (n >= LOGGED_TOGETHER ? itemAt(rows, n - LOGGED_TOGETHER).accuracy : 0)
    if (n + 1 >= LOGGED_TOGETHER && sum / LOGGED_TOGETHER >= threshold) return step
  }
  return null
}
