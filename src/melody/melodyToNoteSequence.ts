import type { Note, NoteSequence, TimeSignature } from '../score/noteSequence.ts'
import { melodyNotes, type Melody } from './melody.ts'

/** note-seq's resolution for scores it makes itself. */
const TICKS_PER_QUARTER = 220

/** How a melody is played. */
export interface Performance {
  /** Quarter notes per minute; 120 by default. */
  readonly qpm?: number
  /** 1-127; 100 by default. */
  readonly velocity?: number
  /** General MIDI program, 0-127; 0, a piano, by default. */
  readonly program?: number
  /** Instrument of the notes; 0 by default. */
  readonly instrument?: number
  /** When step 0 of the score is; 0 by default. The melody itself begins `startStep` steps later. */
  readonly startSeconds?: number
  /** Written at the start; none by default, which readers take for 4/4. */
  readonly timeSignature?: Pick<TimeSignature, 'numerator' | 'denominator'>
}

/**
 * The score of a melody: each note lasts until the next one, the next NOTE_OFF or the end. Quantized at the melody's
 * steps per quarter it gives the melody back.
 * @example melodyToNoteSequence(melodyFromEvents([60, -2, -1]), { qpm: 120 }).notes[0]?.endSeconds // 0.25
 */
export function melodyToNoteSequence(melody: Melody, performance: Performance = {}): NoteSequence {
  const { qpm = 120, velocity = 100, program = 0, instrument = 0, startSeconds = 0, timeSignature } = performance
  // In this order of operations: another gives other last bits.
  const secondsPerStep = 60 / qpm / melody.stepsPerQuarter
  const origin = startSeconds + melody.startStep * secondsPerStep
  const notes = melodyNotes(melody.events).map(({ pitch, startStep, endStep }): Note => ({
    instrument,
    program,
    isDrum: false,
    pitch,
    velocity,
    startSeconds: startStep * secondsPerStep + origin,
    endSeconds: endStep * secondsPerStep + origin,
  }))
  return {
    ticksPerQuarter: TICKS_PER_QUARTER,
    totalSeconds: notes.at(-1)?.endSeconds ?? 0,
    tempos: [{ timeSeconds: 0, qpm }],
    timeSignatures: timeSignature === undefined ? [] : [{ timeSeconds: 0, ...timeSignature }],
    keySignatures: [],
    notes,
    startTimeOffsetSeconds: 0,
  }
}
