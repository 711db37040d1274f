import type { QuantizedNote, QuantizedSequence } from '../../src/score/noteSequence.ts'

type Row = readonly [pitch: number, startStep: number, endStep: number, more?: Partial<QuantizedNote>]

/** A score on a grid of sixteenths at 120 quarters per minute, from rows of pitch, start and end step. */
export function quantizedScore(rows: readonly Row[], stepsPerBar = 16): QuantizedSequence {
  const notes = rows.map(([pitch, startStep, endStep, more]): QuantizedNote => {
    const times = { startSeconds: startStep / 8, endSeconds: endStep / 8, startStep, endStep }
    return { instrument: 0, program: 0, isDrum: false, pitch, velocity: 100, ...times, ...more }
  })
  return {
    ticksPerQuarter: 220,
    totalSeconds: notes.reduce((latest, note) => Math.max(latest, note.endSeconds), 0),
    tempos: [{ timeSeconds: 0, qpm: 120 }],
    timeSignatures: [{ timeSeconds: 0, numerator: stepsPerBar, denominator: 16 }],
    keySignatures: [],
    notes,
    startTimeOffsetSeconds: 0,
    stepsPerQuarter: 4,
    stepsPerBar,
    totalSteps: notes.reduce((latest, note) => Math.max(latest, note.endStep), 0),
  }
}
