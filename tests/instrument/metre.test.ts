import { describe, expect, it } from 'vitest'
import {
  clicksBetween,
  type Grid,
  metreOfSteps,
  METRES,
  nextBarLine,
  quartersPerMinute,
  stepAtTime,
  stepsPerBarOf,
  stepSeconds,
  timeOfStep,
} from '../../site/src/scripts/instrument/metre.ts'

const grid = (change: Partial<Grid> = {}): Grid => ({
  ...{ metre: METRES['4/4'], beatsPerMinute: 120, swing: 0.5, originSeconds: 1, ...change },
})

describe('a grid', () => {
  it('puts steps in time, from its origin on', () => {
    expect([0, 1, 4, -4].map((step) => timeOfStep(grid(), step))).toEqual([1, 1.125, 1.5, 0.5])
    expect(stepSeconds(grid({ beatsPerMinute: 20 }))).toBe(0.75)
    expect(stepSeconds(grid({ beatsPerMinute: 300 }))).toBe(0.05)
  })

  it('swings the second half of a beat', () => {
    const swung = grid({ swing: 2 / 3 })
    expect([0, 2, 3, 4].map((step) => timeOfStep(swung, step) - 1)).toEqual([0, 1 / 3, 5 / 12, 0.5].map(near))
    // A beat of six steps has its thirds already.
    expect(timeOfStep(grid({ metre: METRES['6/8'], swing: 2 / 3 }), 3)).toBe(1.25)
  })

  it('finds the step at a time, as `timeOfStep` put it there', () => {
    for (const swing of [0.5, 0.6, 2 / 3])
      for (const metre of [METRES['3/4'], METRES['9/8']])
        for (const step of [-7.5, -1, 0, 0.25, 1, 2, 3.75, 17])
          expect(stepAtTime(grid({ swing, metre }), timeOfStep(grid({ swing, metre }), step))).toBeCloseTo(step, 9)
  })
})

const near = (value: number): unknown => expect.closeTo(value, 9)

describe('a metre', () => {
  it('has its bars in sixteenths, and counts compound metres in dotted quarters', () => {
    expect(Object.entries(METRES).map(([name, metre]) => [name, stepsPerBarOf(metre), metre.beatsPerBar])).toEqual([
      ['2/4', 8, 2],
      ['3/4', 12, 3],
      ['4/4', 16, 4],
      ['6/8', 12, 2],
      ['9/8', 18, 3],
      ['12/8', 24, 4],
      ['5/4', 20, 5],
      ['7/4', 28, 7],
      ['3/8', 6, 3],
      ['5/8', 10, 5],
      ['7/8', 14, 7],
      ['11/8', 22, 11],
    ])
    expect(quartersPerMinute(80, METRES['6/8'])).toBe(120)
    expect(quartersPerMinute(80, METRES['3/4'])).toBe(80)
  })

  it('is found by the steps of its bars, the usual one first; what has none counts quarters', () => {
    expect([8, 12, 14, 16, 20].map(metreOfSteps)).toEqual(['2/4', '3/4', '7/8', '4/4', '5/4'])
    expect(metreOfSteps(13)).toBe('2/4')
  })

  it('clicks on beats, with an accent on the first of a bar; the end of a stretch is left to the next', () => {
    expect(clicksBetween(METRES['6/8'], -12, 12)).toEqual([
      { step: -12, isAccent: true },
      { step: -6, isAccent: false },
      { step: 0, isAccent: true },
      { step: 6, isAccent: false },
    ])
    expect(clicksBetween(METRES['4/4'], 0.5, 4)).toEqual([])
  })

  it('has a bar line at or after every step', () => {
    expect([0, 1, 12, 13].map((step) => nextBarLine(METRES['3/4'], step))).toEqual([0, 12, 12, 24])
  })
})
