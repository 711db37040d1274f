import { canonicalMelody } from './sketch.ts'

/**
 * Beginnings of the tunes that models are asked to continue, sixteen notes each, as events (pitch, -2 no event; one a
 * sixteenth): a model that was trained on such a tune would quote it. The other primers (a note, a scale, an arpeggio, a
 * motif of eight notes) are common property: a training set without their turns would be no music.
 */
const TUNES: readonly (readonly number[])[] = [
  // prelude of the first suite for cello, BWV 1007: first bar
  [43, 50, 59, 57, 59, 50, 59, 50, 43, 50, 59, 57, 59, 50, 59, 50],
  // The Jug of Punch (O'Neill 1903)
  [57, 62, 62, 60, 62, 64, 65, 67, 69, 71, 67, 71, 69, 71, 67, 69].flatMap((pitch) => [pitch, -2]),
]

const openings = TUNES.map((events) => ` ${canonicalMelody(events)} `)

/** Whether a melody, given as its events, holds the beginning of a primer's tune, in any key. */
export function holdsPrimer(events: readonly number[]): boolean {
  const tokens = ` ${canonicalMelody(events)} `
  return openings.some((opening) => tokens.includes(opening))
}
