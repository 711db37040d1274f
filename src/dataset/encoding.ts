import { countKeys, isPitch, majorKeyHistogram, NO_EVENT, NOTE_OFF, STEPS_PER_BAR } from '../melody/melody.ts'
import type { EncodingName, ModelSpec } from '../config/modelSpec.ts'

/** Where inputs are written: float for a network, int8 (every input is -1, 0 or 1) to keep many of them. */
export type InputRow = Float32Array | Int8Array

/** One of Magenta's four ways to turn a melody into a network's inputs and labels. Runs in a browser. */
export interface MelodyEncoding {
  readonly name: EncodingName
  /** Values of one input row. */
  readonly inputSize: number
  /** Number of labels a network chooses from. */
  readonly classes: number
  /** The label of NO_EVENT; the only one that "no event accuracy" counts. */
  readonly defaultEventLabel: number
  /** Lowest pitch the encoding knows. */
  readonly minNote: number
  /** First pitch above those it knows. */
  readonly maxNote: number
  /** Major key melodies are squashed to before they are encoded; `null` = their own. */
  readonly transposeToKey: number | null
  /** True where the input row is nothing but the one-hot of the event's label. */
  readonly oneHot: boolean
  /**
   * Writes the input row for `events[0..position]` to `row` from `offset` on; that part of `row` is zeroed first.
   * @throws EncodingError for a pitch outside [minNote, maxNote).
   */
  writeInput(events: readonly number[], position: number, row: InputRow, offset?: number): void
  /**
   * The label of `events[position]`, given the events before it.
   * @throws EncodingError for a pitch outside [minNote, maxNote).
   */
  label(events: readonly number[], position: number): number
  /** The event that `label` means after `events`. */
  event(label: number, events: readonly number[]): number
  /**
   * Inputs of all events but the last and labels of all but the first: a row each for n = events.length - 1 steps
   * (0 for an empty melody); inputs row-major, each -1, 0 or 1.
   */
  encode(events: readonly number[]): { inputs: Int8Array; labels: Int32Array }
}

/** A pitch or label outside what the encoding knows; `squash` brings a melody into its range. */
export class EncodingError extends RangeError {
  override readonly name = 'EncodingError'
}

/** Steps back of the events that get a label of their own when repeated: one and two bars of 4/4. */
const LOOKBACKS: readonly number[] = [16, 32]
const LONGEST_LOOKBACK = 32
const SPECIAL_EVENTS = 2
const PITCH_CLASSES = 12

/**
 * The encoding of that name: `mono` (130 inputs and classes, all of MIDI), `basic` (38, pitches 48-83), `lookback` (121
 * inputs, 40 classes) or `attention` (74 inputs, 40 classes; made for attention_rnn).
 * @example melodyEncoding('basic').label([48], 0) // 2
 */
export function melodyEncoding(name: EncodingName): MelodyEncoding {
  return ENCODINGS[name]
}

/** The encoding of the events a network predicts: its own, and `mono` for a network of notes, which gives every pitch a probability. */
export function eventEncoding(spec: ModelSpec): MelodyEncoding {
  return melodyEncoding(spec.encoding === 'notes' ? 'mono' : spec.encoding)
}

/** The input row for `events[position]`, given those before it: a new one. @throws EncodingError as `writeInput`. */
export function inputRow(encoding: MelodyEncoding, events: readonly number[], position: number): Float32Array {
  const row = new Float32Array(encoding.inputSize)
  encoding.writeInput(events, position, row)
  return row
}

interface Range {
  readonly minNote: number
  readonly maxNote: number
}

function checkEvent(event: number | undefined, { minNote, maxNote }: Range): number {
  if (event === NO_EVENT || event === NOTE_OFF) return event
  if (event === undefined || !Number.isInteger(event) || event < minNote || event >= maxNote) {
    throw new EncodingError(
      `invalid event: ${event} (-2, -1 or a pitch from ${minNote} to ${maxNote - 1}; squash first)`,
    )
  }
  return event
}

function checkLabel(label: number, classes: number): void {
  if (!Number.isInteger(label) || label < 0 || label >= classes) {
    throw new EncodingError(`invalid label: ${label} (0 to ${classes - 1})`)
  }
}

/** 0 = no event, 1 = note off, then the pitches from the lowest. */
function oneHotIndex(event: number | undefined, range: Range): number {
  const checked = checkEvent(event, range)
  return isPitch(checked) ? checked - range.minNote + SPECIAL_EVENTS : checked + SPECIAL_EVENTS
}

function eventOfOneHot(index: number, { minNote }: Range): number {
  return index < SPECIAL_EVENTS ? index - SPECIAL_EVENTS : index - SPECIAL_EVENTS + minNote
}

type Core = Omit<MelodyEncoding, 'encode'>

/** Adds `encode` to an encoding that has the rest. `writeRows` may be a faster way to write rows 0 to n-1 at once. */
function withEncode(core: Core, writeRows = oneByOne(core)): MelodyEncoding {
  return {
    ...core,
    encode(events) {
      const count = Math.max(0, events.length - 1)
      const inputs = new Int8Array(count * core.inputSize)
      writeRows(events, count, inputs)
      return { inputs, labels: Int32Array.from({ length: count }, (_, row) => core.label(events, row + 1)) }
    },
  }
}

type RowsWriter = (events: readonly number[], count: number, inputs: Int8Array) => void

function oneByOne({ writeInput, inputSize }: Core): RowsWriter {
  return (events, count, inputs) => {
    for (let position = 0; position < count; position++) {
      writeInput(events, position, inputs, position * inputSize)
    }
  }
}

function oneHotEncoding(name: EncodingName, range: Range, transposeToKey: number | null): MelodyEncoding {
  const classes = range.maxNote - range.minNote + SPECIAL_EVENTS
  return withEncode({
    name,
    ...range,
    transposeToKey,
    inputSize: classes,
    classes,
    defaultEventLabel: 0,
    oneHot: true,
    writeInput(events, position, row, offset = 0) {
      row.fill(0, offset, offset + classes)
      row[offset + oneHotIndex(events[position], range)] = 1
    },
    label: (events, position) => oneHotIndex(events[position], range),
    event(label) {
      checkLabel(label, classes)
      return eventOfOneHot(label, range)
    },
  })
}

/**
 * The class of a repetition: that of the longest lookback where the event is the one of that many steps ago, and also
 * for a NO_EVENT earlier than that (before a melody begins, nothing happens); `null` where nothing is repeated.
 */
function repetition(events: readonly number[], position: number): number | null {
  const event = events[position]
  if (position < LONGEST_LOOKBACK && event === NO_EVENT) return LOOKBACKS.length - 1
  const index = LOOKBACKS.findLastIndex((distance) => position >= distance && event === events[position - distance])
  return index < 0 ? null : index
}

/** The event `distance` steps before the next one, NO_EVENT where the melody is not that long yet. */
function eventAgo(events: readonly number[], distance: number): number {
  return events[events.length - distance] ?? NO_EVENT
}

/** Marks which lookbacks the event at `position` repeats; returns the offset behind the marks. */
function writeRepeats(events: readonly number[], position: number, row: InputRow, offset: number): number {
  for (const [index, distance] of LOOKBACKS.entries()) {
    if (position >= distance && events[position] === events[position - distance]) row[offset + index] = 1
  }
  return offset + LOOKBACKS.length
}

/** `bits` binary digits of `count`, lowest first, as 1 and -1; returns the offset behind them. */
function writeCounter(count: number, bits: number, row: InputRow, offset: number): number {
  for (let bit = 0; bit < bits; bit++) row[offset + bit] = (count >> bit) & 1 ? 1 : -1
  return offset + bits
}

function lookbackEncoding(range: Range, transposeToKey: number | null): MelodyEncoding {
  const counterBits = 5
  const plain = range.maxNote - range.minNote + SPECIAL_EVENTS
  const inputSize = plain * (1 + LOOKBACKS.length) + counterBits + LOOKBACKS.length
  const classes = plain + LOOKBACKS.length
  return withEncode({
    name: 'lookback',
    ...range,
    transposeToKey,
    inputSize,
    classes,
    defaultEventLabel: 0,
    oneHot: false,
    writeInput(events, position, row, offset = 0) {
      row.fill(0, offset, offset + inputSize)
      row[offset + oneHotIndex(events[position], range)] = 1
      // What would come next if the melody repeated itself from one and two bars ago.
      for (const [index, distance] of LOOKBACKS.entries()) {
        const event = events[position - distance + 1] ?? NO_EVENT
        row[offset + plain * (index + 1) + oneHotIndex(event, range)] = 1
      }
      const counter = offset + plain * (1 + LOOKBACKS.length)
      writeRepeats(events, position, row, writeCounter(position + 1, counterBits, row, counter))
    },
    label(events, position) {
      const repeated = repetition(events, position)
      return repeated === null ? oneHotIndex(events[position], range) : plain + repeated
    },
    event(label, events) {
      checkLabel(label, classes)
      const distance = LOOKBACKS[label - plain]
      return distance === undefined ? eventOfOneHot(label, range) : eventAgo(events, distance)
    },
  })
}

/** What the attention encoding knows of the melody so far; carried from step to step. */
interface Listening {
  sounding: number | null
  isAttack: boolean
  /** 1 up, -1 down, 0 when no two pitches differed yet. */
  direction: number
  /** The last three different pitches, the newest last. */
  lastPitches: number[]
  /** Notes so far that lie in each major key. */
  keyCounts: number[]
}

function silence(): Listening {
  const keyCounts = new Array<number>(PITCH_CLASSES).fill(0)
  return { sounding: null, isAttack: false, direction: 0, lastPitches: [], keyCounts }
}

/** Takes the next event into `heard`, which is changed. A NOTE_OFF does not clear `isAttack`: Magenta's does not. */
function listen(heard: Listening, event: number): void {
  if (event === NO_EVENT) heard.isAttack = false
  else if (event === NOTE_OFF) heard.sounding = null
  else hearPitch(heard, event)
}

function hearPitch(heard: Listening, pitch: number): void {
  const before = heard.lastPitches.at(-1)
  heard.isAttack = true
  heard.sounding = pitch
  if (before !== undefined && pitch !== before) heard.direction = pitch > before ? 1 : -1
  heard.lastPitches = [...heard.lastPitches.filter((other) => other !== pitch), pitch].slice(-3)
  countKeys(heard.keyCounts, pitch)
}

/** Marks the keys that hold most of the notes counted: all twelve when there are none. */
function writeKeys(counts: readonly number[], row: InputRow, offset: number): number {
  const most = Math.max(...counts)
  for (const [key, count] of counts.entries()) if (count === most) row[offset + key] = 1
  return offset + PITCH_CLASSES
}

function attentionEncoding(range: Range, transposeToKey: number | null): MelodyEncoding {
  const counterBits = 7
  const noteRange = range.maxNote - range.minNote
  const inputSize = noteRange + 2 + 1 + 1 + LOOKBACKS.length + counterBits + 1 + 2 * PITCH_CLASSES
  const classes = noteRange + SPECIAL_EVENTS + LOOKBACKS.length

  function write(heard: Listening, events: readonly number[], position: number, row: InputRow, offset: number): void {
    row.fill(0, offset, offset + inputSize)
    if (heard.sounding !== null) row[offset + heard.sounding - range.minNote] = 1
    row[offset + noteRange + (heard.sounding === null ? 1 : 0)] = 1
    row[offset + noteRange + 2] = heard.isAttack ? 1 : 0
    row[offset + noteRange + 3] = heard.direction
    const counter = writeRepeats(events, position, row, offset + noteRange + 4)
    const bar = writeCounter(position + 1, counterBits, row, counter)
    row[bar] = (position + 1) % STEPS_PER_BAR === 0 ? 1 : 0
    const recent = writeKeys(heard.keyCounts, row, bar + 1)
    writeKeys(majorKeyHistogram(heard.lastPitches), row, recent)
  }

  const core: Core = {
    name: 'attention',
    ...range,
    transposeToKey,
    inputSize,
    classes,
    defaultEventLabel: noteRange,
    oneHot: false,
    writeInput(events, position, row, offset = 0) {
      const heard = silence()
      for (let step = 0; step <= position; step++) listen(heard, checkEvent(events[step], range))
      write(heard, events, position, row, offset)
    },
    label(events, position) {
      const repeated = repetition(events, position)
      if (repeated !== null) return noteRange + SPECIAL_EVENTS + repeated
      const event = checkEvent(events[position], range)
      if (event === NO_EVENT) return noteRange
      return event === NOTE_OFF ? noteRange + 1 : event - range.minNote
    },
    event(label, events) {
      checkLabel(label, classes)
      if (label < noteRange) return range.minNote + label
      if (label < noteRange + SPECIAL_EVENTS) return label === noteRange ? NO_EVENT : NOTE_OFF
      return eventAgo(events, LOOKBACKS[label - noteRange - SPECIAL_EVENTS] ?? LONGEST_LOOKBACK)
    },
  }
  // One pass over the melody: writeInput would listen from the start again for each row.
  return withEncode(core, (events, count, inputs) => {
    const heard = silence()
    for (let position = 0; position < count; position++) {
      listen(heard, checkEvent(events[position], range))
      write(heard, events, position, inputs, position * inputSize)
    }
  })
}

/** Four octaves of a singing range, C3 to B5, which Magenta squashes melodies into. */
const SQUASHED: Range = { minNote: 48, maxNote: 84 }

const ENCODINGS: Readonly<Record<EncodingName, MelodyEncoding>> = {
  mono: oneHotEncoding('mono', { minNote: 0, maxNote: 128 }, null),
  basic: oneHotEncoding('basic', SQUASHED, 0),
  lookback: lookbackEncoding(SQUASHED, 0),
  attention: attentionEncoding(SQUASHED, 0),
}
