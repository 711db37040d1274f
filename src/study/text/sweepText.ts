import { textTable } from '../../support/text/table.ts'
import type { SweepRow } from '../sweep/sweep.ts'

const fixed = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(3))

/** One table, the lowest validation loss first, what is still to come last. */
export function sweepText(rows: readonly SweepRow[]): string {
  const ranked = [...rows].sort(
    (a, b) => (a.result?.validationLoss ?? Infinity) - (b.result?.validationLoss ?? Infinity),
  )
  const shown = ranked.map(({ trial, result }) => ({
    trial: String(trial.number),
    ...Object.fromEntries(Object.entries(trial.values).map(([name, value]) => [name, JSON.stringify(value)])),
    seed: String(trial.seed),
    step: result === null ? '-' : result.step.toLocaleString('en'),
    'validation loss': fixed(result?.validationLoss),
    'test loss': fixed(result?.testLoss),
    'event accuracy': fixed(result?.eventAccuracy),
    run: result?.run ?? 'to come',
  }))
  return textTable(shown)
}
