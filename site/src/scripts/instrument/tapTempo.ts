import { TEMPO_RANGE } from './metre.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** A pause longer than two beats at the slowest tempo begins the tapping again. */
const PAUSE_SECONDS = 120 / TEMPO_RANGE.least
const TAPS = 8

/** The taps with one more, in seconds: the last eight that belong together. */
export function withTap(taps: readonly number[], seconds: number): number[] {
  const last = taps.at(-1)
  const isNew = last === undefined || seconds - last > PAUSE_SECONDS || seconds < last
  return isNew ? [seconds] : [...taps, seconds].slice(-TAPS)
}

/**
 * Beats per minute of taps: by the median of their distances, to the whole number, within the range. Null for fewer than two.
 * @example tapTempo([0, 0.5, 1]) // 120
 */
export function tapTempo(taps: readonly number[]): number | null {
  const gaps = taps.slice(1).map((tap, n) => tap - itemAt(taps, n))
  const gap = median(gaps)
  if (!(gap > 0)) return null
  return Math.min(TEMPO_RANGE.most, Math.max(TEMPO_RANGE.least, Math.round(60 / gap)))
}

/** The middle value; of two, their mean; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  if (sorted.length === 0) return NaN
  return Number.isInteger(middle)
    ? (itemAt(sorted, middle - 1) + itemAt(sorted, middle)) / 2
    : itemAt(sorted, Math.floor(middle))
}
