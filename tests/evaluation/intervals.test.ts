import { describe, expect, it } from 'vitest'
import { type FamilyScore, scoreDifference, spreadOf, testScores } from '../../src/evaluation/intervals.ts'
import { mulberry32 } from '../../src/support/random.ts'

const score = (family: string, loss: number, steps = 10): FamilyScore => ({
  ...{ family, loss, steps },
  ...{ correct: 6, eventSteps: 4, eventCorrect: 1, noteOns: 3 },
})

describe('testScores', () => {
  it('is each measure over all steps', () => {
    const { loss, perplexity, bitsPerNote, accuracy, eventAccuracy, noEventAccuracy, ...counts } = testScores([
      score('a', 10),
      score('b', 20, 20),
    ])
    expect(loss.value).toBe(1)
    expect(perplexity.value).toBeCloseTo(Math.E, 14)
    expect(bitsPerNote.value).toBeCloseTo(30 / Math.LN2 / 6, 12)
    expect(accuracy.value).toBe(12 / 30)
    expect(eventAccuracy.value).toBe(2 / 8)
    expect(noEventAccuracy.value).toBe(10 / 22)
    expect(counts).toEqual({ melodies: 2, families: 2, steps: 30, noteOns: 6 })
  })

  it('covers the mean of what it was drawn from in about 95 of 100 samples', () => {
    const random = mulberry32(7)
    let covered = 0
    for (let sample = 0; sample < 300; sample++) {
      const scores = Array.from({ length: 40 }, (_, n) => score(`${n}`, 10 * (0.5 + random.next())))
      const { low, high } = testScores(scores, { draws: 400, seed: sample }).loss
      if (low <= 1 && 1 <= high) covered++
    }
    expect(covered / 300).toBeGreaterThan(0.9)
    expect(covered / 300).toBeLessThan(0.985)
  })

  it('draws families: copies of a melody make no interval narrower', () => {
    const apart = Array.from({ length: 12 }, (_, n) => score(`${n}`, n))
    const copied = apart.flatMap((one) => [one, one, one])
    const [one, three] = [testScores(apart), testScores(copied)]
    expect(three.loss).toEqual(one.loss)
    expect(three.melodies).toBe(36)
    const asIfApart = copied.map((each, n) => ({ ...each, family: `${n}` }))
    const narrow = testScores(asIfApart).loss
    expect(narrow.high - narrow.low).toBeLessThan(0.7 * (one.loss.high - one.loss.low))
  })

  it('is the same for the same seed, and NaN over nothing', () => {
    const scores = [score('a', 1), score('b', 2), score('c', 5)]
    expect(testScores(scores, { seed: 3 })).toEqual(testScores(scores, { seed: 3 }))
    expect(testScores(scores, { seed: 3 }).loss.low).not.toBe(testScores(scores, { seed: 4 }).loss.value)
    const nothing = testScores([])
    expect(nothing.loss).toEqual({ value: NaN, low: NaN, high: NaN })
    const silent = testScores([{ ...score('a', 1), eventSteps: 0, eventCorrect: 0, noteOns: 0 }])
    expect(silent.eventAccuracy.value).toBeNaN()
    expect(silent.loss.low).toBe(0.1)
  })
})

describe('scoreDifference', () => {
  const hard = Array.from({ length: 30 }, (_, n) => score(`${n}`, n))

  it('is narrow where both fail on the same melodies', () => {
    const better = hard.map((each) => ({ ...each, loss: each.loss - 1 }))
    const { value, low, high } = scoreDifference(hard, better, 'loss')
    expect(value).toBeCloseTo(-0.1, 12)
    expect([low, high]).toEqual([expect.closeTo(-0.1, 9), expect.closeTo(-0.1, 9)])
    expect(scoreDifference(hard, hard, 'accuracy')).toEqual({ value: 0, low: 0, high: 0 })
  })

  it('wants the same melodies', () => {
    expect(() => scoreDifference(hard, hard.slice(1), 'loss')).toThrow(RangeError)
    expect(() => scoreDifference(hard, hard.toReversed(), 'loss')).toThrow('same melodies')
  })
})

describe('spreadOf', () => {
  it('is mean and deviation of a sample', () => {
    expect(spreadOf([1, 2, 3])).toEqual({ n: 3, mean: 2, sd: 1, lowest: 1, highest: 3 })
    expect(spreadOf([5]).sd).toBeNaN()
    expect(() => spreadOf([])).toThrow(RangeError)
  })
})
