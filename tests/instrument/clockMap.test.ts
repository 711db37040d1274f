import { describe, expect, it } from 'vitest'
import { ClockMap } from '../../site/src/scripts/instrument/clockMap.ts'

/** An audio clock that begins at 1000 ms of the page's and advances in blocks of 20 ms. */
function clocks() {
  const page = { now: 1000, stood: 0 }
  const read = () => ({
    performanceTime: page.now,
    contextTime: Math.floor((page.now - page.stood - 1000) / 20) * 0.02,
  })
  return { page, map: new ClockMap(read) }
}

describe('ClockMap', () => {
  it('finds the audio clock to a millisecond, though it is read in blocks', () => {
    const { page, map } = clocks()
    for (; page.now < 2000; page.now += 7) map.offset()
    for (; page.now < 2100; page.now += 3) {
      expect(map.pair().contextTime).toBeCloseTo((page.now - 1000) / 1000, 2)
      expect(Math.abs(map.performanceTimeOf(2) - 3000)).toBeLessThanOrEqual(1)
    }
  })

  it('remembers for seconds where a block began early', () => {
    const { page, map } = clocks()
    for (; page.now < 3000; page.now += 7) map.offset()
    page.stood = -11 // a block comes early, and the next ones as they should
    map.offset()
    page.stood = 0
    const early = map.performanceTimeOf(2)
    for (; page.now < 6500; page.now += 7) map.offset()
    expect(map.performanceTimeOf(2)).toBeCloseTo(early, 6)
    for (; page.now < 9000; page.now += 7) map.offset()
    expect(Math.abs(map.performanceTimeOf(2) - 3000)).toBeLessThanOrEqual(1)
  })

  it('follows a clock that stood still, as one does that waits for the first press', () => {
    const { page, map } = clocks()
    for (; page.now < 1500; page.now += 7) map.offset()
    page.stood = 300
    page.now += 300
    for (let n = 0; n < 40; n++, page.now += 7) map.offset()
    expect(Math.abs(map.performanceTimeOf(2) - 3300)).toBeLessThanOrEqual(7)
  })
})
