import { describe, expect, it } from 'vitest'
import { inputRow } from '../../src/dataset/encoding.ts'
import { createMelodyModel } from '../../src/generation/continueMelody.ts'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { unrollMelody } from '../../src/model/unrollMelody.ts'
import { initialWeights } from '../../src/model/weights.ts'

const melody = [60, -2, 62, -1, 64, -2, -2, 60]

describe('unrollMelody', () => {
  it.each([
    ['plain', { encoding: 'mono', layerSizes: [5, 4], attentionLength: 0 }],
    ['residual', { encoding: 'basic', layerSizes: [6, 6], attentionLength: 0, residual: true }],
  ] as [string, StepModelSpec][])('shows gates that make the cells and outputs of a %s network', (_, spec) => {
    const weights = initialWeights(spec, 3)
    const unrolled = unrollMelody(spec, weights, melody)
    const model = createMelodyModel(spec, weights)
    let state = model.stepper.initialState()
    for (const [n, { event, layers, logits }] of unrolled.entries()) {
      const stepped = model.stepper.step(state, inputRow(model.encoding, melody, n))
      expect(event).toBe(melody[n])
      expect(logits).toEqual(stepped.logits)
      for (const [l, { input, forget, candidate, output, cell, hidden }] of layers.entries()) {
        const before = state.cells[l] as Float32Array
        expect(cell).toEqual(stepped.state.cells[l])
        expect(hidden).toEqual(stepped.state.outputs[l])
        for (const unit of cell.keys()) {
          expect(forget[unit]! * before[unit]! + input[unit]! * candidate[unit]!).toBeCloseTo(cell[unit]!, 6)
          expect(output[unit]! * Math.tanh(cell[unit]!)).toBeCloseTo(hidden[unit]!, 6)
        }
      }
      state = stepped.state
    }
  })

  it('refuses a network with attention', () => {
    const spec: StepModelSpec = { encoding: 'basic', layerSizes: [4, 4], attentionLength: 8 }
    expect(() => unrollMelody(spec, initialWeights(spec, 1), melody)).toThrow('attention')
  })
})
