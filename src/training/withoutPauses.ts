import { medianSorted } from 'simple-statistics'
import type { MetricRow } from '../results/metrics.ts'
import { itemAt } from '../support/itemAt.ts'

/** A gap between rows of the log of this many usual ones is a pause: an evaluation takes up to a dozen. */
const PAUSE = 20

/**
 * The rows of a log, their clock without the time in which the run stood still: a stopped process or a machine that sleeps does
 * not train, but its clock goes on. A pause counts as the usual gap between two rows.
 * @returns the rows, and the seconds that were taken out.
 */
export function withoutPauses(rows: readonly MetricRow[]): { readonly rows: MetricRow[]; readonly paused: number } {
  const gaps = rows.map(({ seconds }, n) => (n === 0 ? 0 : seconds - itemAt(rows, n - 1).seconds))
  const usual = gaps.length > 1 ? medianSorted(gaps.slice(1).sort((a, b) => a - b)) : 0
  let paused = 0
  const busy = rows.map((row, n) => {
    const gap = itemAt(gaps, n)
    if (usual > 0 && gap > PAUSE * usual) paused += gap - usual
    return { ...row, seconds: Math.round(1000 * (row.seconds - paused)) / 1000 }
  })
  return { rows: busy, paused }
}
