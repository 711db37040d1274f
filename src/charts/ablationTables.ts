import type { AblationGroup, AblationReport, AblationRow } from '../results/ablationReport.ts'
import type { TableRow } from '../support/text/table.ts'
import { intervalText } from './evaluationTables.ts'
import { itemAt } from '../support/itemAt.ts'

/** The rows of a group, or of several: what is different, what it takes, and what it loses on both kinds of test melodies. */
export function ablationTable({ rows }: AblationReport, groups: readonly AblationGroup[]): TableRow[] {
  return rows
    .filter(({ group }) => groups.includes(group))
    .map((row): TableRow => ({
      network: row.title,
      parameters: row.parameters.toLocaleString('en'),
      'training melodies': row.trainingMelodies.toLocaleString('en'),
      steps: row.steps.toLocaleString('en'),
      'general music': lossText(row, 'general'),
      style: lossText(row, 'style'),
    }))
}

/** Of one run the loss with its interval; of several their mean and how far apart they lie. */
function lossText({ runs, spread }: AblationRow, set: 'general' | 'style'): string {
  if (runs.length === 1) return intervalText('loss', itemAt(runs, 0).test[set].loss)
  const { n, mean, lowest, highest } = spread[set]
  return `${mean.toFixed(3)} (${n} seeds, ${lowest.toFixed(3)} to ${highest.toFixed(3)})`
}
