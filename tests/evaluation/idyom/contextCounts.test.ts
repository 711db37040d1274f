import { describe, expect, it } from 'vitest'
import { ContextCounts, ContextPath } from '../../../src/evaluation/idyom/contextCounts.ts'
import { mulberry32 } from '../../../src/support/random.ts'

/** The counts of a sequence that predicts itself: contexts and outcomes are the same symbols. */
function learnt(outcomes: number, depth: number, sequence: readonly number[]): ContextCounts {
  const counts = new ContextCounts(outcomes, depth)
  const path = new ContextPath(counts, true)
  for (const symbol of sequence) {
    path.count(symbol)
    path.advance(symbol)
  }
  return counts
}

/** A path that has read the sequence. */
function after(counts: ContextCounts, sequence: readonly number[]): ContextPath {
  const path = new ContextPath(counts, false)
  sequence.forEach((symbol) => path.advance(symbol))
  return path
}

function predicted(path: ContextPath, outcomes: number): number[] {
  const into = new Float64Array(outcomes)
  path.predict(into)
  return [...into]
}

describe('ContextCounts', () => {
  it('mixes the contexts as interpolated PPM-C does, worked out by hand', () => {
    // a b a b a: after "a" came b twice; in all a 3 times, b twice.
    const counts = learnt(2, 1, [0, 1, 0, 1, 0])
    const order0 = [(3 + 2 * 0.5) / 7, (2 + 2 * 0.5) / 7] // 5 counted, 2 kinds, uniform below
    const order1 = [order0[0]! / 3, (2 + order0[1]!) / 3] // 2 counted, 1 kind
    const found = predicted(after(counts, [0]), 2)
    expect(found[0]).toBeCloseTo(order1[0]!, 14)
    expect(found[1]).toBeCloseTo(order1[1]!, 14)
  })

  it('is uniform before anything was counted', () => {
    expect(predicted(new ContextPath(new ContextCounts(4, 3), false), 4)).toEqual([0.25, 0.25, 0.25, 0.25])
  })

  it('sums to 1 after any context, seen or not', () => {
    const random = mulberry32(3)
    const counts = learnt(
      5,
      4,
      Array.from({ length: 2000 }, () => Math.floor(5 * random.next() ** 2)),
    )
    for (let n = 0; n < 50; n++) {
      const past = Array.from({ length: 6 }, () => Math.floor(5 * random.next()))
      const found = predicted(after(counts, past), 5)
      expect(found.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
      expect(Math.min(...found)).toBeGreaterThan(0)
    }
  })

  it('predicts after one more symbol as it would from there', () => {
    const sequence = Array.from({ length: 300 }, (_, n) => (n * n) % 7)
    const counts = learnt(7, 3, sequence)
    const ahead = new Float64Array(7)
    after(counts, [1, 4, 2]).predictAfter(2, ahead)
    expect([...ahead]).toEqual(predicted(after(counts, [1, 4, 2, 2]), 7))
  })

  it('grows past its first size and keeps every count', () => {
    const random = mulberry32(8)
    const sequence = Array.from({ length: 5000 }, () => Math.floor(40 * random.next()))
    const counts = learnt(40, 3, sequence)
    expect(counts.size).toBeGreaterThan(4000)
    const [total, times] = [sequence.length, sequence.filter((symbol) => symbol === 7).length]
    expect(predicted(new ContextPath(counts, false), 40)[7]).toBeCloseTo((times + 40 / 40) / (total + 40), 12)
  })
})
