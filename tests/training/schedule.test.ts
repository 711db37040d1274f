import { describe, expect, it } from 'vitest'
import { averageInto } from '../../src/training/averaging.ts'
import { learningRateAt } from '../../src/training/schedule.ts'

describe('learningRateAt', () => {
  const base = { learningRate: 0.8, steps: 101 }
  const at = (schedule: Parameters<typeof learningRateAt>[0]['schedule'], made: number) =>
    learningRateAt({ ...base, schedule }, made)

  it('stays without a schedule', () => {
    expect([0, 50, 100].map((made) => at(null, made))).toEqual([0.8, 0.8, 0.8])
  })

  it('rises to the highest over the warm-up and stays there without a decay', () => {
    const schedule = { warmupSteps: 3, decay: 'none', finalShare: 1 } as const
    expect([0, 1, 2, 3, 100].map((made) => at(schedule, made))).toEqual([0.2, 0.4, expect.closeTo(0.6), 0.8, 0.8])
  })

  it.each([
    ['linear', 0.45], // halfway from .8 to .1
    ['cosine', 0.45],
    ['exponential', Math.sqrt(0.8 * 0.1)],
  ] as const)('falls to its share by the last step: %s', (decay, halfway) => {
    const schedule = { warmupSteps: 0, decay, finalShare: 0.125 }
    expect(at(schedule, 0)).toBeCloseTo(0.8, 12)
    expect(at(schedule, 50)).toBeCloseTo(halfway, 12)
    expect(at(schedule, 100)).toBeCloseTo(0.1, 12)
  })
})

describe('averageInto', () => {
  it('keeps the decay at most, and less in the first steps', () => {
    const weights = (value: number) => ({ w: { shape: [1], data: Float32Array.of(value) } })
    const mean = weights(0)
    averageInto(mean, weights(1), 0.5, 0) // keeps a tenth
    expect(mean.w.data[0]).toBeCloseTo(0.9, 6)
    averageInto(mean, weights(0), 0.5, 1000)
    expect(mean.w.data[0]).toBeCloseTo(0.45, 6)
  })
})
