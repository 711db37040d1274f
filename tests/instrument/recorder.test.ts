import { describe, expect, it } from 'vitest'
import { latenessOfTaps, runningLateness, withOffset } from '../../site/src/scripts/instrument/lateness.ts'
import { type Grid, METRES, timeOfStep } from '../../site/src/scripts/instrument/metre.ts'
import { quantise } from '../../site/src/scripts/instrument/quantise.ts'
import {
  callEnd,
  meanVelocity,
  type PlayedNote,
  recordedNotes,
  topLine,
} from '../../site/src/scripts/instrument/recorder.ts'
import { simulatePlayers } from '../../site/src/scripts/instrument/simulatedPlayers.ts'

const grid: Grid = { metre: METRES['4/4'], beatsPerMinute: 120, swing: 0.5, originSeconds: 2 }
const onTime = { offsetSeconds: 0, deviationSeconds: 0.01 }

/** A note from one step to another, late by seconds. */
const played = (pitch: number, [start, end]: [number, number], late = 0): PlayedNote => ({
  ...{ pitch, velocity: 80, startSeconds: timeOfStep(grid, start) + late, endSeconds: timeOfStep(grid, end) + late },
})

const read = (notes: readonly PlayedNote[], endStep = 16) =>
  recordedNotes(notes, grid, { lateness: onTime, endStep }).notes.map(
    ({ pitch, startStep, endStep }) => `${pitch}@${startStep}-${endStep}`,
  )

describe('recordedNotes', () => {
  it('puts notes on their steps, lengths at 85% of what is written', () => {
    expect(read([played(60, [0, 3.4]), played(62, [4, 5.6]), played(64, [8, 9.5])])).toEqual([
      ...['60@0-4', '62@4-6', '64@8-10'],
    ])
  })

  it('lets a note that is held for half of the time to the next one last until that', () => {
    expect(read([played(60, [0, 2.1]), played(62, [4, 6])])[0]).toBe('60@0-4')
    expect(read([played(60, [0, 1.9]), played(62, [4, 6])])[0]).toBe('60@0-2')
  })

  it('ends a note that overlaps the next one, and one that still sounds at the end of the call', () => {
    expect(read([played(60, [0, 5]), { ...played(62, [4, 0]), endSeconds: null }])).toEqual(['60@0-4', '62@4-16'])
  })

  it('takes notes struck and held together as a chord', () => {
    expect(read([played(60, [0, 3.4]), played(64, [0, 3.4], 0.012), played(67, [0, 3.4], 0.02)])).toEqual([
      ...['60@0-4', '64@0-4', '67@0-4'],
    ])
    const line = topLine(recordedNotes([played(60, [0, 4]), played(67, [0, 4], 0.02)], grid, { endStep: 16 }).notes)
    expect(line.map(({ pitch }) => pitch)).toEqual([67])
  })

  it('takes a note before the first step as the first, and one behind the last as the last', () => {
    expect(read([played(60, [-1, 2]), played(62, [15.7, 17])])).toEqual(['60@0-4', '62@15-16'])
  })

  it('follows a player who is late, and says by how much', () => {
    const notes = [0, 4, 8, 10, 12, 14].map((step) => played(60, [step, step + 2], 0.05))
    const { notes: steps, offsetSeconds } = recordedNotes(notes, grid, { endStep: 16 })
    expect(steps.map(({ startStep }) => startStep)).toEqual([0, 4, 8, 10, 12, 14])
    expect(offsetSeconds).toBeCloseTo(0.05, 2)
  })

  it('has nothing for nothing', () => {
    expect(recordedNotes([], grid, { endStep: 16 }).notes).toEqual([])
    expect(meanVelocity([])).toBe(80)
    expect(meanVelocity([{ velocity: 60 }, { velocity: 101 }])).toBe(81)
  })
})

describe('quantise', () => {
  it('never puts two onsets on one step while there is room, however fast they come', () => {
    const onsets = Array.from({ length: 200 }, (_, n) => grid.originSeconds + n * 0.005)
    const { steps } = quantise(onsets, grid, { lastStep: 63 })
    expect(steps.every((step, n) => n === 0 || step >= steps[n - 1]!)).toBe(true)
    expect(Math.max(...steps)).toBeLessThanOrEqual(63)
  })

  it('reads swung eighths on a swung grid', () => {
    const swung = { ...grid, swing: 2 / 3 }
    const onsets = [0, 2, 4, 6, 8].map((step) => timeOfStep(swung, step) + 0.01)
    expect(quantise(onsets, swung, { lateness: onTime }).steps).toEqual([0, 2, 4, 6, 8])
  })

  it('reads triplets where a beat has six steps', () => {
    const triplets = { ...grid, metre: METRES['12/8'] }
    const onsets = [0, 2, 4, 6, 8, 10, 12].map((step) => timeOfStep(triplets, step))
    expect(quantise(onsets, triplets, { lateness: onTime }).steps).toEqual([0, 2, 4, 6, 8, 10, 12])
  })
})

describe('simulated players', () => {
  // The whole measurement, at seven tempos, is `npm run bench together`.
  it.each([
    [60, 0.98],
    [120, 0.98],
    [180, 0.9],
  ])('are read right at %i beats per minute', (beatsPerMinute, wanted) => {
    const report = simulatePlayers({ beatsPerMinute, phrases: 40, seed: beatsPerMinute })
    expect(report.notes).toBeGreaterThan(500)
    expect(report.rightOnsets).toBeGreaterThanOrEqual(wanted)
    expect(report.rightLengths).toBeGreaterThanOrEqual(0.95)
  })
})

describe('callEnd', () => {
  const at = (seconds: number, length: 1 | 2 | 'rest', notes = [played(60, [0, 3])]) =>
    callEnd(notes, grid, { length, seconds })

  it('is the last bar line of a call of some bars', () => {
    expect(at(timeOfStep(grid, 31.9), 2)).toBeNull()
    expect(at(timeOfStep(grid, 32), 2)).toBe(32)
  })

  it('is known after a bar of rest, and lies before it', () => {
    expect(at(timeOfStep(grid, 31), 'rest')).toBeNull()
    expect(at(timeOfStep(grid, 32), 'rest')).toBe(16)
    expect(at(timeOfStep(grid, 200), 'rest', [])).toBeNull()
    expect(at(timeOfStep(grid, 40), 'rest', [{ ...played(60, [0, 1]), endSeconds: null }])).toBeNull()
    expect(at(timeOfStep(grid, 16 * 16), 'rest', [played(60, [250, 251])])).toBe(256)
  })
})

describe('lateness', () => {
  it('is the median distance of taps to the nearest beat', () => {
    const beats = [0, 0.6, 1.2, 1.8]
    expect(latenessOfTaps([0.05, 0.66, 1.16, 1.85], beats).offsetSeconds).toBeCloseTo(0.05, 9)
    expect(latenessOfTaps([-0.03, 0.57, 1.17], beats).offsetSeconds).toBeCloseTo(-0.03, 9)
  })

  it('follows the last nine phrases', () => {
    const first = { offsetSeconds: 0.02, deviationSeconds: 0.04 }
    expect(runningLateness([], first)).toBe(first)
    expect(runningLateness([0.1, 0.2, 0.3], first).offsetSeconds).toBe(0.2)
    const many = Array.from({ length: 12 }, (_, n) => n)
    expect(many.reduce<number[]>(withOffset, [])).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11])
  })
})
