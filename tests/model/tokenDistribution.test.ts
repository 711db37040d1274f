import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIRST_REFERENCE, INTERVAL_CLASSES, intervalClass, LENGTH_CLASSES } from '../../src/dataset/tokenClasses.ts'
import { type Token, tokensOf } from '../../src/dataset/tokens.ts'
import {
  eventProbabilities,
  floored,
  lengthProbability,
  pitchProbabilities,
  survival,
  type TokenDistribution,
  tokenLogProbability,
} from '../../src/model/tokenDistribution.ts'
import { mulberry32 } from '../../src/support/random.ts'

/** Random probabilities of `count` classes, some of them tiny. */
function distribution(classes: number, seed: number): Float64Array {
  const random = mulberry32(seed)
  const values = Float64Array.from({ length: classes }, () => Math.exp(8 * (random.next() - 0.7)))
  const sum = values.reduce((a, b) => a + b)
  return values.map((value) => value / sum)
}

/** What an imagined model says at each token of a melody: any numbers, but the same for the same past. */
function modelAt(tokens: readonly Token[], n: number, seed: number): TokenDistribution {
  const token = tokens[n]!
  const reference = tokens.slice(0, n + 1).findLast(({ pitch }) => pitch !== null)?.pitch ?? FIRST_REFERENCE
  return {
    lengths: distribution(LENGTH_CLASSES, seed + n),
    next: (length) => ({
      rest: token.pitch === null ? 0 : (1 + ((length * 7 + n) % 5)) / 10,
      intervals: distribution(INTERVAL_CLASSES, seed + 1000 * n + length),
    }),
    reference,
  }
}

const label = (event: number): number => event + 2

const melodies = fc
  .array(fc.oneof({ weight: 5, arbitrary: fc.constant(-2) }, fc.constant(-1), fc.integer({ min: 0, max: 127 })), {
    minLength: 2,
    maxLength: 220,
  })
  .map((events) => {
    let sounds = false
    return events.map((event) => {
      const idle = event === -1 && !sounds
      if (event !== -2) sounds = event >= 0
      return idle ? -2 : event
    })
  })

describe('the event view', () => {
  it('sums to 1 on every step, and multiplies along a melody to the probability of its tokens', () => {
    fc.assert(
      fc.property(melodies, fc.integer({ min: 0, max: 1e6 }), (events, seed) => {
        const tokens = tokensOf(events)
        const byTokens = tokens.reduce((sum, token, n) => {
          return sum + tokenLogProbability(modelAt(tokens, n, seed), token, tokens[n + 1] ?? null)
        }, 0)
        let byEvents = 0
        let n = 0
        for (let step = 1; step < events.length; step++) {
          const view = eventProbabilities(modelAt(tokens, n, seed), step - tokens[n]!.start)
          expect(Math.abs(view.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-9)
          byEvents += Math.log(view[label(events[step]!)]!)
          if (tokens[n + 1]?.start === step) n++
        }
        expect(Math.abs(byEvents - byTokens)).toBeLessThan(1e-8 * Math.max(1, Math.abs(byTokens)))
      }),
      { numRuns: 200 },
    )
  })

  it('has no note-off after a rest, and ends the longest token for certain', () => {
    const rest = modelAt([{ pitch: null, start: 0, length: 3 }], 0, 1)
    expect(eventProbabilities(rest, 2)[1]).toBe(0)
    const note = modelAt([{ pitch: 60, start: 0, length: 3 }], 0, 1)
    expect(eventProbabilities(note, 511)[0]).toBe(0)
    expect(eventProbabilities(note, 510)[0]).toBeGreaterThan(0)
  })

  it('can be floored, and then still sums to 1', () => {
    const view = floored(eventProbabilities(modelAt([{ pitch: null, start: 0, length: 3 }], 0, 1), 2))
    expect(Math.min(...view)).toBeGreaterThan(9.9e-13)
    expect(Math.abs(view.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-9)
  })
})

describe('lengths', () => {
  it('from 96 to 511 share a class evenly; all lengths together are certain', () => {
    const lengths = distribution(LENGTH_CLASSES, 5)
    let sum = 0
    for (let length = 1; length <= 511; length++) sum += lengthProbability(lengths, length)
    expect(sum).toBeCloseTo(1, 12)
    expect(lengthProbability(lengths, 96)).toBe(lengths[95]! / 416)
    expect(survival(lengths, 1)).toBeCloseTo(1, 12)
    expect(survival(lengths, 511)).toBeCloseTo(lengths[95]! / 416, 15)
    expect(survival(lengths, 512)).toBe(0)
  })

  it('survive as long as those that are longer', () => {
    const lengths = distribution(LENGTH_CLASSES, 6)
    for (const length of [1, 2, 50, 94, 95, 96, 97, 300, 510])
      expect(survival(lengths, length)).toBeCloseTo(
        survival(lengths, length + 1) + lengthProbability(lengths, length),
        12,
      )
  })
})

describe('pitches', () => {
  it('outside MIDI have no probability, and far ones share the escape class', () => {
    const intervals = distribution(INTERVAL_CLASSES, 9)
    for (const reference of [0, 20, 66, 110, 127]) {
      const pitches = pitchProbabilities(intervals, reference)
      expect(pitches.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
      const far = [...pitches.keys()].filter((pitch) => Math.abs(pitch - reference) > 36)
      expect(new Set(far.map((pitch) => pitches[pitch]))).toHaveLength(1)
    }
  })

  it('have a class for each interval to 36', () => {
    expect([-37, -36, 0, 36, 37].map(intervalClass)).toEqual([73, 0, 36, 72, 73])
  })
})
