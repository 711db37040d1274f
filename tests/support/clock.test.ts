import { afterEach, describe, expect, it, vi } from 'vitest'
import { steadyNow } from '../../src/support/clock.ts'

afterEach(() => vi.restoreAllMocks())

describe('the clock of durations', () => {
  it('is the time of day, in whole milliseconds', () => {
    expect(Number.isInteger(steadyNow())).toBe(true)
    expect(Math.abs(steadyNow() - Date.now())).toBeLessThan(3_600_000)
  })

  it('does not run back when the system is set back', () => {
    const before = steadyNow()
    vi.spyOn(Date, 'now').mockReturnValue(0)
    expect(steadyNow()).toBeGreaterThanOrEqual(before)
  })
})
