import { type Grid, stepAtTime, stepsPerBarOf, stepSeconds, timeOfStep } from './metre.ts'
import { type Lateness, quantise, UNKNOWN_LATENESS } from './quantise.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** A key that was struck and, unless it still sounds, released; seconds of the audio clock. */
export interface PlayedNote {
  readonly pitch: number
  /** 1 to 127. */
  readonly velocity: number
  readonly startSeconds: number
  /** Null while it sounds. */
  readonly endSeconds: number | null
}

/** A note on the grid; `endStep` is not part of it. */
export interface StepNote {
  readonly pitch: number
  readonly velocity: number
  readonly startStep: number
  readonly endStep: number
}

/** Notes that begin this close together, and sound together, are a chord. */
const CHORD_SECONDS = 0.03
/** A player who holds a note for this share of the time to the next one means no rest between. */
const LEGATO_SHARE = 0.5
/** The share of its written length that a note is usually held. */
const HELD_SHARE = 0.85

export interface Recorded {
  readonly notes: readonly StepNote[]
  /** How late the player was at the end, in seconds. */
  readonly offsetSeconds: number
}

/**
 * A performance on the grid: onsets by `quantise`, lengths by how long each key was held. A note held for half of the time to
 * the next one lasts until that; a shorter one is rounded, at 85% of its written length. What was struck before the first step
 * belongs to it, and what was struck after the last step to that.
 * @param notes in the order in which they were struck.
 * @param endStep end of the phrase: no note lasts longer.
 * @example recordedNotes([{ pitch: 60, velocity: 80, startSeconds: 0.01, endSeconds: 0.4 }], grid, { endStep: 16 }).notes
 */
export function recordedNotes(
  notes: readonly PlayedNote[],
  grid: Grid,
  { lateness = UNKNOWN_LATENESS, endStep }: { lateness?: Lateness; endStep: number },
): Recorded {
  const chords = chordsOf(notes)
  const onsets = chords.map((chord) => itemAt(chord, 0).startSeconds)
  const { steps, offsetSeconds } = quantise(onsets, grid, { lateness, lastStep: endStep - 1 })
  const placed = chords.flatMap((chord, n) => {
    const startStep = itemAt(steps, n)
    const next = steps.slice(n + 1).find((step) => step > startStep)
    const nextOnset = onsets[n + 1]
    return chord.map((note) => ({
      ...{ pitch: note.pitch, velocity: note.velocity, startStep },
      endStep: Math.min(endStep, startStep + lengthOf(note, { startStep, next, nextOnset, grid, endStep })),
    }))
  })
  return { notes: placed, offsetSeconds }
}

interface Following {
  readonly startStep: number
  /** Step and time of the next onset. */
  readonly next: number | undefined
  readonly nextOnset: number | undefined
  readonly grid: Grid
  readonly endStep: number
}

/** Steps that a note lasts, by how long it was held. */
function lengthOf(note: PlayedNote, { startStep, next, nextOnset, grid, endStep }: Following): number {
  const room = (next ?? endStep) - startStep
  if (note.endSeconds === null) return room
  const held = note.endSeconds - note.startSeconds
  const toNext = nextOnset === undefined ? Infinity : nextOnset - note.startSeconds
  if (held >= LEGATO_SHARE * toNext) return room
  const steps = Math.max(1, Math.round(held / HELD_SHARE / stepSeconds(grid)))
  return Math.min(room, steps)
}

/** Notes in groups that were struck together: close in time, and held together for half of the shorter one. */
function chordsOf(notes: readonly PlayedNote[]): PlayedNote[][] {
  const chords: PlayedNote[][] = []
  for (const note of notes) {
    const first = chords.at(-1)?.[0]
    if (first !== undefined && areTogether(first, note)) itemAt(chords, -1).push(note)
    else chords.push([note])
  }
  return chords
}

function areTogether(first: PlayedNote, note: PlayedNote): boolean {
  if (note.startSeconds - first.startSeconds > CHORD_SECONDS) return false
  const ends = [first, note].map(({ endSeconds }) => endSeconds ?? Infinity)
  const shorter = Math.min(itemAt(ends, 0) - first.startSeconds, itemAt(ends, 1) - note.startSeconds)
  const together = Math.min(...ends) - note.startSeconds
  return shorter === Infinity || together >= shorter / 2
}

/** A line of one voice: of notes that begin together the highest, each cut where the next begins. */
export function topLine(notes: readonly StepNote[]): StepNote[] {
  const sorted = notes.toSorted((a, b) => a.startStep - b.startStep || b.pitch - a.pitch)
  const line = sorted.filter(({ startStep }, n) => n === 0 || itemAt(sorted, n - 1).startStep !== startStep)
  return line.map((note, n) => ({ ...note, endStep: Math.min(note.endStep, line[n + 1]?.startStep ?? Infinity) }))
}

/** How long a call lasts: bars, or until a bar of rest. */
export type CallLength = 1 | 2 | 4 | 'rest'

/** A note struck so shortly before the closing bar line still belongs to the call, and so does what lies on no step behind it. */
export const CLOSING_SECONDS = 0.05
/** A call that waits for a bar of rest has at most this many bars. */
export const MAX_CALL_BARS = 16

/**
 * The step at which a call ends, as far as it is known at a time; null while it still goes on. A call of some bars ends on their
 * last bar line; one until a rest where a whole bar has passed without a key struck or held, less that bar.
 */
export function callEnd(
  notes: readonly PlayedNote[],
  grid: Grid,
  { length, seconds, offsetSeconds = 0 }: { length: CallLength; seconds: number; offsetSeconds?: number },
): number | null {
  const bar = stepsPerBarOf(grid.metre)
  if (length !== 'rest') return seconds >= timeOfStep(grid, length * bar) ? length * bar : null
  if (notes.length === 0) return null
  const longest = MAX_CALL_BARS * bar
  if (seconds >= timeOfStep(grid, longest)) return longest
  if (notes.some(({ endSeconds }) => endSeconds === null)) return null
  const last = Math.max(...notes.map(({ startSeconds }) => startSeconds)) - offsetSeconds
  const end = (Math.floor(Math.max(0, stepAtTime(grid, last) + 0.5) / bar) + 1) * bar
  return seconds >= timeOfStep(grid, end + bar) ? end : null
}

/** Mean velocity of notes; that of a piano played mezzo-forte where there are none. */
export function meanVelocity(notes: readonly { readonly velocity: number }[]): number {
  if (notes.length === 0) return 80
  return Math.round(notes.reduce((sum, { velocity }) => sum + velocity, 0) / notes.length)
}
