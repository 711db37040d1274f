import { describe, expect, it } from 'vitest'
import { compareSets } from '../../src/evaluation/compareSets.ts'
import {
  cliffsDelta,
  differenceEstimate,
  holm,
  meanEstimate,
  proportionProbability,
  signFlipProbability,
} from '../../src/evaluation/statistics.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { musicalReference } from './musicalReference.ts'

describe('the estimates', () => {
  it('leave out what is not defined, and say of how many they are', () => {
    const { value, low, high, n } = meanEstimate([1, 2, NaN, 3])
    expect([value, n]).toEqual([2, 3])
    expect(low).toBeLessThan(2)
    expect(high).toBeGreaterThan(2)
    expect(meanEstimate([NaN])).toEqual({ value: NaN, low: NaN, high: NaN, n: 0 })
  })

  it('cover a difference of means in about 95 of 100 samples, whatever the sizes', () => {
    const random = mulberry32(11)
    let covered = 0
    for (let sample = 0; sample < 200; sample++) {
      const a = Array.from({ length: 23 }, () => random.next())
      const b = Array.from({ length: 40 }, () => 0.5 + random.next())
      const { low, high } = differenceEstimate(a, b, { draws: 400, seed: sample })
      if (low <= 0.5 && 0.5 <= high) covered++
    }
    expect(covered / 200).toBeGreaterThan(0.89)
    expect(covered / 200).toBeLessThan(0.99)
  })
})

describe('signFlipProbability', () => {
  it('is exact for few', () => {
    // Of the eight ways to sign 1, 2 and 3 only +++ and --- are as far from 0.
    expect(signFlipProbability([1, 2, 3])).toBe(2 / 8)
    expect(signFlipProbability([1, -1])).toBe(1)
    expect(signFlipProbability([])).toBeNaN()
  })

  it('is near the exact one where it is drawn', () => {
    const few = [0.3, 1.2, -0.4, 0.9, 0.8, -0.1, 0.7, 0.2, 0.6, -0.5, 0.4, 0.35, 0.1, -0.2, 0.5, 0.45]
    const exact = signFlipProbability(few)
    const drawn = signFlipProbability([...few, 0])
    expect(Math.abs(drawn - exact)).toBeLessThan(0.01)
  })
})

describe('holm', () => {
  it('multiplies the smallest by all, the next by one fewer, and never lets a later one be smaller', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
    expect(holm([0.6, NaN, 0.5])).toEqual([1, NaN, 1])
  })
})

describe('cliffsDelta', () => {
  it('counts pairs above less pairs below', () => {
    expect(cliffsDelta([1, 2], [2, 3])).toBe(0.75)
    expect(cliffsDelta([1, 2, 3], [1, 2, 3])).toBe(0)
    expect(cliffsDelta([5], [1, 2])).toBe(-1)
    expect(cliffsDelta([], [1])).toBeNaN()
  })
})

describe('proportionProbability', () => {
  it('is that of the binomial test', () => {
    expect(proportionProbability(50, 100, 0.5)).toBe(1)
    expect(proportionProbability(61, 100, 0.5)).toBeCloseTo(0.0352, 4) // R: binom.test(61, 100)
    expect(proportionProbability(3, 3, 0.2)).toBeCloseTo(2 * 0.008, 12)
    expect(proportionProbability(298, 500, 0.2)).toBeLessThan(1e-50)
    expect(proportionProbability(0, 0, 0.5)).toBeNaN()
  })
})

describe('compareSets', () => {
  const { a, b, overlapArea, kld } = musicalReference.sets

  it('agrees with the densities of scipy', () => {
    const found = compareSets(a, b)
    expect(found.n).toEqual([30, 25])
    expect(found.overlapArea).toBeCloseTo(overlapArea, 3)
    expect(found.divergence).toBeCloseTo(kld, 3)
  })

  it('finds a set like itself, and says nothing of sets too small or without a difference', () => {
    const same = compareSets(a, a)
    // Not quite 1: a piece has no distance to itself within its set, and one of 0 between the sets.
    expect(same.overlapArea).toBeGreaterThan(0.9)
    expect(
      compareSets(
        a,
        a.map((value) => value + 20),
      ).overlapArea,
    ).toBeLessThan(0.2)
    expect(compareSets([1, 2], a).overlapArea).toBeNaN()
    expect(compareSets([1, 1, 1], [1, 1, 1])).toMatchObject({ overlapArea: NaN, between: 0 })
    expect(compareSets([NaN, ...a], b)).toEqual(compareSets(a, b))
  })
})
