import { intervalClass, INTERVAL_CLASSES } from './tokenClasses.ts'

/** What the other voice does on a step: begins a note, holds one, ends one, or is silent. */
export const STEP_EVENTS = ['begins', 'holds', 'ends', 'silent'] as const
/** What the other voice does on a step. */
export type StepEvent = (typeof STEP_EVENTS)[number]

/** What is known of the other voice on a step. */
export interface Sight {
  /** What it does on the very step; null where only what came before is known. */
  readonly event: StepEvent | null
  /** The pitch that sounds, as far as is known; null in silence. */
  readonly pitch: number | null
  /** Semitones between its last two notes; null before its second. */
  readonly move: number | null
}

/** Before anything was heard. */
export const NOTHING_SEEN: Sight = { event: null, pitch: null, move: null }

/** Moves from an octave down to an octave up have a column each; wider ones share one on either side. */
const WIDEST_MOVE = 13

/** Kinds of meeting: the four events, and where the event is not known, whether a note sounded on the step before. */
export const MEETINGS = STEP_EVENTS.length + 2

/** Columns of what is known of the other voice, part by part. */
const MEETING = 0
const RELATIVE = MEETING + MEETINGS
const MOVE = RELATIVE + INTERVAL_CLASSES
/** Number of columns. */
export const OTHER_INPUTS = MOVE + 2 * WIDEST_MOVE + 1

/** The kind of meeting, from 0 up. */
export function meetingOf({ event, pitch }: Sight): number {
  if (event !== null) return STEP_EVENTS.indexOf(event)
  return STEP_EVENTS.length + (pitch === null ? 1 : 0)
}

/** Takes the value 1 of a column [OTHER_INPUTS]; the others are 0. */
export type MarkColumn = (column: number) => void

/**
 * Marks what is known of the other voice: what it does on the step, its pitch counted from a pitch of one's own, and its last move.
 * @param reference one's own last pitch.
 */
export function writeSight(sight: Sight, reference: number, mark: MarkColumn): void {
  mark(MEETING + meetingOf(sight))
  if (sight.pitch !== null) mark(RELATIVE + intervalClass(sight.pitch - reference))
  if (sight.move !== null) mark(MOVE + Math.max(-WIDEST_MOVE, Math.min(WIDEST_MOVE, sight.move)) + WIDEST_MOVE)
}

/** A listener to one voice, step by step. */
export interface Watched extends Sight {
  /** Pitch of its last note, sounding or not; null before the first. */
  readonly last: number | null
}

/** Before the first step. */
export const NOTHING_WATCHED: Watched = { ...NOTHING_SEEN, last: null }

/** What is known once a voice's event of a step is: a pitch that begins, -1 for a note that ends, -2 for no change. */
export function watch({ pitch, move, last }: Watched, event: number): Watched {
  if (event >= 0) return { event: 'begins', pitch: event, move: last === null ? move : event - last, last: event }
  if (pitch === null) return { event: 'silent', pitch, move, last }
  return event === -1 ? { event: 'ends', pitch: null, move, last } : { event: 'holds', pitch, move, last }
}

/** What is known of a step from the steps before it alone. */
export const beforeStep = ({ pitch, move }: Sight): Sight => ({ event: null, pitch, move })

/**
 * What is known of a voice on each of its steps, once the step is heard.
 * @example sightsOf([60, -2, -1])[1] // { event: 'holds', pitch: 60, move: null, last: 60 }
 */
export function sightsOf(events: readonly number[]): Watched[] {
  let now = NOTHING_WATCHED
  return events.map((event) => (now = watch(now, event)))
}

/** How much of the other voice is known when a note is chosen: up to the step before, or with what begins on its step. */
export const KNOWLEDGE = ['before', 'onset'] as const
/** How much of the other voice is known when a note is chosen. */
export type Knowledge = (typeof KNOWLEDGE)[number]

/** The other voice of a melody, step by step as the melody's own events. */
export interface OtherVoice {
  readonly events: readonly number[]
  readonly knows: Knowledge
}

/** What a network is shown of the other voice. */
export interface Sights {
  /** On the step on which a token of one's own has begun: all of it has been heard since. */
  readonly at: (step: number) => Sight
  /** On the step whose event is to be predicted. */
  readonly ahead: (step: number) => Sight
}

/** The sights of another voice. Past its end nothing more is known. */
export function sightsOfVoice({ events, knows }: OtherVoice): Sights {
  const heard = sightsOf(events)
  const at = (step: number): Sight => heard[step] ?? beforeStep(heard.at(-1) ?? NOTHING_SEEN)
  const ahead = (step: number): Sight => beforeStep(step === 0 ? NOTHING_SEEN : at(step - 1))
  return { at, ahead: knows === 'onset' ? at : ahead }
}
