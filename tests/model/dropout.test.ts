import { describe, expect, it } from 'vitest'
import { dropoutMask } from '../../src/model/dropout.ts'

describe('dropoutMask', () => {
  it('keeps the asked share, scaled so that the mean stays 1', () => {
    const mask = dropoutMask(100_001, 0.8, 7)
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1.25)]))
    expect(mask.reduce((sum, value) => sum + value, 0) / mask.length).toBeCloseTo(1, 2)
    expect(mask.filter((_, i) => i % 2 === 1).reduce((sum, value) => sum + value, 0) / 50_000).toBeCloseTo(1, 2)
  })

  it('is the same for the same seed and another for another', () => {
    expect(dropoutMask(64, 0.5, 1)).toEqual(dropoutMask(64, 0.5, 1))
    expect(dropoutMask(64, 0.5, 2)).not.toEqual(dropoutMask(64, 0.5, 1))
  })
})
