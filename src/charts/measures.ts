import type { MeasureName } from '../results/summary.ts'
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

/** Whether a measure is a share of steps, 0-1, which is shown in percent. */
export const isShare = (measure: MeasureName): boolean => measure.endsWith('ccuracy')

/** A share in percent; a dash if there is none. */
export const shareText = (value: number | null): string => percentText(value)
