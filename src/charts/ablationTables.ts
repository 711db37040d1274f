import { type AblationGroup, type AblationReport, type AblationRow, REFERENCE } from '../results/ablationReport.ts'
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

/**
 * Which part is worth most: how much the loss on general music differs from that of the whole network without each part, the most first;
 * null where the whole network, or every other one, is not measured.
 */
export function partsSentence({ rows }: Pick<AblationReport, 'rows'>): string | null {
  const whole = rows.find(({ id }) => id === REFERENCE)
  const parts = rows.filter(({ id, group }) => group === 'parts' && id !== REFERENCE)
  if (whole === undefined || parts.length === 0) return null
  const costs = parts
    .map(({ title, spread }) => {
      const words = title.startsWith('without') ? title : `with ${title}`
      return { words, cost: spread.general.mean - whole.spread.general.mean }
    })
    .sort((a, b) => b.cost - a.cost)
  const said = costs.map(({ words, cost }) => `${Math.abs(cost).toFixed(3)} ${cost < 0 ? 'lower' : 'higher'} ${words}`)
  return `Beside the whole network's, the loss in nats per step is ${joined(said)}.`
}

const joined = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
