import { describe, expect, it } from 'vitest'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'

describe('melodyToNoteSequence', () => {
  it('puts steps in seconds at the tempo, from the start step on', () => {
    // At 60 quarters per minute a sixteenth lasts a quarter of a second.
    const melody = melodyFromEvents([60, -2, 62, -1], { startStep: 4 })
    const score = melodyToNoteSequence(melody, { qpm: 60, velocity: 80, program: 19, startSeconds: 10 })
    const common = { instrument: 0, program: 19, isDrum: false, velocity: 80 }
    expect(score).toEqual({
      ticksPerQuarter: 220,
      totalSeconds: 11.75,
      tempos: [{ timeSeconds: 0, qpm: 60 }],
      timeSignatures: [],
      keySignatures: [],
      notes: [
        { ...common, pitch: 60, startSeconds: 11, endSeconds: 11.5 },
        { ...common, pitch: 62, startSeconds: 11.5, endSeconds: 11.75 },
      ],
      startTimeOffsetSeconds: 0,
    })
  })

  it('of silence has no notes and no length', () => {
    expect(melodyToNoteSequence(melodyFromEvents([-2, -2]))).toMatchObject({ notes: [], totalSeconds: 0 })
  })

  it('writes a metre when given one', () => {
    const score = melodyToNoteSequence(melodyFromEvents([60]), { timeSignature: { numerator: 3, denominator: 4 } })
    expect(score.timeSignatures).toEqual([{ timeSeconds: 0, numerator: 3, denominator: 4 }])
  })
})
