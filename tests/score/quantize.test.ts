import { describe, expect, it } from 'vitest'
import type { Note, NoteSequence } from '../../src/score/noteSequence.ts'
import {
  BadTimeSignatureError,
  MultipleTempoError,
  MultipleTimeSignatureError,
  NegativeTimeError,
  quantize,
  quantizeToStep,
} from '../../src/score/quantize.ts'
import { splitOnTimeChanges } from '../../src/score/splitOnTimeChanges.ts'

const note = (pitch: number, startSeconds: number, endSeconds: number): Note => ({
  instrument: 0,
  program: 0,
  isDrum: false,
  pitch,
  velocity: 100,
  startSeconds,
  endSeconds,
})

const score = (notes: Note[], more: Partial<NoteSequence> = {}): NoteSequence => ({
  ticksPerQuarter: 480,
  totalSeconds: Math.max(0, ...notes.map(({ endSeconds }) => endSeconds)),
  tempos: [],
  timeSignatures: [],
  keySignatures: [],
  notes,
  startTimeOffsetSeconds: 0,
  ...more,
})

const metre = (timeSeconds: number, numerator: number, denominator: number) => ({ timeSeconds, numerator, denominator })
const tempo = (timeSeconds: number, qpm: number) => ({ timeSeconds, qpm })
const spans = ({ notes }: NoteSequence): number[][] =>
  notes.map(({ pitch, startSeconds, endSeconds }) => [pitch, startSeconds, endSeconds])

describe('quantize', () => {
  it('puts notes on sixteenths at 120 per minute and 4/4 where nothing is said, a half step up', () => {
    // 8 steps per second: 0.0625 s is half a step.
    const quantized = quantize(score([note(60, 0.0624, 0.49), note(62, 0.0625, 0.07)]), 4)
    expect(quantized.notes.map(({ startStep, endStep }) => [startStep, endStep])).toEqual([
      [0, 4],
      [1, 2],
    ])
    expect(quantized).toMatchObject({ stepsPerBar: 16, stepsPerQuarter: 4, totalSteps: 4 })
    expect(quantized.tempos).toEqual([tempo(0, 120)])
    expect(quantized.timeSignatures).toEqual([metre(0, 4, 4)])
  })

  it('counts the steps of a bar, whole or not', () => {
    const stepsOf = (numerator: number, denominator: number): number =>
      quantize(score([], { timeSignatures: [metre(0, numerator, denominator)] }), 4).stepsPerBar
    expect([stepsOf(6, 8), stepsOf(5, 8), stepsOf(3, 32)]).toEqual([12, 10, 1.5])
  })

  it('accepts a metre or tempo that is said again, and 4/4 or 120 said late', () => {
    const again = { timeSignatures: [metre(0, 3, 4), metre(2, 3, 4)], tempos: [tempo(0, 90), tempo(2, 90)] }
    expect(quantize(score([], again), 4).stepsPerBar).toBe(12)
    const late = { timeSignatures: [metre(2, 4, 4)], tempos: [tempo(2, 120)] }
    expect(quantize(score([], late), 4).timeSignatures).toEqual([metre(0, 4, 4)])
  })

  it.each([
    ['a second metre', { timeSignatures: [metre(0, 3, 4), metre(1, 4, 4)] }, MultipleTimeSignatureError],
    ['a metre said late', { timeSignatures: [metre(1, 3, 4)] }, MultipleTimeSignatureError],
    ['a second tempo', { tempos: [tempo(0, 90), tempo(1, 91)] }, MultipleTempoError],
    ['a tempo said late', { tempos: [tempo(1, 90)] }, MultipleTempoError],
    ['no beats', { timeSignatures: [metre(0, 0, 4)] }, BadTimeSignatureError],
    ['a beat of a sixth', { timeSignatures: [metre(0, 4, 6)] }, BadTimeSignatureError],
    ['a note before the start', { notes: [note(60, -1, 1)] }, NegativeTimeError],
  ])('refuses %s', (_what, more, error) => {
    expect(() => quantize(score([], more), 4)).toThrow(error)
  })

  it('rounds by the cutoff', () => {
    expect([0.74, 0.76, 1.74].map((seconds) => quantizeToStep(seconds, 1, 0.75))).toEqual([0, 1, 1])
  })
})

describe('splitOnTimeChanges', () => {
  it('cuts at each real change before the end, and cuts the notes that cross', () => {
    const sequence = score([note(60, 0, 3), note(62, 1, 2), note(64, 2, 5), note(65, 4, 6)], {
      timeSignatures: [metre(0, 4, 4), metre(1, 4, 4), metre(2, 3, 4), metre(6, 6, 8)],
      tempos: [tempo(0, 120), tempo(4, 60)],
      keySignatures: [{ timeSeconds: 0, key: 2, mode: 'major' }],
    })
    const parts = splitOnTimeChanges(sequence)
    expect(parts.map(({ startTimeOffsetSeconds }) => startTimeOffsetSeconds)).toEqual([0, 2, 4])
    expect(parts.map(spans)).toEqual([
      [
        [60, 0, 2],
        [62, 1, 2],
      ],
      [[64, 0, 2]],
      [[65, 0, 2]],
    ])
    expect(parts.map((part) => part.totalSeconds)).toEqual([2, 2, 2])
    expect(parts.map((part) => part.timeSignatures)).toEqual([
      [metre(0, 4, 4), metre(1, 4, 4)],
      [metre(0, 3, 4)],
      [metre(0, 3, 4)],
    ])
    expect(parts.map((part) => part.tempos)).toEqual([[tempo(0, 120)], [tempo(0, 120)], [tempo(0, 60)]])
    expect(parts.map((part) => part.keySignatures.length)).toEqual([1, 1, 1])
  })

  it('gives one part in order of start when nothing changes, and leaves its input as it was', () => {
    const sequence = score([note(62, 1, 2), note(60, 0, 1)])
    const before = structuredClone(sequence)
    expect(splitOnTimeChanges(sequence).map(spans)).toEqual([
      [
        [60, 0, 1],
        [62, 1, 2],
      ],
    ])
    expect(sequence).toEqual(before)
  })

  it('cuts where the first tempo or metre comes late, since 120 and 4/4 hold before', () => {
    const offsets = (more: Partial<NoteSequence>): number[] =>
      splitOnTimeChanges(score([note(60, 0, 4)], more)).map((part) => part.startTimeOffsetSeconds)
    expect(offsets({ tempos: [tempo(1, 90)] })).toEqual([0, 1])
    expect(offsets({ tempos: [tempo(1, 120)] })).toEqual([0])
    expect(offsets({ timeSignatures: [metre(1, 3, 4)] })).toEqual([0, 1])
  })

  it('gives no part for a score without notes', () => {
    expect(splitOnTimeChanges(score([], { tempos: [tempo(0, 90)] }))).toEqual([])
  })
})
