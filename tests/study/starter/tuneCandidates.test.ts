import { describe, expect, it } from 'vitest'
import type { MelodyRow } from '../../../src/dataset/dataset.ts'
import { describePiece, longestRest, rangeClass } from '../../../src/study/starter/describePiece.ts'
import { HELD_OUT_TUNES, TRAINING_MELODIES, tuneCandidate } from '../../../src/study/starter/tuneCandidates.ts'

/** Bars of quarters that run up and down C major and end on its tonic. */
const bars = (count: number, pitches: readonly number[] = [60, 62, 64, 65, 67, 69, 71, 72]): number[] => {
  const events = Array.from({ length: count * 4 }, (_, n) => [pitches[(n * 3) % pitches.length]!, -2, -2, -2]).flat()
  return [...events.slice(0, -4), 60, -2, -2, -2]
}
const row = (events: readonly number[]): MelodyRow => ({
  ...{ id: 'general/polish-scores/a.mid/0', path: 'general/polish-scores/a.mid', events, family: 'a', split: 'test' },
  ...{ startStep: 0, endStep: events.length, stepsPerBar: 16, stepsPerQuarter: 4, instrument: 0, canonicalHash: 'h' },
})
const about = { metre: '4/4', qpm: 119.99988, credit: { title: 'A', composer: null } }

describe('tuneCandidate', () => {
  it('keeps the first 32 bars of a tune that can be heard as a primer, with its key and credit', () => {
    const found = tuneCandidate(row(bars(40)), about, HELD_OUT_TUNES)!
    expect(found.tune).toMatchObject({
      ...{ id: 'polish-scores/a.mid/0', collection: 'polish-scores', metre: '4/4', stepsPerBar: 16, qpm: 120 },
      ...{ tonic: 0, mode: 'ionian', title: 'A', composer: null },
    })
    const steps = found.tune.notes.filter((_, n) => n % 2 === 1)
    expect(steps.reduce((sum, each) => sum + each, 0)).toBe(32 * 16)
    expect(found.features).toEqual({
      ...{ metre: '4/4', mode: 'ionian', collection: 'polish-scores', range: 'octave' },
      composer: 'general/polish-scores/a.mid/0',
    })
  })

  it.each<[string, number[], Partial<typeof about>]>([
    ['shorter than 12 bars', bars(11), {}],
    ['in a metre that few know', bars(16), { metre: '5/4' }],
    ['without notes', new Array<number>(256).fill(-2), {}],
    ['that does not end on its tonic', [...bars(16).slice(0, -4), 62, -2, -2, -2], {}],
    ['outside its mode', bars(16, [60, 61, 62, 63, 64, 66, 67, 68]), {}],
    ['that leaves the range of the models', bars(16, [40, 62, 64, 65, 67, 69, 71, 72]), {}],
    ['of too few notes', bars(16).map((event, step) => (step % 16 < 4 || step >= 252 ? event : -2)), {}],
    [
      'that rests for a bar',
      bars(16).map((event, step) => (step < 96 || step >= 112 ? event : step === 96 ? -1 : -2)),
      {},
    ],
  ])('leaves out a tune %s', (_, events, other) =>
    expect(tuneCandidate(row(events), { ...about, ...other }, HELD_OUT_TUNES)).toBeNull(),
  )

  it('asks less of a training melody', () => {
    expect(tuneCandidate(row(bars(8)), about, TRAINING_MELODIES)!.tune.notes.length).toBeGreaterThan(2)
    expect(tuneCandidate(row(bars(7)), about, TRAINING_MELODIES)).toBeNull()
  })
})

describe('describePiece', () => {
  it('is null without notes', () => expect(describePiece([-2, -2], 16)).toBeNull())

  it('knows ranges by name', () => expect([12, 16, 17].map(rangeClass)).toEqual(['octave', 'tenth', 'wide']))

  it('finds the longest rest, at the ends as well', () => {
    expect(longestRest([60, -2, -1, -2, -2, 62, -1])).toBe(3)
    expect(longestRest([-2, -2, -2, -2, 60, -1])).toBe(4)
    expect(longestRest([60, -1, -2, -2])).toBe(3)
  })
})
