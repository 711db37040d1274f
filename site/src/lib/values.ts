import type { Interval } from '../../../src/iterations/summary.ts'
import { resultAt } from '../../../src/support/resultAt.ts'
import { count, fixed, percent } from './format.ts'
import { resultsFolder } from './study.ts'

/** How a number is written: shares in percent, counts with separators, anything else with so many decimals. */
export type ValueForm = 'share' | 'count' | `${number}`

/** A number of the results in words; one with an interval says it. @throws Error as `resultAt`, or when it is no number. */
export function valueText(place: string, form: ValueForm): string {
  const value = resultAt(folderOf(place), place)
  const text = (number: number): string => {
    if (form === 'share') return percent(number)
    return form === 'count' ? count(Math.round(number)) : fixed(number, Number(form))
  }
  if (typeof value === 'number') return text(value)
  if (isInterval(value)) return `${text(value.value)} (95% interval ${text(value.low)} to ${text(value.high)})`
  throw new Error(`the report names the result ${place}, and that is no number`)
}

/** The benchmark is of the engine and not of a study: one at a smaller scale has none of its own. */
const folderOf = (place: string): string => (place.startsWith('performance/') ? 'report/results' : resultsFolder())

function isInterval(value: unknown): value is Interval {
  return typeof value === 'object' && value !== null && ['value', 'low', 'high'].every((name) => name in value)
}
