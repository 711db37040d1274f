import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { AsInTheStudy, GapPoint, RowMeans } from '../results/summary.ts'
import type { MetricRow } from '../results/metrics.ts'
import { itemAt } from '../support/itemAt.ts'

const ROWS = 100

/**
 * What the study would have printed of a run.
 * @throws RangeError when the log has no training row.
 */
export function asInTheStudy(curve: readonly MetricRow[]): AsInTheStudy {
  const rows = curve.filter(({ kind }) => kind === 'train')
  const last = rows.at(-1)
  if (last === undefined) throw new RangeError('the log of a run without a training row')
  const { step, accuracy, loss, noEventAccuracy } = last
  return { step, accuracy, loss, noEventAccuracy, last100: meansOf(rows.slice(-ROWS)), highest100: highestMeans(rows) }
}

function highestMeans(rows: readonly MetricRow[]): RowMeans {
  const windows = Math.max(1, rows.length - ROWS + 1)
  let [best, highest] = [0, -Infinity]
  let sum = rows.slice(0, ROWS).reduce((total, { accuracy }) => total + accuracy, 0)
  for (let start = 0; start < windows; start++) {
    if (start > 0) sum += itemAt(rows, start + ROWS - 1).accuracy - itemAt(rows, start - 1).accuracy
    if (sum > highest) [best, highest] = [start, sum]
  }
  return meansOf(rows.slice(best, best + ROWS))
}

function meansOf(rows: readonly MetricRow[]): RowMeans {
  const accuracies = rows.map(({ accuracy }) => accuracy)
  const losses = rows.map(({ loss }) => loss)
  return {
    step: itemAt(rows, -1).step,
    n: rows.length,
    mean: mean(accuracies),
    sd: deviation(accuracies),
    loss: { mean: mean(losses), sd: deviation(losses) },
  }
}

const deviation = (values: number[]): number => (values.length > 1 ? sampleStandardDeviation(values) : NaN)

/** Training against held-out rows of a log, at each evaluation that has training rows before it. */
export function gapCurve(curve: readonly MetricRow[]): GapPoint[] {
  const points: GapPoint[] = []
  let since: MetricRow[] = []
  for (const row of curve) {
    if (row.kind === 'train') since.push(row)
    else if (since.length > 0) {
      const train = { accuracy: mean(since.map(({ accuracy }) => accuracy)), loss: mean(since.map(({ loss }) => loss)) }
      points.push({ step: row.step, train, heldOut: { accuracy: row.accuracy, loss: row.loss } })
      since = []
    }
  }
  return points
}
