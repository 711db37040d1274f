import { extractMelodies } from '../melody/extractMelodies.ts'
import {
  eventsOfNotes,
  isPitch,
  MAX_PITCH,
  type Melody,
  melodyFromEvents,
  NO_EVENT,
  setLength,
} from '../melody/melody.ts'
import { melodyToNoteSequence } from '../melody/melodyToNoteSequence.ts'
import type { NoteSequence, TimeSignature } from '../score/noteSequence.ts'
import { quantize, quantizeToStep, stepsPerSecond } from '../score/quantize.ts'
import { counted } from '../support/text/counted.ts'
import { UserError } from '../support/errors.ts'
import { MAX_STEPS } from '../config/limits.ts'
import { keysOf } from '../support/records.ts'

/** A primer that cannot be used; the message has the value and the remedy. */
export class PrimerError extends UserError {
  override readonly name = 'PrimerError'
}

/** Name of a built-in primer. */
export type PrimerName = 'onenote' | 'half_note' | 'major' | 'minor' | 'arp' | 'bach' | 'modal'

/** Bars of a primer that is taken from a tune where none are asked for. */
export const PRIMER_BARS = 4

const STEPS_PER_QUARTER = 4
const PRIMER_QPM = 120

/** Half a bar of Bach's figure, then the same again: sixteenths, one note per step. */
const twice = (halfBar: readonly number[]): number[] => [...halfBar, ...halfBar]

/** The opening of the prelude of the first cello suite, four bars of sixteenths. */
const bach: readonly number[] = [
  ...twice([43, 50, 59, 57, 59, 50, 59, 50]),
  ...twice([43, 52, 60, 59, 60, 52, 60, 52]),
  ...twice([43, 54, 60, 59, 60, 54, 60, 54]),
  ...[43, 55, 59, 57, 59, 55, 59, 55, 43, 55, 59, 57, 59, 55, 59, 54],
]

/** Four bars of D dorian: first step, length in steps, pitch. */
const modal = (
  [
    [0, 4, 62],
    [4, 8, 62],
    [12, 4, 69],
    [16, 1, 72],
    [20, 8, 64],
    [28, 1, 65],
    [32, 12, 65],
    [44, 20, 67],
  ] as const
).map(([startStep, steps, pitch]) => ({ pitch, startStep, endStep: startStep + steps }))

/** The study's seven primers, as events; the names are those of its published files. */
export const primers: Readonly<Record<PrimerName, readonly number[]>> = {
  onenote: [60],
  half_note: [60, -2, -2, -2, -2, -2, -2, -2],
  major: [60, -2, 62, -2, 64, -2, 59, -2, 60, -2],
  minor: [60, -2, 62, -2, 63, -2, 58, -2, 60, -2],
  // IIm7 - V7 - I
  arp: [62, -2, 65, -2, 69, -2, 72, -2, 71, -2, 67, -2, 65, -2, 62, -2, 60],
  bach,
  modal: eventsOfNotes(modal, 64),
}

/** The primers' names in the study's order. */
export const PRIMER_NAMES = keysOf(primers)

/** The events that a model continues. */
export interface Conditioning {
  readonly events: readonly number[]
  /** Where the events begin in the primer's score: the bar of its first note. */
  readonly startStep: number
  readonly stepsPerBar: number
  /** Steps of the whole melody from `startStep` on. */
  readonly totalSteps: number
}

/**
 * What Magenta's command line makes of a primer: generation starts one step after the last note's end, rounded up by
 * another step, so a note that ends is followed by a NOTE_OFF and a NO_EVENT. Whole silent bars before the first note fall
 * away. A score without a note gives one step of silence.
 * @throws PrimerError when nothing would be left to generate within `totalSteps` steps of the score.
 * @throws MultipleTempoError, MultipleTimeSignatureError, BadTimeSignatureError for scores that must be cut first.
 */
export function primerFromCommandLine(score: NoteSequence, totalSteps: number): Conditioning {
  const qpm = score.tempos[0]?.qpm ?? PRIMER_QPM
  // Seconds and back to steps, in Magenta's order of operations: its last bits decide about the last step.
  const rate = stepsPerSecond(STEPS_PER_QUARTER, qpm)
  const seconds = (steps: number): number => (steps * 60) / qpm / STEPS_PER_QUARTER
  const startSeconds = score.notes.reduce((end, note) => Math.max(end, note.endSeconds), 0) + seconds(1)
  const startStep = quantizeToStep(startSeconds, rate, 0)
  const endStep = quantizeToStep(seconds(totalSteps), rate, 1)
  const melody = primerMelody(score, startStep)
  const { events } = setLength(melody, startStep - melody.startStep)
  const conditioning = { events, startStep: melody.startStep, stepsPerBar: melody.stepsPerBar }
  checkRoom(events, endStep - melody.startStep)
  return { ...conditioning, totalSteps: endStep - melody.startStep }
}

/** The first melody of a score, of several voices the highest notes; silence just before `startStep` without any. */
function primerMelody(score: NoteSequence, startStep: number): Melody {
  const quantized = quantize(score, STEPS_PER_QUARTER)
  if (!Number.isInteger(quantized.stepsPerBar))
    throw new PrimerError(
      `a bar has ${quantized.stepsPerBar} sixteenths: choose bars in a metre with whole sixteenths per bar`,
    )
  const options = { minBars: 0, minPitches: 1, gapBars: Infinity, ignorePolyphonic: true }
  const first = extractMelodies(quantized, options).melodies[0]
  return first ?? melodyFromEvents([], { startStep: startStep - 1, stepsPerBar: quantized.stepsPerBar })
}

/** A primer as a person gave it, and what a model is conditioned on for it. */
export interface PrimerMelody {
  readonly events: readonly number[]
  readonly conditionedOn: readonly number[]
  /** Tempo to play the result at. */
  readonly qpm: number
  /** Metre to write the result in; absent = 4/4. */
  readonly timeSignature?: Metre
}

/** A metre other than 4/4, as recipes and sidecars hold it. */
export type Metre = Pick<TimeSignature, 'numerator' | 'denominator'>

/**
 * A primer from events. `appendix` true (the study's way) = as Magenta's command line: a NOTE_OFF and a NO_EVENT follow
 * the last note's end; false = the events alone.
 * @throws PrimerError for an invalid event, or for no events.
 * @example primerOfEvents([60], true).conditionedOn // [60, -1, -2]
 */
export function primerOfEvents(events: readonly number[], appendix: boolean): PrimerMelody {
  checkEvents(events)
  const melody = melodyFromEvents(events)
  const score = melodyToNoteSequence(melody, { qpm: PRIMER_QPM })
  const conditionedOn = appendix ? primerFromCommandLine(score, Infinity).events : melody.events
  return { events, conditionedOn, qpm: PRIMER_QPM }
}

/**
 * A primer from a score: its first melody, from the bar of its first note; of notes that start together the highest.
 * @throws PrimerError for a score without a note, or hours long.
 * @throws MultipleTempoError, MultipleTimeSignatureError, BadTimeSignatureError for scores that must be cut first.
 */
export function primerOfScore(score: NoteSequence, appendix: boolean): PrimerMelody {
  const qpm = score.tempos[0]?.qpm ?? PRIMER_QPM
  const steps = score.totalSeconds * stepsPerSecond(STEPS_PER_QUARTER, qpm)
  // Before any array of that length is made.
  if (!(steps <= MAX_STEPS)) throw new PrimerError(`it has ${Math.ceil(steps)} steps (at most ${MAX_STEPS})`)
  const { events } = primerMelody(score, 1)
  if (!events.some(isPitch)) throw new PrimerError('it has no notes: use a file with a melody')
  const conditionedOn = appendix ? primerFromCommandLine(score, Infinity).events : events
  return { events, conditionedOn, qpm, ...metreOf(score) }
}

/** The metre of a score of one metre, where it is not 4/4. */
function metreOf({ timeSignatures }: NoteSequence): { timeSignature?: Metre } {
  const { numerator, denominator } = timeSignatures[0] ?? { numerator: 4, denominator: 4 }
  return numerator === 4 && denominator === 4 ? {} : { timeSignature: { numerator, denominator } }
}

/** PrimerError when a melody of `totalSteps` steps has no room for a step after what it is conditioned on. */
export function checkRoom(conditionedOn: readonly number[], totalSteps: number): void {
  const { length } = conditionedOn
  if (length < totalSteps) return
  const rest = `${counted(length, 'step')} with what is appended, but the total is ${totalSteps}`
  throw new PrimerError(`the primer is too long: ${rest} (--steps ${length + 1} or more, or --new-steps)`)
}

/** PrimerError naming the first step that is not an event. */
function checkEvents(events: readonly number[]): void {
  if (events.length === 0) throw new PrimerError('the primer is empty: give one event per step, such as "60,-2,62"')
  const wrong = events.findIndex((event) => !Number.isInteger(event) || event < NO_EVENT || event > MAX_PITCH)
  if (wrong < 0) return
  throw new PrimerError(
    `invalid primer step ${wrong + 1}: ${events[wrong]} (0–${MAX_PITCH} a note, -1 note off, -2 no event)`,
  )
}
