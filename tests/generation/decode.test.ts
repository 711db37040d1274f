import { describe, expect, it } from 'vitest'
import { decode, inverseCdf, logProbability, softmax } from '../../src/generation/decode.ts'
import { mulberry32, type Random } from '../../src/support/random.ts'

/** Logits whose softmax at temperature 1 is .5, .25, .125, .125. */
const logits = Float32Array.of(Math.log(4), Math.log(2), 0, 0)
const all = { temperature: 1, topK: null, topP: null }

/** A stream of one number that counts how often it was asked. */
function fixed(u: number): Random & { draws: number } {
  return {
    draws: 0,
    next() {
      this.draws++
      return u
    },
    state: () => 0,
  }
}

describe('softmax', () => {
  it('is a distribution', () => {
    expect([...softmax(logits)].map((p) => Number(p.toFixed(6)))).toEqual([0.5, 0.25, 0.125, 0.125])
  })

  it('divides the logits by the temperature: at 1/2 the odds are squared', () => {
    // 16 : 4 : 1 : 1
    expect([...softmax(logits, 0.5)].map((p) => Number((p * 22).toFixed(5)))).toEqual([16, 4, 1, 1])
  })

  it('takes logits that are far apart', () => {
    expect([...softmax(Float32Array.of(1000, 0, -1000))]).toEqual([1, 0, 0])
  })
})

describe('logProbability', () => {
  it('is the log of the softmax, also where that is too small to hold', () => {
    expect(logProbability(logits, 1, 1)).toBeCloseTo(Math.log(0.25), 6)
    expect(logProbability(Float32Array.of(1000, 0), 1, 1)).toBe(-1000)
  })
})

describe('inverseCdf', () => {
  const shares = Float64Array.of(0.25, 0, 0.5, 0.25)

  it.each([
    [0, 0],
    [0.2499, 0],
    [0.25, 2], // the first share above u, and never a label without probability
    [0.7499, 2],
    [0.75, 3],
    [0.9999999, 3],
  ])('of %d is %d', (u, label) => expect(inverseCdf(shares, u)).toBe(label))

  it('does not need shares that add up to 1', () => {
    expect(inverseCdf(Float64Array.of(0, 3, 1), 0.74)).toBe(1)
    expect(inverseCdf(Float64Array.of(0, 3, 1), 0.76)).toBe(2)
  })
})

describe('decode', () => {
  it('takes the likeliest label at temperature 0, the first of several, and draws nothing', () => {
    const random = fixed(0.99)
    expect(decode(Float32Array.of(1, 3, 3), { ...all, temperature: 0 }, random).label).toBe(1)
    expect(random.draws).toBe(0)
  })

  it('draws once', () => {
    const random = fixed(0.6)
    expect(decode(logits, all, random).label).toBe(1)
    expect(random.draws).toBe(1)
  })

  it('spreads the draws over what top-k leaves: .5 and .25 become 2/3 and 1/3', () => {
    expect(decode(logits, { ...all, topK: 2 }, fixed(0.66)).label).toBe(0)
    expect(decode(logits, { ...all, topK: 2 }, fixed(0.67)).label).toBe(1)
  })

  it('says the probability before the cut, at the temperature', () => {
    expect(decode(logits, { ...all, topK: 1 }, fixed(0)).logProbability).toBeCloseTo(Math.log(0.5), 6)
    expect(decode(logits, { ...all, temperature: 0.5 }, fixed(0)).logProbability).toBeCloseTo(Math.log(16 / 22), 6)
    expect(decode(logits, { ...all, temperature: 0 }, fixed(0)).logProbability).toBeCloseTo(Math.log(0.5), 6)
  })

  it('draws labels as often as they are likely', () => {
    const random = mulberry32(5)
    const counts = [0, 0, 0, 0]
    for (let n = 0; n < 8000; n++) {
      const { label } = decode(logits, { ...all, topP: 0.8 }, random)
      counts[label] = (counts[label] ?? 0) + 1
    }
    // .5, .25 and .125 hold 80%; of 7 parts they have 4, 2 and 1.
    expect(counts[3]).toBe(0)
    for (const [label, parts] of [4, 2, 1].entries()) {
      expect(Math.abs((counts[label] ?? 0) / 8000 - parts / 7)).toBeLessThan(0.02)
    }
  })
})
