import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sequencesOf } from '../../src/dataset/batches.ts'
import { openBackend } from '../../src/model/backend.ts'
import { NO_DROPOUT } from '../../src/model/dropout.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { dealOut, gradientSource } from '../../src/training/gradientSource.ts'

const spec = { encoding: 'mono', layerSizes: [12, 12], attentionLength: 0 } as const
const random = mulberry32(3)
const melody = (length: number): number[] =>
  Array.from({ length }, () => (random.next() < 0.5 ? -2 : 55 + Math.floor(random.next() * 12)))
const sequences = sequencesOf([9, 30, 4, 17, 22, 3, 12].map(melody), 'whole')

describe('dealOut', () => {
  it('gives each sequence to one part, about the same work to each, and none to nobody', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 5 }), (drawn, count) => {
        const all = drawn.map((length) => ({ events: [], start: 0, length }))
        const parts = dealOut(all, count)
        expect(parts).toHaveLength(Math.min(count, all.length))
        expect(parts.flat().map((each) => each.length).sort()).toEqual(drawn.toSorted((a, b) => a - b).map(Number).sort()) // prettier-ignore
        const work = parts.map((part) => part.reduce((sum, { length }) => sum + length, 0))
        expect(Math.max(...work) - Math.min(...work)).toBeLessThanOrEqual(Math.max(...drawn))
        expect(parts.every((part) => part.length > 0)).toBe(true)
      }),
    )
  })
})

describe('gradientSource', () => {
  it('gives the whole batch from any number of parts', async () => {
    const backend = await openBackend()
    const weights = initialWeights(spec, 1)
    const of = (parts: number) =>
      gradientSource(backend, spec, parts, weights).gradients(weights, sequences, NO_DROPOUT)
    const whole = await of(1)
    for (const parts of [2, 3, 9]) {
      const found = await of(parts)
      expect(found.sums.steps).toBe(whole.sums.steps)
      expect(found.sums.loss).toBeCloseTo(whole.sums.loss, 4)
      for (const [name, { data }] of Object.entries(whole.gradients)) {
        const theirs = found.gradients[name]!.data
        expect(Math.max(...data.map((value, n) => Math.abs(value - theirs[n]!)))).toBeLessThan(1e-6)
      }
    }
  })

  it('drops other units in each part, and the same ones again for the same seed', async () => {
    const backend = await openBackend()
    const weights = initialWeights(spec, 1)
    const dropout = { keepProbability: 0.5, seed: 5 }
    const run = () => gradientSource(backend, spec, 2, weights).gradients(weights, sequences, dropout)
    const [first, second] = [await run(), await run()]
    expect(first).toEqual(second)
    const twins = [sequences[0]!, sequences[0]!]
    const { sums } = await gradientSource(backend, spec, 2, weights).gradients(weights, twins, dropout)
    const { sums: one } = await gradientSource(backend, spec, 1, weights).gradients(weights, [sequences[0]!], dropout)
    expect(sums.loss).not.toBeCloseTo(2 * one.loss, 5)
  })
})
