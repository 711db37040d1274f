import { describe, expect, it } from 'vitest'
import { mulberry32, seedFrom, shuffled } from '../../src/support/random.ts'

describe('mulberry32', () => {
  it('continues exactly from its state', () => {
    const first = mulberry32(7)
    const drawn = [first.next(), first.next()]
    const second = mulberry32(mulberry32(7).state())
    expect([second.next(), second.next()]).toEqual(drawn)
    const resumed = mulberry32(first.state())
    expect(resumed.next()).toBe(first.next())
  })

  it('gives the published numbers of seed 1', () => {
    const random = mulberry32(1)
    expect(random.next()).toBe(0.6270739405881613)
  })

  it('stays in [0, 1) and is uniform to a few per cent', () => {
    const random = mulberry32(42)
    const bins = new Array<number>(10).fill(0)
    for (let i = 0; i < 10_000; i++) {
      const u = random.next()
      expect(u >= 0 && u < 1).toBe(true)
      bins[Math.floor(u * 10)]! += 1
    }
    for (const bin of bins) expect(Math.abs(bin - 1000)).toBeLessThan(120)
  })
})

describe('shuffled', () => {
  it('keeps the items and leaves its argument alone', () => {
    const items = [1, 2, 3, 4, 5]
    const result = shuffled(items, mulberry32(3))
    expect(items).toEqual([1, 2, 3, 4, 5])
    expect([...result].sort()).toEqual(items)
    expect(result).not.toEqual(items)
  })
})

describe('seedFrom', () => {
  it('depends on every word and on their borders', () => {
    const seeds = [seedFrom(1, 'a'), seedFrom(2, 'a'), seedFrom(1, 'b'), seedFrom(1, 'a', 1), seedFrom(1, 'a1')]
    expect(new Set(seeds).size).toBe(seeds.length)
  })
})
