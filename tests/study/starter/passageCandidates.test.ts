import { describe, expect, it } from 'vitest'
import { melodyFromEvents } from '../../../src/melody/melody.ts'
import { passageCandidate } from '../../../src/study/starter/passageCandidates.ts'

const notes = (pitches: readonly number[], steps: number): number[] =>
  pitches.flatMap((pitch) => [pitch, ...new Array<number>(steps - 1).fill(-2)])
/** Ten bars of quarters, and ten of halves a tenth or so below. */
const quarters = notes(
  Array.from({ length: 40 }, (_, n) => [72, 74, 76, 77, 79][n % 5]!),
  4,
)
const halves = notes(
  Array.from({ length: 20 }, (_, n) => [57, 60, 55, 59][n % 4]!),
  8,
)
const file = {
  file: 'polish-scores/a.mid',
  collection: 'polish-scores',
  family: 'a',
  credit: { title: 'A', composer: null },
}
const stretch = (lower: readonly number[], startStep = 0, instrument = 1) => ({
  ...{ metre: '4/4', qpm: 120 },
  melodies: [
    { n: 0, melody: melodyFromEvents(quarters) },
    { n: 1, melody: melodyFromEvents(lower, { instrument, startStep }) },
  ],
})

describe('passageCandidate', () => {
  it('takes the first eight whole bars of both', () => {
    const found = passageCandidate(file, [stretch(halves, 20)])!
    expect(found.id).toBe('polish-scores/a.mid/0+1')
    // The lower voice begins in the second bar, so the first bar that both fill is the third.
    expect(found.passage.upper.slice(0, 2)).toEqual([quarters[32], 4])
    expect(found.passage.lower.slice(0, 4)).toEqual([-1, 4, halves[16], 8])
  })
  it('is null where the voices are of one track, or overlap by less', () => {
    expect(passageCandidate(file, [stretch(halves, 0, 0)])).toBeNull()
    expect(passageCandidate(file, [stretch(halves, 64)])).toBeNull()
    expect(passageCandidate(file, [{ ...stretch(halves), metre: '5/4' }])).toBeNull()
  })
})
