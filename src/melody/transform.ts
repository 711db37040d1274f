import { eventsOfNotes, isPitch, majorKey, melodyNotes, NO_EVENT } from './melody.ts'
import { roundHalfToEven } from '../score/tempoMap.ts'

const OCTAVE = 12

/** The remainder that is never negative: -1 modulo 12 is 11. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}

/** A pitch outside [minNote, maxNote) is moved by octaves to the lowest or highest octave of that range. */
function foldPitch(pitch: number, minNote: number, maxNote: number): number {
  if (pitch < minNote) return minNote + modulo(pitch - minNote, OCTAVE)
  if (pitch >= maxNote) return maxNote - OCTAVE + modulo(pitch - maxNote, OCTAVE)
  return pitch
}

/**
 * The events with every pitch moved by `amount` semitones; one that leaves [minNote, maxNote) is folded back by octaves
 * into the octave at that end. The range must be an octave or more for a pitch to have a place in it.
 * @example transpose([60, -2, -1], 5) // [65, -2, -1]
 */
export function transpose(events: readonly number[], amount: number, minNote = 0, maxNote = 128): number[] {
  return events.map((event) => (isPitch(event) ? foldPitch(event + amount, minNote, maxNote) : event))
}

/**
 * Transposes a melody into the range a model knows, [minNote, maxNote): to the major key `transposeToKey` (the nearest
 * way that also puts the melody's middle nearest to the range's; `null` leaves the key alone), then folds by octaves
 * what still sticks out. `transpose` is the number of semitones moved.
 * @example squash([62, 66, 69], 48, 84, 0) // D major to C: { events: [60, 64, 67], transpose: -2 }
 */
export function squash(
  events: readonly number[],
  minNote: number,
  maxNote: number,
  transposeToKey: number | null,
): { events: number[]; transpose: number } {
  const amount = transposeToKey === null ? 0 : squashAmount(events, minNote, maxNote, transposeToKey)
  return { events: transpose(events, amount, minNote, maxNote), transpose: amount }
}

function squashAmount(events: readonly number[], minNote: number, maxNote: number, key: number): number {
  const pitches = events.filter(isPitch)
  if (pitches.length === 0) return 0
  const keyDifference = key - majorKey(events)
  const lowest = pitches.reduce((low, pitch) => Math.min(low, pitch))
  const highest = pitches.reduce((high, pitch) => Math.max(high, pitch))
  const centreDifference = (minNote + maxNote - 1) / 2 - ((lowest + highest) / 2 + keyDifference)
  return keyDifference + OCTAVE * roundHalfToEven(centreDifference / OCTAVE)
}

/**
 * The melody upside down: each interval from `axis` (the first note where it is not given) turned round, folded into
 * 0-127 by octaves. Rhythm and rests stay.
 * @example invert([60, 64, -1, 55]) // [60, 56, -1, 65]
 */
export function invert(events: readonly number[], axis?: number): number[] {
  const centre = axis ?? events.find(isPitch)
  if (centre === undefined) return [...events]
  return events.map((event) => (isPitch(event) ? foldPitch(2 * centre - event, 0, 128) : event))
}

/**
 * The melody backwards: the last note first, each as long as it was; rests are mirrored too.
 * @example retrograde([60, -2, -2, 62]) // [62, 60, -2, -2]
 */
export function retrograde(events: readonly number[]): number[] {
  const length = events.length
  const mirrored = melodyNotes(events)
    .map(({ pitch, startStep, endStep }) => ({ pitch, startStep: length - endStep, endStep: length - startStep }))
    .reverse()
  return eventsOfNotes(mirrored, length)
}

/**
 * The melody `factor` times as slow on the same grid; `factor` is a whole number from 1.
 * @throws RangeError for any other factor.
 * @example augment([60, 62], 2) // [60, -2, 62, -2]
 */
export function augment(events: readonly number[], factor: number): number[] {
  if (!Number.isInteger(factor) || factor < 1) throw new RangeError(`invalid factor: ${factor} (a whole number from 1)`)
  return events.flatMap((event) => [event, ...Array<number>(factor - 1).fill(NO_EVENT)])
}
