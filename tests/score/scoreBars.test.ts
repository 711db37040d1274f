import { describe, expect, it } from 'vitest'
import type { NoteSequence } from '../../src/score/noteSequence.ts'
import { scoreBars } from '../../src/score/scoreBars.ts'

type Changes = Pick<NoteSequence, 'tempos' | 'timeSignatures'>

/** One note that sounds until `totalSeconds`. */
function score(totalSeconds: number, { tempos, timeSignatures }: Partial<Changes> = {}): NoteSequence {
  const note = { instrument: 0, program: 0, isDrum: false, pitch: 60, velocity: 90 }
  return {
    ticksPerQuarter: 220,
    totalSeconds,
    tempos: tempos ?? [],
    timeSignatures: timeSignatures ?? [],
    keySignatures: [],
    notes: totalSeconds === 0 ? [] : [{ ...note, startSeconds: 0, endSeconds: totalSeconds }],
    startTimeOffsetSeconds: 0,
  }
}

describe('scoreBars', () => {
  it('counts bars of 4/4 at 120 per minute where nothing is said', () => {
    const bars = scoreBars(score(5))
    expect(bars.count).toBe(3)
    expect([0, 2, 3].map(bars.barAt)).toEqual([1, 2, 2.5])
    expect([1, 2, 3].map(bars.startOf)).toEqual([0, 4, 8])
    expect(bars.qpmAt(4)).toBe(120)
  })

  it('keeps counting through a change of tempo', () => {
    // Three quarters at 120 take 1.5 s, then a quarter takes 1 s: bar 2 begins at 2.5 s.
    const tempos = [
      { timeSeconds: 0, qpm: 120 },
      { timeSeconds: 1.5, qpm: 60 },
    ]
    const bars = scoreBars(score(6.5, { tempos }))
    expect(bars.quartersAt(2.5)).toBe(4)
    expect([1.5, 2.5, 4.5].map(bars.barAt)).toEqual([1.75, 2, 2.5])
    expect([0, 3, 100].map(bars.qpmAt)).toEqual([120, 60, 60])
    expect(bars.count).toBe(2)
  })

  it('begins a bar where the metre changes, also in the middle of one', () => {
    const timeSignatures = [
      { timeSeconds: 0, numerator: 4, denominator: 4 },
      { timeSeconds: 3, numerator: 3, denominator: 4 }, // after a bar and a half
    ]
    const bars = scoreBars(score(6, { timeSignatures }))
    expect(bars.spans.map(({ firstBar, startQuarters }) => [firstBar, startQuarters])).toEqual([
      [1, 0],
      [3, 6],
    ])
    expect([2, 3, 4].map(bars.startOf)).toEqual([4, 6, 9])
    expect(bars.spanOf(4).metre).toEqual({ numerator: 3, denominator: 4 })
    expect(bars.count).toBe(4)
  })

  it('takes the last of several metres at one time, and none after the end', () => {
    const timeSignatures = [
      { timeSeconds: 0, numerator: 4, denominator: 4 },
      { timeSeconds: 0, numerator: 6, denominator: 8 },
      { timeSeconds: 3, numerator: 2, denominator: 4 },
    ]
    const bars = scoreBars(score(3, { timeSignatures }))
    expect(bars.spans.map(({ firstBar, metre }) => [firstBar, metre.numerator])).toEqual([[1, 6]])
    expect(bars.count).toBe(2)
  })

  it('puts what lies a hair off a bar line on it', () => {
    expect(scoreBars(score(4.001)).count).toBe(2)
    const timeSignatures = [{ timeSeconds: 4.000001, numerator: 3, denominator: 4 }]
    expect(scoreBars(score(7, { timeSignatures })).spanOf(3).metre.numerator).toBe(3)
  })

  it('has no bars without notes', () => {
    expect(scoreBars(score(0)).count).toBe(0)
  })
})
