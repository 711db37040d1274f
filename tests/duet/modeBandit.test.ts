import { median } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { chooseMode, learnMode, newBandit } from '../../src/duet/modeBandit.ts'
import { simulateTaste } from '../../src/duet/simulateTaste.ts'
import { mulberry32 } from '../../src/support/random.ts'

describe('the bandit over modes', () => {
  it('believes in each mode alike at first', () => {
    const { modes, belief } = newBandit(['free', 'contrary'])
    expect(modes).toEqual(['free', 'contrary'])
    expect(belief).toEqual([0.5, 0.5])
  })

  it('believes more in a mode that was rewarded, and its belief stays one', () => {
    const before = newBandit()
    const after = learnMode(before, 'contrary', 1)
    const place = before.modes.indexOf('contrary')
    expect(after.belief[place]).toBeGreaterThan(before.belief[place]!)
    expect(learnMode(before, 'contrary', 0).belief[place]).toBeLessThan(before.belief[place]!)
    expect(after.belief.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
  })

  it('is the same for the same random numbers', () => {
    expect(chooseMode(newBandit(), mulberry32(4))).toBe(chooseMode(newBandit(), mulberry32(4)))
  })

  it('finds a hidden taste: a quarter of the oracle’s reward lost at most, a change found within 16 bars', () => {
    const runs = Array.from({ length: 200 }, (_, n) => simulateTaste(n + 1))
    expect(median(runs.map(({ regret }) => regret))).toBeLessThan(0.25)
    expect(median(runs.map(({ found }) => found))).toBeLessThanOrEqual(16)
  })
})
