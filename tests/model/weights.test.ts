import { describe, expect, it } from 'vitest'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { initialWeights, parameterShapes, weightsProblem } from '../../src/model/weights.ts'

const study: StepModelSpec = { encoding: 'mono', layerSizes: [128, 128], attentionLength: 0 }
const attention: StepModelSpec = { encoding: 'attention', layerSizes: [6, 4], attentionLength: 3 }

describe('weights', () => {
  it("number 280,962 in the study's model", () => {
    const sizes = parameterShapes(study).map(({ shape }) => shape.reduce((product, n) => product * n, 1))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(280_962)
  })

  it('have the names and shapes of the contract, attention included', () => {
    expect(parameterShapes(attention)).toEqual([
      { name: 'lstm_0/kernel', shape: [80, 24] },
      { name: 'lstm_0/bias', shape: [24] },
      { name: 'lstm_1/kernel', shape: [10, 16] },
      { name: 'lstm_1/bias', shape: [16] },
      { name: 'output/kernel', shape: [4, 40] },
      { name: 'output/bias', shape: [40] },
      { name: 'attention/input/kernel', shape: [80, 74] },
      { name: 'attention/input/bias', shape: [74] },
      { name: 'attention/w', shape: [6, 6] },
      { name: 'attention/v', shape: [6] },
      { name: 'attention/query/kernel', shape: [12, 6] },
      { name: 'attention/query/bias', shape: [6] },
      { name: 'attention/output/kernel', shape: [12, 6] },
      { name: 'attention/output/bias', shape: [6] },
    ])
  })

  it('start as Glorot-uniform matrices and zero biases, the forget gates at 1', () => {
    const weights = initialWeights(study, 3)
    expect(weightsProblem(study, weights)).toBeNull()
    const bias = weights['lstm_1/bias']?.data ?? []
    expect([bias[127], bias[128], bias[255], bias[256]]).toEqual([0, 1, 1, 0])
    expect(weights['output/bias']?.data.every((value) => value === 0)).toBe(true)
    const kernel = weights['lstm_1/kernel']?.data ?? new Float32Array()
    const limit = Math.sqrt(6 / (256 + 512))
    const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length
    expect(kernel.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)).toBeLessThanOrEqual(
      Math.fround(limit),
    )
    expect(variance / (limit * limit)).toBeCloseTo(1 / 3, 2) // of a uniform distribution
  })

  it('are the same for the same seed and others for another', () => {
    expect(initialWeights(attention, 5)).toEqual(initialWeights(attention, 5))
    expect(initialWeights(attention, 6)).not.toEqual(initialWeights(attention, 5))
  })

  it('that do not fit a spec are named', () => {
    const weights = initialWeights(attention, 1)
    expect(weightsProblem({ ...attention, layerSizes: [6, 5] }, weights)).toBe(
      'tensor "lstm_1/kernel" has shape [10, 16], a attention model of 6 + 5 units, attention 3 needs [11, 20]',
    )
    expect(weightsProblem(study, {})).toBe('tensor "lstm_0/kernel" is missing')
  })
})
