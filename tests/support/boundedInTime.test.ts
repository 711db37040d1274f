import { describe, expect, it } from 'vitest'
import { boundedInTime, OutOfTimeError, threadMilliseconds } from '../../src/support/boundedInTime.ts'

const forever = (): never => {
  for (;;);
}

describe('boundedInTime', () => {
  it('gives what the work gives, and throws what it throws', () => {
    expect(boundedInTime(() => 42, 50)).toBe(42)
    expect(() => boundedInTime(() => JSON.parse('{'), 50)).toThrow(SyntaxError)
  })

  it('stops work without an end', () => {
    expect(() => boundedInTime(forever, 50)).toThrow(OutOfTimeError)
  })

  it('lets work that had no core run again, and gives up in the end', () => {
    const standingStill = (): number => 0
    let tries = 0
    const late = (): number => (++tries < 3 ? forever() : tries)
    expect(boundedInTime(late, 300, standingStill)).toBe(3)
    expect(() => boundedInTime(forever, 20, standingStill)).toThrow('more than 20 ms')
  })

  it('does not repeat work that had its time', () => {
    let clock = 0
    let tries = 0
    const count = (): never => {
      tries++
      return forever()
    }
    expect(() => boundedInTime(count, 20, () => (clock += 20))).toThrow(OutOfTimeError)
    expect(tries).toBe(1)
  })
})

describe('threadMilliseconds', () => {
  it('continues while the thread works', () => {
    const before = threadMilliseconds()
    const end = performance.now() + 30
    while (performance.now() < end);
    expect(threadMilliseconds()).toBeGreaterThan(before)
  })
})
