import { describe, expect, it } from 'vitest'
import { distancesToMedians, mostTypical } from '../../src/evaluation/typical.ts'

describe('distancesToMedians', () => {
  it('measures in units of the spread, and leaves out what is the same in all or not defined', () => {
    const pieces = [
      { range: 0, steps: 1 },
      { range: 10, steps: 1 },
      { range: 20, steps: 1 },
    ]
    // The 5th and 95th percentile of 0, 10 and 20 lie at 1 and 19.
    expect(distancesToMedians(pieces)).toEqual([10 / 18, 0, 10 / 18])
    expect(distancesToMedians([{ range: NaN }, { range: 3 }])[0]).toBeNaN()
  })

  it('names the nearest, and none where nothing can be compared', () => {
    expect(mostTypical([{ range: 5 }, { range: 7 }, { range: 12 }])).toBe(1)
    expect(mostTypical([])).toBe(-1)
  })
})
