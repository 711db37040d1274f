import type { Lateness } from './quantise.ts'
import { median } from './tapTempo.ts'

/** How sure eight taps make the offset, in seconds: a player's jitter of 25 ms, over eight. */
const AFTER_TAPS = 0.012
/** The offset can still move between two phrases. */
const AFTER_PHRASE = 0.015
/** Phrases that the running median holds. */
const PHRASES = 9

/**
 * The lateness that taps to a metronome show: the median distance to the nearest beat.
 * @param beats times of the clicks, ascending, in seconds; as are the taps.
 */
export function latenessOfTaps(taps: readonly number[], beats: readonly number[]): Lateness {
  const late = taps.map((tap) => {
    const nearest = beats.toSorted((a, b) => Math.abs(tap - a) - Math.abs(tap - b))[0] ?? tap
    return tap - nearest
  })
  return { offsetSeconds: median(late), deviationSeconds: AFTER_TAPS }
}

/** The offsets of the phrases played last, with one more. */
export const withOffset = (offsets: readonly number[], seconds: number): number[] =>
  [...offsets, seconds].slice(-PHRASES)

/** The lateness to begin a phrase with: the running median of those before it, or what was known at first. */
export function runningLateness(offsets: readonly number[], first: Lateness): Lateness {
  if (offsets.length === 0) return first
  const deviationSeconds = Math.min(first.deviationSeconds, AFTER_PHRASE + 0.03 / offsets.length)
  return { offsetSeconds: median(offsets), deviationSeconds }
}
