import { describe, expect, it } from 'vitest'
import { initialAdam } from '../../src/model/adam.ts'
import type { Checkpoint } from '../../src/model/checkpoint.ts'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { describePlan, frozenNames, planTransfer, restoredNames, warmStart } from '../../src/training/transfer.ts'

const spec = (more: Partial<StepModelSpec> = {}): StepModelSpec => ({
  encoding: 'basic',
  layerSizes: [4, 4],
  attentionLength: 0,
  ...more,
})
const weights = initialWeights(spec(), 1)
const adam = { ...initialAdam(weights), m: initialWeights(spec(), 2), step: 70 }
const parent: Checkpoint = { spec: spec(), weights, adam, averaged: null, state: { step: 90 } }

describe('planTransfer', () => {
  it('says of each tensor whether it is restored, new or skipped', () => {
    const plan = planTransfer(parent, spec({ encoding: 'mono', layerSizes: [4, 4, 3] }), ['lstm_1'])
    expect(plan.map(({ name, action, frozen }) => [name, action, frozen])).toEqual([
      ['lstm_0/kernel', 'skipped', false], // 38 inputs there, 130 here
      ['lstm_0/bias', 'restored', false],
      ['lstm_1/kernel', 'restored', true],
      ['lstm_1/bias', 'restored', true],
      ['lstm_2/kernel', 'new', false],
      ['lstm_2/bias', 'new', false],
      ['output/kernel', 'skipped', false],
      ['output/bias', 'skipped', false],
    ])
    expect(describePlan(plan)[0]).toBe('  skipped   lstm_0/kernel  [42, 16] here [134, 16]')
    expect(describePlan(plan)[2]).toBe('  restored  lstm_1/kernel  [8, 16]  frozen')
    const shallow = planTransfer(parent, spec({ layerSizes: [4] }))
    expect(shallow.at(-1)).toEqual({
      ...{ name: 'lstm_1/bias', action: 'skipped', shape: null, parentShape: [16], frozen: false },
    })
  })
})

describe('warmStart', () => {
  it('takes weights, moments and steps, or weights alone', () => {
    const kept = warmStart(parent, spec(), 5, { optimizerState: true })
    expect(kept).toMatchObject({ weights, step: 90, adam: { step: 70, m: adam.m } })
    const fresh = warmStart(parent, spec(), 5, { optimizerState: false })
    expect(fresh).toMatchObject({ weights, step: 90, adam: { step: 0 } })
    expect(fresh.adam.m['output/bias']?.data.every((value) => value === 0)).toBe(true)
    expect(kept.weights['output/bias']?.data).not.toBe(weights['output/bias']?.data) // a copy: the parent stays as it is
  })

  it('starts from the mean of a parent that keeps one, unless its optimizer is kept', () => {
    const averaged = initialWeights(spec(), 9)
    const mean = { ...parent, averaged }
    expect(warmStart(mean, spec(), 5, { optimizerState: false }).weights).toEqual(averaged)
    expect(warmStart(mean, spec(), 5, { optimizerState: true }).weights).toEqual(weights)
  })

  it('gives new tensors their values from the seed, and no moments', () => {
    const deeper = spec({ layerSizes: [4, 4, 3] })
    const { weights: found, adam: moments } = warmStart(parent, deeper, 5, { optimizerState: true })
    expect(found['lstm_2/kernel']).toEqual(initialWeights(deeper, 5)['lstm_2/kernel'])
    expect(found['lstm_0/kernel']).toEqual(weights['lstm_0/kernel'])
    expect(moments.m['lstm_2/kernel']?.data.every((value) => value === 0)).toBe(true)
  })

  it('refuses a parent without a fitting tensor', () => {
    const other = spec({ encoding: 'mono', layerSizes: [5] })
    expect(() => warmStart(parent, other, 1, { optimizerState: false })).toThrow(
      /nothing to restore: no tensor of the basic 4\+4 checkpoint fits a mono 5 model/,
    )
  })
})

describe('restoredNames', () => {
  it('refuses a model that would keep nothing of its parent but biases', () => {
    const other = spec({ layerSizes: [5, 5] })
    expect(() => restoredNames(planTransfer(parent, other), parent, other)).toThrow(
      'nothing to restore: nothing but output/bias of the basic 4+4 checkpoint fits a basic 5+5 model; leave out settings',
    )
    const deeper = spec({ encoding: 'mono', layerSizes: [4, 4, 3] })
    expect(restoredNames(planTransfer(parent, deeper), parent, deeper)).toEqual([
      ...['lstm_0/bias', 'lstm_1/kernel', 'lstm_1/bias'],
    ])
  })
})

describe('frozenNames', () => {
  it('takes tensors and layers, and refuses what is neither', () => {
    expect([...frozenNames(spec(), ['lstm_0', 'output/bias'])]).toEqual(['lstm_0/kernel', 'lstm_0/bias', 'output/bias'])
    expect(() => frozenNames(spec(), ['lstm_7'])).toThrow(
      /training.freeze names "lstm_7".*lstm_0\/kernel, lstm_0\/bias/,
    )
    expect(() => frozenNames(spec(), ['lstm_0', 'lstm_1', 'output'])).toThrow(/freezes every tensor/)
  })
})
