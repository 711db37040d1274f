import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INTERVAL_CLASSES, LENGTH_CLASSES } from '../../src/dataset/tokenClasses.ts'
import { tempered } from '../../src/model/temperedTokens.ts'
import { eventProbabilities, lengthProbability, type TokenDistribution } from '../../src/model/tokenDistribution.ts'

/** Likeliest 1, 2, 3 and so on, each half as likely as the one before. */
const halving = (classes: number): Float64Array => {
  const values = Float64Array.from({ length: classes }, (_, n) => 2 ** -n)
  const sum = values.reduce((a, b) => a + b)
  return values.map((value) => value / sum)
}

const prediction: TokenDistribution = {
  lengths: halving(LENGTH_CLASSES),
  next: () => ({ rest: 0.2, intervals: halving(INTERVAL_CLASSES) }),
  reference: 66,
}

describe('tempered', () => {
  it('leaves everything as it is at temperature 1 without a cut', () => {
    const same = tempered(prediction, { temperature: 1, topP: null })
    expect(same.lengths).toEqual(prediction.lengths)
    expect(same.next(3)).toEqual(prediction.next(3))
  })

  it('squares the odds of every head at temperature .5', () => {
    const { lengths, next } = tempered(prediction, { temperature: 0.5, topP: null })
    expect(lengths[0]! / lengths[1]!).toBeCloseTo(4, 12)
    expect(next(1).intervals[3]! / next(1).intervals[4]!).toBeCloseTo(4, 12)
    expect(next(1).rest / (1 - next(1).rest)).toBeCloseTo((0.2 / 0.8) ** 2, 12)
  })

  it('takes the likeliest of each head at temperature 0', () => {
    const { lengths, next } = tempered(prediction, { temperature: 0, topP: null })
    expect([lengths[0], lengths[1]]).toEqual([1, 0])
    expect([next(1).rest, next(1).intervals[0], next(1).intervals[1]]).toEqual([0, 1, 0])
  })

  it('cuts each head to the fewest answers that hold the share', () => {
    const { lengths, next } = tempered(prediction, { temperature: 1, topP: 0.7 })
    expect(Array.from(lengths).slice(0, 3)).toEqual([expect.closeTo(2 / 3, 12), expect.closeTo(1 / 3, 12), 0])
    const beyond = Array.from(next(1).intervals).slice(2)
    expect(beyond.every((share) => share === 0)).toBe(true)
    expect(next(1).rest).toBe(0.2) // one of two answers: nothing to cut
  })

  it('leaves a note that can be played, however near the end of the pitches and however few are kept', () => {
    for (const reference of [0, 5, 66, 122, 127])
      for (const topP of [0.1, 0.5, 0.9]) {
        const heads = tempered({ ...prediction, reference }, { temperature: 1, topP })
        const events = eventProbabilities(heads, 1)
        expect(events.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
        expect(events.slice(2).some((p) => p > 0)).toBe(true)
      }
  })

  it('has temperatures of its own for rhythm and pitch', () => {
    const { lengths, next } = tempered(prediction, { temperature: 0, rhythmTemperature: 1, topP: null })
    expect(lengths).toEqual(prediction.lengths)
    expect(next(1).intervals[0]).toBe(1)
  })

  it('acts on lengths as a whole: holding n steps and then ending has the probability of that length', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 3, noNaN: true }),
        fc.constantFrom(null, 0.5, 0.9),
        fc.integer({ min: 1, max: 12 }),
        (temperature, topP, length) => {
          const heads = tempered(prediction, { temperature, topP })
          let probability = 1
          for (let age = 1; age < length; age++) probability *= eventProbabilities(heads, age)[0]!
          probability *= 1 - eventProbabilities(heads, length)[0]!
          const asked = lengthProbability(heads.lengths, length)
          // Beyond the cut nothing is left to hold: the token has ended before.
          if (asked > 0) expect(probability).toBeCloseTo(asked, 9)
        },
      ),
    )
  })
})
