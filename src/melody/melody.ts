/** No change: the sounding note continues, or silence does. */
export const NO_EVENT = -2
/** The sounding note ends. */
export const NOTE_OFF = -1
/** The first event that is not a pitch any more is NOTE_OFF; pitches are 0-127. */
export const MAX_PITCH = 127

/**
 * One voice on a grid: one event per step, each NO_EVENT (-2), NOTE_OFF (-1) or a MIDI pitch (0-127).
 */
export interface Melody {
  readonly events: readonly number[]
  /** Step of the first event, counted from the start of the (part of the) score. */
  readonly startStep: number
  /** startStep + events.length. */
  readonly endStep: number
  readonly stepsPerBar: number
  readonly stepsPerQuarter: number
  /** The instrument of the score it was taken from. */
  readonly instrument: number
}

/** Of 4/4 on sixteenths, the study's grid. */
export const STEPS_PER_BAR = 16

const PITCH_CLASSES = 12
const MAJOR_SCALE: readonly number[] = [0, 2, 4, 5, 7, 9, 11]

/** For each pitch class (0 = C) the major keys whose scale holds it. */
const KEYS_OF_PITCH_CLASS: readonly (readonly number[])[] = Array.from({ length: PITCH_CLASSES }, (_, pitchClass) =>
  MAJOR_SCALE.map((degree) => (pitchClass - degree + PITCH_CLASSES) % PITCH_CLASSES),
)

/** A value that is not a melody event: events are whole numbers from -2 to 127. */
export class MelodyEventError extends RangeError {
  override readonly name = 'MelodyEventError'
}

/** True for the events that start a note. */
export function isPitch(event: number): boolean {
  return event >= 0
}

/**
 * The events with every NOTE_OFF before the first note turned into NO_EVENT: there is nothing to end yet.
 * @throws MelodyEventError naming the step and the value of an invalid event.
 * @example cleanEvents([-1, -2, 60, -1]) // [-2, -2, 60, -1]
 */
export function cleanEvents(events: readonly number[]): number[] {
  const wrong = events.findIndex((event) => !Number.isInteger(event) || event < NO_EVENT || event > MAX_PITCH)
  if (wrong >= 0)
    throw new MelodyEventError(`invalid melody event at step ${wrong}: ${events[wrong]} (-2 to ${MAX_PITCH})`)
  const first = events.findIndex(isPitch)
  const silent = first < 0 ? events.length : first
  return events.map((event, step) => (step < silent ? NO_EVENT : event))
}

/** Where a melody stands, besides its events. The defaults: from step 0, in 4/4 on sixteenths, instrument 0. */
export interface MelodyPlace {
  readonly startStep?: number
  readonly stepsPerBar?: number
  readonly stepsPerQuarter?: number
  readonly instrument?: number
}

/**
 * A melody from its events (cleaned, see `cleanEvents`).
 * @throws MelodyEventError for an event outside -2 to 127.
 * @example melodyFromEvents([60, -2, -1]).endStep // 3
 */
export function melodyFromEvents(events: readonly number[], place: MelodyPlace = {}): Melody {
  const { startStep = 0, stepsPerBar = 16, stepsPerQuarter = 4, instrument = 0 } = place
  const cleaned = cleanEvents(events)
  return { events: cleaned, startStep, endStep: startStep + cleaned.length, stepsPerBar, stepsPerQuarter, instrument }
}

/**
 * The melody cut or lengthened at its end to `steps` steps. A note that still sounds where it is lengthened ends there.
 * @example setLength(melodyFromEvents([60]), 3).events // [60, -1, -2]
 */
export function setLength(melody: Melody, steps: number): Melody {
  const old = melody.events
  const events = Array.from({ length: steps }, (_, step) => old[step] ?? NO_EVENT)
  if (steps > old.length && isPitch(old.findLast((event) => event !== NO_EVENT) ?? NOTE_OFF)) {
    events[old.length] = NOTE_OFF
  }
  return { ...melody, events, endStep: melody.startStep + steps }
}

/** For each of the twelve major keys, from C, how many notes lie in its scale. */
export function majorKeyHistogram(events: readonly number[]): number[] {
  const counts = new Array<number>(PITCH_CLASSES).fill(0)
  for (const event of events) if (isPitch(event)) countKeys(counts, event)
  return counts
}

/** Adds one to the count of each major key that holds `pitch`; changes `counts`, which has a place a key. */
export function countKeys(counts: number[], pitch: number): void {
  for (const key of KEYS_OF_PITCH_CLASS[pitch % PITCH_CLASSES] ?? []) addAt(counts, key)
}

/** The major key (pitch class of its tonic) that holds most notes; the lowest of several; 0 without notes. */
export const majorKey = (events: readonly number[]): number => majorKeys(events)[0]!

/**
 * Every major key that holds most notes, ascending: several for a melody of few pitch classes, all twelve without notes.
 * @example majorKeys([60, 62, 64, 67, 69]) // [0, 5, 7]: C, F and G hold these five
 */
export function majorKeys(events: readonly number[]): number[] {
  const counts = majorKeyHistogram(events)
  const most = Math.max(...counts)
  return counts.flatMap((count, key) => (count === most ? [key] : []))
}

function addAt(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1
}

/** A note of a melody, in steps from the melody's first event; `endStep` is exclusive. */
export interface MelodyNote {
  readonly pitch: number
  readonly startStep: number
  readonly endStep: number
}

/**
 * The notes the events mean: each lasts until the next note, the next NOTE_OFF or the end.
 * @example melodyNotes([60, -2, 62, -1]) // 60 in steps 0-2, 62 in steps 2-3
 */
export function melodyNotes(events: readonly number[]): MelodyNote[] {
  const notes: MelodyNote[] = []
  let open: { pitch: number; startStep: number } | null = null
  for (const [step, event] of events.entries()) {
    if (event === NO_EVENT) continue
    if (open !== null) notes.push({ ...open, endStep: step })
    open = isPitch(event) ? { pitch: event, startStep: step } : null
  }
  if (open !== null) notes.push({ ...open, endStep: events.length })
  return notes
}

/**
 * `length` events that hold the notes, which must be in order of their starts. A note is cut where the next begins, and
 * what lies past `length` is left out; a note that ends before both gets a NOTE_OFF.
 * @example eventsOfNotes([{ pitch: 60, startStep: 1, endStep: 2 }], 4) // [-2, 60, -1, -2]
 */
export function eventsOfNotes(notes: readonly MelodyNote[], length: number): number[] {
  const events = new Array<number>(length).fill(NO_EVENT)
  for (const [index, note] of notes.entries()) {
    if (note.startStep >= length) break
    events[note.startStep] = note.pitch
    const nextStart = notes[index + 1]?.startStep ?? Infinity
    if (note.endStep < nextStart && note.endStep < length) events[note.endStep] = NOTE_OFF
  }
  return events
}
