import { UserError } from '../support/errors.ts'
import {
  DEFAULT_QPM,
  type NoteSequence,
  type QuantizedNote,
  type QuantizedSequence,
  type Tempo,
  type TimeSignature,
} from './noteSequence.ts'

/** The tempo changes within a score that should be cut first (`splitOnTimeChanges`). */
export class MultipleTempoError extends UserError {
  override readonly name = 'MultipleTempoError'
}

/** The metre changes within a score that should be cut first (`splitOnTimeChanges`). */
export class MultipleTimeSignatureError extends UserError {
  override readonly name = 'MultipleTimeSignatureError'
}

/** A metre of no beats, or one whose beat is not a power of two. */
export class BadTimeSignatureError extends UserError {
  override readonly name = 'BadTimeSignatureError'
}

/** A note that starts or ends before the score does. */
export class NegativeTimeError extends UserError {
  override readonly name = 'NegativeTimeError'
}

const COMMON_TIME = { timeSeconds: 0, numerator: 4, denominator: 4 }
/** Half-way values go up to the next step. */
const QUANTIZE_CUTOFF = 0.5

/**
 * The step nearest to a time. `cutoff` is the fraction of a step from which a time belongs to the next one.
 * @example quantizeToStep(0.26, 4) // 1
 */
export function quantizeToStep(seconds: number, stepsPerSecond: number, cutoff: number = QUANTIZE_CUTOFF): number {
  return Math.trunc(seconds * stepsPerSecond + (1 - cutoff))
}

/** stepsPerQuarter * qpm / 60, in this order: t * this, and not t / (60 / …), gives the reference's doubles. */
export function stepsPerSecond(stepsPerQuarter: number, qpm: number): number {
  return (stepsPerQuarter * qpm) / 60
}

/**
 * Steps of a bar; a fraction when the grid is too coarse for the metre.
 * @example stepsPerBar({ timeSeconds: 0, numerator: 5, denominator: 8 }, 4) // 10
 */
export function stepsPerBar({ numerator, denominator }: TimeSignature, stepsPerQuarter: number): number {
  return stepsPerQuarter * ((4 / denominator) * numerator)
}

/**
 * Puts the notes of a score of one tempo and one metre on a grid. A note whose start and end fall on one step ends one
 * step later. Same as note-seq's quantize_note_sequence.
 * @throws MultipleTempoError, MultipleTimeSignatureError, BadTimeSignatureError, NegativeTimeError
 * @example quantize(part, 4).totalSteps // in sixteenths
 */
export function quantize(sequence: NoteSequence, stepsPerQuarter: number): QuantizedSequence {
  const metre = onlyTimeSignature(sequence)
  const { qpm } = onlyTempo(sequence)
  const rate = stepsPerSecond(stepsPerQuarter, qpm)
  let totalSteps = quantizeToStep(sequence.totalSeconds, rate)
  const notes: QuantizedNote[] = sequence.notes.map((note) => {
    const startStep = quantizeToStep(note.startSeconds, rate)
    const rounded = quantizeToStep(note.endSeconds, rate)
    const endStep = rounded === startStep ? rounded + 1 : rounded
    if (startStep < 0 || endStep < 0) {
      throw new NegativeTimeError(`a note from step ${startStep} to ${endStep}: shift the score to start at 0`)
    }
    if (endStep > totalSteps) totalSteps = endStep
    const { instrument, program, isDrum, pitch, velocity, startSeconds, endSeconds } = note
    return { instrument, program, isDrum, pitch, velocity, startSeconds, endSeconds, startStep, endStep }
  })
  return {
    ...sequence,
    tempos: [{ timeSeconds: 0, qpm }],
    timeSignatures: [metre],
    notes,
    stepsPerQuarter,
    stepsPerBar: stepsPerBar(metre, stepsPerQuarter),
    totalSteps,
  }
}

/** The only metre, at 0; a first one that comes later is a change from 4/4. */
function onlyTimeSignature({ timeSignatures }: NoteSequence): TimeSignature {
  const sorted = [...timeSignatures].sort((a, b) => a.timeSeconds - b.timeSeconds)
  const first = sorted[0] ?? COMMON_TIME
  const from = first.timeSeconds === 0 ? first : COMMON_TIME
  for (const { timeSeconds, numerator, denominator } of sorted) {
    if (numerator === from.numerator && denominator === from.denominator) continue
    const change = `${from.numerator}/${from.denominator} to ${numerator}/${denominator} at ${timeSeconds} s`
    throw new MultipleTimeSignatureError(`the metre changes from ${change}: split the score first`)
  }
  const { numerator, denominator } = first
  if (numerator === 0 || !isPowerOfTwo(denominator)) {
    throw new BadTimeSignatureError(`a metre of ${numerator}/${denominator}: expected beats, and a power of two below`)
  }
  return { timeSeconds: 0, numerator, denominator }
}

/** The only tempo; a first one that comes later is a change from 120 per minute. */
function onlyTempo({ tempos }: NoteSequence): Tempo {
  const sorted = [...tempos].sort((a, b) => a.timeSeconds - b.timeSeconds)
  const first = sorted[0] ?? { timeSeconds: 0, qpm: DEFAULT_QPM }
  const from = first.timeSeconds === 0 ? first.qpm : DEFAULT_QPM
  for (const { timeSeconds, qpm } of sorted) {
    if (qpm === from) continue
    throw new MultipleTempoError(`the tempo changes from ${from} to ${qpm} at ${timeSeconds} s: split the score first`)
  }
  return first
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value))
}
