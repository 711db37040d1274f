import type { NoteAblation } from '../config/modelSpec.ts'
import type { Sequence } from './batches.ts'
import {
  type BarGrid,
  COMMON_TIME,
  hear,
  type Heard,
  NOTE_INPUTS,
  NOTHING_HEARD,
  positionColumn,
  positionInBar,
  POSITIONS,
  type Reading,
  referenceOf,
  writeNoteInput,
} from './noteInputs.ts'
import { OTHER_INPUTS, type Sight, type Sights, sightsOfVoice, writeSight } from './otherVoice.ts'
import {
  INTERVAL_CLASSES,
  intervalClass,
  LENGTH_CLASSES,
  LONG_LENGTHS,
  lengthClass,
  PITCHES,
  WIDEST_INTERVAL,
} from './tokenClasses.ts'
import { LONGEST_TOKEN, type Token, tokensOf } from './tokens.ts'
import { itemAt } from '../support/itemAt.ts'

/** Columns of the row that says how long a token was and where in the bar it ends; those of the other voice follow. */
export const ENDINGS = LENGTH_CLASSES + POSITIONS

/** Logarithm of a target that is not one: nothing is added to it that matters. */
const NO_TARGET = -1e9

/** Melodies of notes side by side, time-major: row t * size + b is token t of melody b. Short ones are padded. */
export interface NoteBatch {
  /** Tokens of the longest melody. */
  readonly steps: number
  readonly size: number
  /** [steps * size, columns.length] */
  readonly inputs: Float32Array
  /** The columns that `inputs` holds, ascending; those that are left out are 0 in every row. */
  readonly columns: readonly number[]
  /** Length and end of each token that is followed by another, and what the other voice does there [steps * size, endingWidth]. */
  readonly endings: Float32Array
  /** Log of how much each length class counts [steps * size, LENGTH_CLASSES]: of the last token, all that it may still become. */
  readonly lengthTargets: Float32Array
  /** Log of how much each interval class counts [steps * size, INTERVAL_CLASSES]. */
  readonly intervalTargets: Float32Array
  /** 0 for the interval classes whose pitch there is, very low for the others; same shape. */
  readonly intervalMask: Float32Array
  /** 1 where a rest follows. */
  readonly restTargets: Float32Array
  /** 1 for the rows that have a length, whose kind of successor is predicted, and that a note follows. */
  readonly hasLength: Float32Array
  readonly hasKind: Float32Array
  readonly hasNote: Float32Array
  /** How each token lies to those before it [size, steps, steps + 1], as DISTANCES numbers it; the last column is nothing. */
  readonly distances: Uint8Array
  readonly melodies: readonly NoteMelody[]
  /** Steps after each melody's first, all together. */
  readonly valid: number
}

/** A melody as tokens. */
export interface NoteMelody {
  readonly tokens: readonly Token[]
  readonly grid: BarGrid
  /** What is known of the voice that sounds with it; absent = it is alone. */
  readonly other?: Sights
}

/** What `distances` holds: not before it; before it; at the same position in the bar; and exactly 1, 2, 4 … bars ago. */
export const DISTANCES = { masked: 0, before: 1, samePosition: 2, bars: [1, 2, 4, 8, 16, 32] } as const
const FIRST_BARS = 3

/** How many numbers DISTANCES has. */
export const DISTANCE_KINDS = FIRST_BARS + DISTANCES.bars.length

/** How a token lies to one that begins `steps` steps before it. */
export function distanceKind(steps: number, { stepsPerBar }: BarGrid, without: readonly NoteAblation[]): number {
  if (without.includes('metre') || steps % stepsPerBar !== 0) return DISTANCES.before
  const place = DISTANCES.bars.findIndex((bars) => bars === steps / stepsPerBar)
  return place < 0 ? DISTANCES.samePosition : FIRST_BARS + place
}

/** A sequence's melody; sixteenths in 4/4 where it does not say. @throws TokenError for a note or rest of more than 511 steps. */
export function noteMelody({ events, grid = COMMON_TIME, other }: Sequence): NoteMelody {
  return { tokens: tokensOf(events), grid, ...(other === undefined ? {} : { other: sightsOfVoice(other) }) }
}

/** What decides the columns of a batch. */
export interface BatchShape {
  readonly without: readonly NoteAblation[]
  /** Whether there are columns for the other voice. */
  readonly hasOther: boolean
}

/** Columns of an input row. */
export const inputWidth = (hasOther: boolean): number => NOTE_INPUTS + (hasOther ? OTHER_INPUTS : 0)
/** Columns of a row of endings. */
export const endingWidth = (hasOther: boolean): number => ENDINGS + (hasOther ? OTHER_INPUTS : 0)

/** The melodies as one padded batch. Inputs that are 0 in all of its rows are left out. */
export function makeNoteBatch(melodies: readonly NoteMelody[], { without, hasOther }: BatchShape): NoteBatch {
  const size = melodies.length
  const steps = Math.max(...melodies.map(({ tokens }) => tokens.length))
  const rows = steps * size
  const width = endingWidth(hasOther)
  const inputs = new SparseRows(inputWidth(hasOther))
  const batch = emptyTargets(rows, width)
  let valid = 0
  melodies.forEach(({ tokens, grid, other = null }, b) => {
    const reading = { grid, without }
    const seen = hasOther ? other : null
    let heard = NOTHING_HEARD
    tokens.forEach((token, t) => {
      const row = t * size + b
      const place = { token, before: tokens[t - 1] ?? null, heard }
      writeNoteInput(place, reading, (column, value) => inputs.set(row, column, value))
      heard = hear(heard, token)
      const reference = referenceOf(heard, without)
      if (seen !== null)
        writeSight(seen.at(token.start), reference, (column) => inputs.set(row, NOTE_INPUTS + column, 1))
      const next = tokens[t + 1] ?? null
      writeTargets(batch, row, { token, next, heard, reading, width })
      if (seen !== null && next !== null)
        writeMeeting(rowOf(batch.endings, row, width), seen.ahead(next.start), reference)
    })
    const last = itemAt(tokens, -1)
    valid += last.start + last.length - 1
  })
  return {
    steps,
    size,
    ...batch,
    ...inputs.picked(rows),
    distances: distancesOf(melodies, steps, without),
    melodies,
    valid,
  }
}

const emptyTargets = (rows: number, width: number): Targets => ({
  endings: new Float32Array(rows * width),
  lengthTargets: new Float32Array(rows * LENGTH_CLASSES).fill(NO_TARGET),
  intervalTargets: new Float32Array(rows * INTERVAL_CLASSES).fill(NO_TARGET),
  intervalMask: new Float32Array(rows * INTERVAL_CLASSES),
  restTargets: new Float32Array(rows),
  hasLength: new Float32Array(rows),
  hasKind: new Float32Array(rows),
  hasNote: new Float32Array(rows),
})

type Targets = Pick<
  NoteBatch,
  'endings' | 'lengthTargets' | 'intervalTargets' | 'intervalMask' | 'restTargets' | 'hasLength' | 'hasKind' | 'hasNote'
>

/** What is to be learnt from one token. */
interface Lesson {
  readonly token: Token
  /** Null for the last token. */
  readonly next: Token | null
  /** What is remembered with the token. */
  readonly heard: Heard
  readonly reading: Reading
  /** Columns of a row of endings. */
  readonly width: number
}

/** A row of a table. */
const rowOf = (table: Float32Array, row: number, width: number): Float32Array =>
  table.subarray(row * width, (row + 1) * width)

function writeTargets(batch: Targets, row: number, { token, next, heard, reading, width }: Lesson): void {
  const lengths = rowOf(batch.lengthTargets, row, LENGTH_CLASSES)
  if (next === null) writeSurvival(lengths, token.length)
  else lengths[lengthClass(token.length)] = token.length < LENGTH_CLASSES ? 0 : -Math.log(LONG_LENGTHS)
  // A last token of one step ends with the melody: nothing of it is predicted.
  batch.hasLength[row] = next === null && token.length === 1 ? 0 : 1
  if (next === null) return
  writeEnding(rowOf(batch.endings, row, width), token, reading)
  if (token.pitch !== null) {
    batch.hasKind[row] = 1
    batch.restTargets[row] = next.pitch === null ? 1 : 0
  }
  const reference = referenceOf(heard, reading.without)
  maskIntervals(rowOf(batch.intervalMask, row, INTERVAL_CLASSES), reference)
  if (next.pitch === null) return
  batch.hasNote[row] = 1
  const n = intervalClass(next.pitch - reference)
  batch.intervalTargets[row * INTERVAL_CLASSES + n] = n === INTERVAL_CLASSES - 1 ? -Math.log(farPitches(reference)) : 0
}

/** Writes what is known of the other voice where a token ends, behind the columns of the ending. */
export function writeMeeting(row: Float32Array, sight: Sight, reference: number): void {
  writeSight(sight, reference, (column) => (row[ENDINGS + column] = 1))
}

/** Writes the row [ENDINGS] that says how long a token was and where in the bar it ended; `row` must be zero. */
export function writeEnding(
  row: Float32Array,
  { start, length }: Pick<Token, 'start' | 'length'>,
  { grid, without }: Reading,
): void {
  row[lengthClass(length)] = 1
  if (!without.includes('metre')) row[LENGTH_CLASSES + positionColumn(positionInBar(start + length, grid))] = 1
}

/** A last token is at least this long: all longer ones count, of the last class the share that is left. */
function writeSurvival(lengths: Float32Array, length: number): void {
  lengths.fill(0, Math.min(lengthClass(length), LENGTH_CLASSES - 1))
  if (length > LENGTH_CLASSES) lengths[LENGTH_CLASSES - 1] = Math.log((LONGEST_TOKEN - length + 1) / LONG_LENGTHS)
}

/** Closes the classes whose pitch there is not, in a row of zeros. */
export function maskIntervals(mask: Float32Array, reference: number): void {
  for (let n = 0; n < INTERVAL_CLASSES - 1; n++) {
    const pitch = reference + n - intervalClass(0)
    if (pitch < 0 || pitch >= PITCHES) mask[n] = NO_TARGET
  }
  if (farPitches(reference) === 0) mask[INTERVAL_CLASSES - 1] = NO_TARGET
}

/** How many pitches share the last interval class: those more than 36 semitones away. */
export function farPitches(reference: number): number {
  return Math.max(0, reference - WIDEST_INTERVAL) + Math.max(0, PITCHES - 1 - WIDEST_INTERVAL - reference)
}

/** Inputs as they are written: most columns of a row are 0, and most columns of a batch are 0 in all rows. */
class SparseRows {
  private readonly rows: number[] = []
  private readonly columns: number[] = []
  private readonly values: number[] = []
  private readonly used: Uint8Array

  constructor(width: number) {
    this.used = new Uint8Array(width)
  }

  set(row: number, column: number, value: number): void {
    if (value === 0) return
    this.rows.push(row)
    this.columns.push(column)
    this.values.push(value)
    this.used[column] = 1
  }

  /** The columns in use, and the first `rows` rows of them. */
  picked(rows: number): Pick<NoteBatch, 'inputs' | 'columns'> {
    const columns = [...this.used.keys()].filter((column) => this.used[column] === 1)
    const place = new Int32Array(this.used.length)
    columns.forEach((column, n) => (place[column] = n))
    const inputs = new Float32Array(rows * columns.length)
    for (let n = 0; n < this.rows.length; n++)
      inputs[this.rows[n]! * columns.length + place[this.columns[n]!]!] = this.values[n]!
    return { inputs, columns }
  }
}

/** `distanceKind` of every pair of tokens, from a table: there are a million pairs in a batch. */
function distancesOf(melodies: readonly NoteMelody[], steps: number, without: readonly NoteAblation[]): Uint8Array {
  const distances = new Uint8Array(melodies.length * steps * (steps + 1))
  melodies.forEach(({ tokens, grid }, b) => {
    const last = itemAt(tokens, -1).start
    const kinds = Uint8Array.from({ length: last + 1 }, (_, distance) => distanceKind(distance, grid, without))
    const starts = Int32Array.from(tokens, ({ start }) => start)
    for (let j = 1; j < starts.length; j++) {
      const at = (b * steps + j) * (steps + 1)
      const start = itemAt(starts, j)
      for (let i = 0; i < j; i++) distances[at + i] = kinds[start - starts[i]!]!
    }
  })
  return distances
}
