import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { predictorWords } from '../../../src/charts/measures.ts'
import { BASELINES, type Interval } from '../../../src/results/summary.ts'
import { resultAt } from '../../../src/results/resultAt.ts'
import { isOneOf } from '../../../src/support/records.ts'
import { count, fixed, percent } from './format.ts'
import { resultsFolder } from './studyRoot.ts'

/**
 * How a value is written: shares in percent, counts with separators, names of predictors in words, anything else with the given
 * decimals.
 */
export type ValueForm = 'share' | 'count' | 'predictor' | `${number}`

/**
 * A number of the results in words, multiplied by `times`; one with an interval says it.
 * @throws Error as `resultAt`, or when it is not a number.
 */
export function valueText(place: string, form: ValueForm, times = 1): string {
  const value = resultAt(folderOf(place), place)
  const text = (number: number): string => {
    if (form === 'share') return percent(number * times)
    return form === 'count' ? count(Math.round(number * times)) : fixed(number * times, Number(form))
  }
  if (form === 'predictor' && isOneOf(BASELINES, value)) return predictorWords(value)
  if (typeof value === 'number') return text(value)
  if (isInterval(value)) {
    const [low, high] = times < 0 ? [value.high, value.low] : [value.low, value.high]
    return `${text(value.value)} (95% interval ${text(low)} to ${text(high)})`
  }
  throw new Error(`the report names the result ${place}, which is not a number`)
}

/** Files that are of no scale: the engine's benchmark, the original study's record. A smaller study has none of its own. */
const OF_NO_SCALE = ['performance', 'study']

function folderOf(place: string): string {
  const file = place.split('/')[0] ?? ''
  const own = existsSync(join(resultsFolder(), `${file}.json`))
  return !own && OF_NO_SCALE.includes(file) ? 'report/results' : resultsFolder()
}

function isInterval(value: unknown): value is Interval {
  return typeof value === 'object' && value !== null && ['value', 'low', 'high'].every((name) => name in value)
}
