import { describe, expect, it } from 'vitest'
import { INTERVAL_CLASSES, LENGTH_CLASSES } from '../../src/dataset/tokenClasses.ts'
import { drawToken } from '../../src/generation/drawToken.ts'
import type { Decoding } from '../../src/generation/decode.ts'
import { tempered } from '../../src/model/temperedTokens.ts'
import { eventProbabilities, type TokenDistribution } from '../../src/model/tokenDistribution.ts'
import { mulberry32 } from '../../src/support/random.ts'

/** Lengths 1 to 4, .1, .2, .3 and .4; then a rest (.25), or the pitch itself or the one above, after even lengths rather the latter. */
const distribution: TokenDistribution = {
  lengths: Float64Array.from({ length: LENGTH_CLASSES }, (_, n) => (n < 4 ? (n + 1) / 10 : 0)),
  next: (length) => ({
    rest: 0.25,
    intervals: Float64Array.from({ length: INTERVAL_CLASSES }, (_, n) =>
      n === 36 ? (length % 2 === 0 ? 0.2 : 0.8) : n === 37 ? (length % 2 === 0 ? 0.8 : 0.2) : 0,
    ),
  }),
  reference: 60,
}
const plain: Decoding = { temperature: 1, topK: null, topP: null }
const LABEL_OF_60 = 62
const wide = { age: 1, left: 100 }

function shares(decoding: Decoding, place: { age: number; left: number }): Map<string, number> {
  const random = mulberry32(7)
  const draws = 5000
  const found = new Map<string, number>()
  for (let n = 0; n < draws; n++) {
    const { holds, label } = drawToken(distribution, { ...place, decoding, random })
    const name = `${holds} ${label}`
    found.set(name, (found.get(name) ?? 0) + 1 / draws)
  }
  return found
}

/** The same by steps: from `age` on nothing begins on `holds` of them, then `label` does. */
function bySteps(decoding: Decoding, { age, holds, label }: { age: number; holds: number; label: number }): number {
  const heads = tempered(distribution, decoding)
  let probability = 1
  for (let step = 0; step < holds; step++) probability *= eventProbabilities(heads, age + step)[0]!
  return probability * eventProbabilities(heads, age + holds)[label]!
}

describe('drawToken', () => {
  it.each([
    ['plainly', plain, 1],
    ['after two steps', plain, 2],
    ['with temperatures of its heads', { ...plain, temperature: 0.5, rhythmTemperature: 2 }, 1],
    ['from the likeliest answers of each head', { ...plain, topP: 0.8 }, 1],
  ] as const)('draws from the same distribution as single steps: %s', (_, decoding, age) => {
    const found = shares(decoding, { age, left: 100 })
    let sum = 0
    for (let holds = 0; holds <= 4 - age; holds++) {
      for (const label of [1, LABEL_OF_60, LABEL_OF_60 + 1]) {
        const expected = bySteps(decoding, { age, holds, label })
        expect(found.get(`${holds} ${label}`) ?? 0).toBeCloseTo(expected, 1.3)
        sum += expected
      }
    }
    expect(sum).toBeCloseTo(1, 9)
  })

  it('gives the log-probability of what it drew, before any cut', () => {
    const decoding = { ...plain, temperature: 0.5, topP: 0.5 }
    const { holds, label, logProbability } = drawToken(distribution, {
      ...wide,
      decoding,
      random: mulberry32(3),
    })
    expect(logProbability).toBeCloseTo(
      Math.log(bySteps({ ...decoding, topP: null }, { age: 1, holds, label: label! })),
      9,
    )
  })

  it('holds to the end where the length reaches beyond it', () => {
    const place = { age: 3, left: 1, random: mulberry32(1) }
    const drawn = drawToken(distribution, { ...place, decoding: { ...plain, rhythmTemperature: 0 } })
    expect(drawn).toEqual({ holds: 1, label: null, logProbability: expect.closeTo(Math.log(1), 9) })
    // At least one step more: .4 of the .7 that have lasted 3 steps.
    const free = drawToken(distribution, { ...place, decoding: { ...plain, topK: 1 } })
    expect(free).toEqual({ holds: 1, label: null, logProbability: expect.closeTo(Math.log(4 / 7), 9) })
  })

  it('takes the likeliest at temperature 0 and draws nothing', () => {
    const random = mulberry32(1)
    const { holds, label } = drawToken(distribution, { ...wide, decoding: { ...plain, temperature: 0 }, random })
    expect([holds, label]).toEqual([3, LABEL_OF_60 + 1])
    expect(random.state()).toBe(mulberry32(1).state())
  })

  it('draws only from the likeliest lengths and events with top-k', () => {
    expect([...shares({ ...plain, topK: 1 }, wide).keys()]).toEqual([`3 ${LABEL_OF_60 + 1}`])
  })

  it('begins something at once where every length left is cut away', () => {
    const { holds } = drawToken(distribution, { age: 9, left: 50, decoding: plain, random: mulberry32(1) })
    expect(holds).toBe(0)
  })
})
