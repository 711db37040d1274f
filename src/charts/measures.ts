import type { BaselineName, BaselineSummary, BestOfTransfer, MeasureName } from '../results/summary.ts'
import { percentText } from '../support/text/percentText.ts'

/** Names of the measures, with their units; shares have none. */
export const MEASURE_TITLES: Readonly<Record<MeasureName, string>> = {
  loss: 'loss (nats per step)',
  perplexity: 'perplexity',
  bitsPerNote: 'bits per note',
  accuracy: 'accuracy',
  eventAccuracy: 'event accuracy',
  noEventAccuracy: 'no-event accuracy',
}

/** Names of the predictors without a network, as tables and charts show them. */
export const BASELINE_TITLES: Readonly<Record<BaselineName, string>> = {
  majority: 'majority',
  'copy-last': 'copy-last',
  'n-gram': 'n-gram',
  ppm: 'PPM',
  idyom: 'IDyOM-like',
}

/** A predictor without a network in a sentence: `PPM`, `the IDyOM-like predictor`. */
export const predictorWords = (name: BaselineName): string =>
  name === 'ppm' ? BASELINE_TITLES.ppm : `the ${BASELINE_TITLES[name]} predictor`

/** And what it counted: `the IDyOM-like predictor (counted style)`. */
export const baselineWords = ({ name, trainedOn }: Pick<BaselineSummary, 'name' | 'trainedOn'>): string =>
  `${predictorWords(name)} (counted ${trainedOn})`

/** The predictor of the lowest loss. @throws TypeError for an empty list. */
export const bestBaseline = <T extends Pick<BaselineSummary, 'test'>>(baselines: readonly T[]): T =>
  baselines.reduce((a, b) => (b.test.loss.value < a.test.loss.value ? b : a))

/** What the best of the transfer was compared with; summaries from before the IDyOM-like predictor have the better PPM. */
export function rivalOfTransfer({ baseline, ppm }: BestOfTransfer): NonNullable<BestOfTransfer['baseline']> | null {
  return baseline ?? (ppm === undefined ? null : { name: 'ppm', ...ppm })
}

/** Whether a measure is a share of steps, 0-1, which is shown in percent. */
export const isShare = (measure: MeasureName): boolean => measure.endsWith('ccuracy')

/** A share in percent; a dash if there is none. */
export const shareText = (value: number | null): string => percentText(value)
