import type { NoteAblation } from '../config/modelSpec.ts'
import { FIRST_REFERENCE, INTERVAL_CLASSES, intervalClass, LENGTH_CLASSES, lengthClass } from './tokenClasses.ts'
import type { Token } from './tokens.ts'
import { itemAt } from '../support/itemAt.ts'

/** Where a melody's bar lines lie. */
export interface BarGrid {
  readonly stepsPerBar: number
  /** Steps of the bar that are gone on the melody's first step, with a pick-up; absent = 0. */
  readonly barPhase?: number
}

/** Sixteenths in 4/4: the metre of the named primers, and of melodies that name none. */
export const COMMON_TIME: BarGrid = { stepsPerBar: 16 }

/** Positions in the bar, and lengths of bars, that have a column of their own; longer ones share the last. */
export const POSITIONS = 48
const PITCH_CLASSES = 12
/** Notes of the shorter histogram. */
const RECENT_NOTES = 12
/** Bars after which half of the way to "late" is gone: a quotient, because logarithms differ from machine to machine. */
const LATE_BARS = 8

/** Columns of an input row, part by part. */
const KIND = 0
const INTERVAL = KIND + 3
const BEFORE = INTERVAL + INTERVAL_CLASSES
const POSITION = BEFORE + LENGTH_CLASSES
const BAR = POSITION + POSITIONS
const HISTOGRAM = BAR + POSITIONS
const RECENT = HISTOGRAM + PITCH_CLASSES
const REGISTER = RECENT + PITCH_CLASSES
/** Number of inputs per note. */
export const NOTE_INPUTS = REGISTER + 4

/** What is remembered of a melody's notes for the inputs of those that follow. */
export interface Heard {
  /** Pitch of the last note; null before the first. */
  readonly last: number | null
  readonly lowest: number
  readonly highest: number
  /** Notes of each pitch class [12]. */
  readonly counts: Float32Array
  /** Pitch classes of the last 12 notes, the oldest first. */
  readonly recent: readonly number[]
}

/** Before the first note. */
export const NOTHING_HEARD: Heard = {
  last: null,
  lowest: Infinity,
  highest: -Infinity,
  counts: new Float32Array(PITCH_CLASSES),
  recent: [],
}

/** What is remembered after a token. */
export function hear(heard: Heard, { pitch }: Token): Heard {
  if (pitch === null) return heard
  const counts = heard.counts.slice()
  counts[pitch % PITCH_CLASSES] = itemAt(counts, pitch % PITCH_CLASSES) + 1
  return {
    last: pitch,
    lowest: Math.min(heard.lowest, pitch),
    highest: Math.max(heard.highest, pitch),
    counts,
    recent: [...heard.recent.slice(-(RECENT_NOTES - 1)), pitch % PITCH_CLASSES],
  }
}

/** The step of the bar on which a melody's step falls. */
export function positionInBar(step: number, { stepsPerBar, barPhase = 0 }: BarGrid): number {
  return (step + barPhase) % stepsPerBar
}

/** The column, from 0 up, of a position in the bar or of a number of steps per bar less 1. */
export const positionColumn = (position: number): number => Math.min(position, POSITIONS - 1)

/** The pitch that the next note's interval is counted from. */
export function referenceOf({ last }: Pick<Heard, 'last'>, without: readonly NoteAblation[]): number {
  return last === null || without.includes('intervals') ? FIRST_REFERENCE : last
}

/** A token and what surrounds it, as its input row shows them. */
export interface NotePlace {
  readonly token: Token
  /** The token before it; null for the first. */
  readonly before: Token | null
  /** What was remembered before the token. */
  readonly heard: Heard
}

/** How melodies are read: their metre, and what the network does without. */
export interface Reading {
  readonly grid: BarGrid
  readonly without: readonly NoteAblation[]
}

/** Takes a value of an input row; columns that are not named are 0. */
export type SetColumn = (column: number, value: number) => void

/**
 * Writes the input row of a token [NOTE_INPUTS]: its kind (initial rest, note, rest), the interval from the last note, the
 * length of the token before it, its position in the bar and the bar's length, how often each pitch class has sounded (in all, and in
 * the last 12 notes) counted from the last pitch, its register, and how late it comes.
 */
export function writeNoteInput({ token, before, heard }: NotePlace, { grid, without }: Reading, set: SetColumn): void {
  const { pitch, start } = token
  const now = hear(heard, token)
  set(KIND + (pitch !== null ? 1 : before === null ? 0 : 2), 1)
  if (pitch !== null) set(INTERVAL + intervalClass(pitch - referenceOf(heard, without)), 1)
  if (before !== null) set(BEFORE + lengthClass(before.length), 1)
  if (!without.includes('metre')) {
    set(POSITION + positionColumn(positionInBar(start, grid)), 1)
    set(BAR + positionColumn(grid.stepsPerBar - 1), 1)
    set(REGISTER + 3, start / (start + LATE_BARS * grid.stepsPerBar))
  }
  if (now.last === null) return
  if (!without.includes('histograms')) writeHistograms(now, without.includes('intervals') ? 0 : now.last, set)
  set(REGISTER, (now.last - FIRST_REFERENCE) / PITCH_CLASSES)
  set(REGISTER + 1, (now.highest - now.last) / PITCH_CLASSES)
  set(REGISTER + 2, (now.last - now.lowest) / PITCH_CLASSES)
}

/**
 * The input row of a token, all columns [NOTE_INPUTS]; see `writeNoteInput`.
 * @example noteInputRow({ token, before: null, heard: NOTHING_HEARD }, { grid: COMMON_TIME, without: [] })
 */
export function noteInputRow(place: NotePlace, reading: Reading): Float32Array {
  const row = new Float32Array(NOTE_INPUTS)
  writeNoteInput(place, reading, (column, value) => (row[column] = value))
  return row
}

function writeHistograms({ counts, recent }: Heard, from: number, set: SetColumn): void {
  let notes = 0
  for (let n = 0; n < PITCH_CLASSES; n++) notes += counts[n]!
  const late = new Float32Array(PITCH_CLASSES)
  for (const pitchClass of recent) late[pitchClass] = itemAt(late, pitchClass) + 1
  for (let n = 0; n < PITCH_CLASSES; n++) {
    const pitchClass = (from + n) % PITCH_CLASSES
    set(HISTOGRAM + n, counts[pitchClass]! / notes)
    set(RECENT + n, late[pitchClass]! / recent.length)
  }
}
