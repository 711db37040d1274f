import type { Target, Targets } from '../results/targets.ts'
import type { TableRow } from '../support/text/table.ts'
import { shareText } from './measures.ts'

/** What iteration 3 was to reach and what it reached, a row per aim. */
export function targetTable({ targets }: Pick<Targets, 'targets'>): TableRow[] {
  return targets.map(({ what, unit, before, people, direction, target, reached, isMet }) => {
    const text = (value: number | null): string => (value === null || Number.isNaN(value) ? '–' : inUnit(value, unit))
    return {
      aim: what,
      before: before === null ? '–' : `${text(before.value)} (iteration ${before.model})`,
      people: text(people),
      asked: `${direction} ${text(target)}`,
      reached: text(reached),
      met: isMet ? 'yes' : 'no',
    }
  })
}

function inUnit(value: number, unit: Target['unit']): string {
  if (unit === 'share') return shareText(value)
  if (unit === 'measures' || unit === 'moves') return String(Math.round(value))
  return value.toFixed(unit === 'minutes' || unit === 'notes' ? 1 : 3)
}
