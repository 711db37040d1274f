import { describe, expect, it } from 'vitest'
import type { Weights } from '../../src/config/modelSpec.ts'
import { addPenaltyGradient, distancePenalty } from '../../src/training/stayNear.ts'

const tensors = (a: number[], b: number[]): Weights => ({
  'lstm_0/bias': { shape: [3], data: Float32Array.from(a) },
  'output/kernel': { shape: [1, 2], data: Float32Array.from(b) },
})
const start = tensors([1, 0, -1], [0.5, 2])
const now = tensors([1.5, -1, -1], [0.5, 4])

describe('the penalty for leaving the starting weights', () => {
  it('is half the strength times the squared distance, 0 at the start', () => {
    expect(distancePenalty(now, { start, strength: 0.1 })).toBeCloseTo((0.1 / 2) * (0.25 + 1 + 4), 12)
    expect(distancePenalty(start, { start, strength: 0.1 })).toBe(0)
  })

  it('has the gradient that finite differences have', () => {
    const gradients = tensors([0.25, 0, 0], [0, -1])
    const before = structuredClone(gradients)
    addPenaltyGradient(gradients, now, { start, strength: 0.3 })
    const step = 2 ** -6
    for (const [name, { data }] of Object.entries(now))
      data.forEach((_, n) => {
        const moved = (by: number): number => {
          const other = structuredClone(now)
          other[name]!.data[n]! += by
          return distancePenalty(other, { start, strength: 0.3 })
        }
        const difference = (moved(step) - moved(-step)) / (2 * step)
        expect(gradients[name]!.data[n]! - before[name]!.data[n]!).toBeCloseTo(difference, 6)
      })
  })

  it('leaves out the gradients that are not asked for, those of frozen tensors', () => {
    const { 'lstm_0/bias': _frozen, ...others } = tensors([0, 0, 0], [0, 0])
    addPenaltyGradient(others, now, { start, strength: 1 })
    expect([...others['output/kernel']!.data]).toEqual([0, 2])
  })
})
