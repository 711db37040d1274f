import { describe, expect, it } from 'vitest'
import { adamStep, clipGradients, initialAdam } from '../../src/model/adam.ts'

const vector = (...values: number[]) => ({ shape: [values.length], data: Float32Array.of(...values) })

describe('adamStep', () => {
  it('moves each weight by the rate at first, whatever the size of its gradient', () => {
    const weights = { w: vector(1, 1, 1) }
    const state = adamStep(weights, { w: vector(0.5, -200, 0) }, initialAdam(weights), { learningRate: 0.1 })
    expect([...weights.w.data]).toEqual([0.9, 1.1, 1].map((value) => expect.closeTo(value, 5)))
    expect(state.step).toBe(1)
    expect(state.m['w']?.data[0]).toBeCloseTo(0.05, 7)
    expect(state.v['w']?.data[0]).toBeCloseTo(0.00025, 8)
  })

  it('takes the second step worked out by hand', () => {
    // Gradients 1 then 3: m = .1, then .39; v = .001, then .009999;
    // rate = .1 * sqrt(1 - .999^2) / (1 - .9^2) = .023531, step = .023531 * .39 / sqrt(.009999) = .0917766.
    const weights = { w: vector(0) }
    const first = adamStep(weights, { w: vector(1) }, initialAdam(weights), { learningRate: 0.1 })
    adamStep(weights, { w: vector(3) }, first, { learningRate: 0.1 })
    expect(weights.w.data[0]).toBeCloseTo(-0.1 - 0.0917766, 5)
  })

  it('does not correct the bias of epsilon, as TensorFlow 1 does not', () => {
    // rate * m / (sqrt(v) + epsilon) = .1 * sqrt(.001) / .1 * .1 / (sqrt(.001) + 1) with g = 1.
    const weights = { w: vector(0) }
    adamStep(weights, { w: vector(1) }, initialAdam(weights), { learningRate: 0.1, epsilon: 1 })
    expect(weights.w.data[0]).toBeCloseTo((-0.1 * Math.sqrt(0.001)) / (Math.sqrt(0.001) + 1), 7)
  })
})

describe('clipGradients', () => {
  it('scales each tensor by its own norm, or all by the norm of all', () => {
    const own = { a: vector(3, 4), b: vector(0, 1) }
    expect(clipGradients(own, 2.5, 'variable')).toBeCloseTo(Math.sqrt(26), 6)
    expect([...own.a.data, ...own.b.data]).toEqual([1.5, 2, 0, 1])
    const all = { a: vector(3, 0), b: vector(0, 4) }
    expect(clipGradients(all, 2.5, 'global')).toBe(5)
    expect([...all.a.data, ...all.b.data]).toEqual([1.5, 0, 0, 2])
  })

  it('leaves short ones alone and reports what is not a number', () => {
    const short = { a: vector(0.3, 0.4) }
    clipGradients(short, 5, 'variable')
    expect([...short.a.data]).toEqual([...Float32Array.of(0.3, 0.4)])
    expect(clipGradients({ a: vector(NaN) }, 5, 'variable')).toBeNaN()
  })
})
