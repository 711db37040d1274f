import { describe, expect, it } from 'vitest'
import { approachShare } from '../../src/evaluation/musical/approaches.ts'
import { pieceOf } from '../../src/evaluation/musical/piece.ts'

const HOLD = -2
/** Notes of these pitches, each as many steps long. */
const notes = (steps: number, ...pitches: readonly number[]): number[] =>
  pitches.flatMap((pitch) => [pitch, ...new Array<number>(steps - 1).fill(HOLD)])
const shareOf = (...events: readonly (readonly number[])[]): number => approachShare(pieceOf(events.flat()))

describe('approachShare', () => {
  it('counts notes on a beat that come from a step above and then a step below, in the beat before', () => {
    const lead = notes(4, 60)
    expect(shareOf(lead, notes(2, 69, 66), notes(4, 67))).toBe(1)
    expect(shareOf(lead, notes(2, 68, 65), notes(4, 67))).toBe(1)
    expect(shareOf(lead, notes(2, 69, 66), notes(4, 67, 60))).toBe(0.5)
  })

  it.each([
    ['from below, then above', 2, [66, 69]],
    ['by a leap', 2, [70, 66]],
    ['by the same pitch', 2, [67, 66]],
    ['from further back than a beat', 4, [69, 66]],
  ])('does not count one that comes %s', (_, steps, pitches) => {
    expect(shareOf(notes(steps, ...pitches), notes(4, 67))).toBe(0)
  })

  it('is not defined where no note after the second begins on a beat', () => {
    expect(shareOf(notes(4, 60, 62))).toBeNaN()
    expect(shareOf([60], notes(4, 62, 64, 65))).toBeNaN()
  })
})
