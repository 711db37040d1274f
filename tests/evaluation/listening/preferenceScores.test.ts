import { describe, expect, it } from 'vitest'
import { preferencePower } from '../../../src/evaluation/listening/preferencePower.ts'
import { type PairVotes, preferenceScores } from '../../../src/evaluation/listening/preferenceScores.ts'
import { mulberry32, type Random } from '../../../src/support/random.ts'

const PAIRS = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
  [2, 3],
] as const

/** Votes as the model says they come. */
function simulated(
  strengths: readonly number[],
  { perPair, ties }: { perPair: number; ties: number },
  random: Random,
): PairVotes[] {
  return PAIRS.map(([a, b]) => {
    const [wins, none] = [[0, 0] as [number, number], [0]]
    for (let vote = 0; vote < perPair; vote++) {
      if (random.next() < ties) none[0]!++
      else wins[random.next() < 1 / (1 + Math.exp(strengths[b]! - strengths[a]!)) ? 0 : 1]++
    }
    return { pair: [a, b], wins, ties: none[0]! }
  })
}

describe('preferenceScores', () => {
  it.each([
    ['few votes', 20, 0],
    ['many votes', 100, 0],
    ['ties', 40, 0.2],
  ])('gives intervals that hold the truth in at least 93%% of 1,000 simulated tests: %s', (_name, perPair, ties) => {
    const truth = [0.9, 0.3, -0.3, -0.9]
    // A tie is half a vote for each: what is looked for is what that gives with endless votes.
    const endless = preferenceScores(
      4,
      PAIRS.map(([a, b]) => {
        const chance = 1 / (1 + Math.exp(truth[b]! - truth[a]!))
        const votes = 1e9
        return {
          pair: [a, b],
          wins: [(1 - ties) * chance * votes, (1 - ties) * (1 - chance) * votes],
          ties: ties * votes,
        }
      }),
    ).map((each) => each!.score)
    if (ties === 0) endless.forEach((score, n) => expect(score).toBeCloseTo(truth[n]!, 4))
    const random = mulberry32(7)
    const held = [0, 0, 0, 0]
    for (let n = 0; n < 1000; n++)
      preferenceScores(4, simulated(truth, { perPair, ties }, random)).forEach((each, system) => {
        if (each!.low <= endless[system]! && endless[system]! <= each!.high) held[system]!++
      })
    for (const count of held) {
      expect(count).toBeGreaterThanOrEqual(930)
      expect(count).toBeLessThan(1000)
    }
  })

  it('sums to 0, is finite for who never wins, and is null for who was not heard', () => {
    const scores = preferenceScores(4, [{ pair: [0, 2], wins: [30, 0], ties: 0 }])
    expect(scores[1]).toBeNull()
    expect(scores[3]).toBeNull()
    expect(scores[0]!.score + scores[2]!.score).toBeCloseTo(0, 9)
    expect(scores[0]!.score).toBeGreaterThan(1)
    expect(scores[0]!.high).toBeLessThan(10)
    expect(preferenceScores(3, [])).toEqual([null, null, null])
  })

  it('is the log-odds of two, halved: 60 of 80 votes', () => {
    const [a] = preferenceScores(2, [{ pair: [0, 1], wins: [60, 20], ties: 0 }])
    expect(a!.score).toBeCloseTo(Math.log(60.5 / 20.5) / 2, 9)
  })
})

describe('preferencePower', () => {
  it('finds 60:40 with 200 votes in over 80% of tests, and nothing where there is nothing in about 5%', () => {
    expect(preferencePower(200, 0.6)).toBeGreaterThan(0.8)
    expect(preferencePower(200, 0.6)).toBeLessThan(0.85)
    expect(preferencePower(200, 0.5)).toBeGreaterThan(0.03)
    expect(preferencePower(200, 0.5)).toBeLessThan(0.06)
    expect(preferencePower(10, 0.9)).toBeCloseTo(0.9 ** 10 + 10 * 0.9 ** 9 * 0.1, 2)
  })
})
