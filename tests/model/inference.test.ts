import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import { createStepper, type StepState } from '../../src/model/inference.ts'
import type { StepModelSpec, NamedTensor, Weights } from '../../src/config/modelSpec.ts'
import { initialWeights, parameterShapes } from '../../src/model/weights.ts'

const oneUnit: StepModelSpec = { encoding: 'mono', layerSizes: [1], attentionLength: 0 }
/** Place of pitch 60 in a one-hot input: after NO_EVENT and NOTE_OFF. */
const PITCH_60 = 62
/** Row of the unit's own last output in the kernel, behind the 130 inputs. */
const RECURRENT = 130

/** Weights of zeros, but for the values given as name -> flat index -> value. */
function weightsWith(spec: StepModelSpec, values: Record<string, Record<number, number>>): Weights {
  return Object.fromEntries(
    parameterShapes(spec).map(({ name, shape }): [string, NamedTensor] => {
      const data = new Float32Array(shape.reduce((product, n) => product * n, 1))
      for (const [index, value] of Object.entries(values[name] ?? {})) data[Number(index)] = value
      return [name, { shape, data }]
    }),
  )
}

function oneHot(index: number): Float32Array {
  const input = new Float32Array(130)
  input[index] = 1
  return input
}

describe('one LSTM unit worked out by hand', () => {
  // Gates i, f, c, o of pitch 60: 0, 0, 1, 0; forget bias 1; the last output raises the output gate by 2.
  const weights = weightsWith(oneUnit, {
    'lstm_0/kernel': { [PITCH_60 * 4 + 2]: 1, [RECURRENT * 4 + 3]: 2 },
    'lstm_0/bias': { 1: 1 },
    'output/kernel': { 0: 10, 5: -1 },
    'output/bias': { 5: 0.5 },
  })
  const stepper = createStepper(oneUnit, weights)
  const first = stepper.step(stepper.initialState(), oneHot(PITCH_60))

  it('takes the first step', () => {
    // c = sigmoid(0) tanh(1) = 0.5 * 0.7615941560; h = sigmoid(0) tanh(c) = 0.5 * 0.3634022318
    expect(first.state.cells[0]?.[0]).toBeCloseTo(0.380797078, 7)
    expect(first.state.outputs[0]?.[0]).toBeCloseTo(0.1817, 4)
    expect(first.logits[0]).toBeCloseTo(10 * Math.tanh(0.380797078) * 0.5, 6)
    expect(first.logits[5]).toBeCloseTo(0.5 - Math.tanh(0.380797078) * 0.5, 6)
    expect(first.logits[1]).toBe(0)
  })

  it('remembers: forget gate, input gate without candidate, output gate by the last output', () => {
    const second = stepper.step(first.state, oneHot(0))
    // c = sigmoid(1) * 0.380797078 + sigmoid(0) tanh(0) = 0.7310585786 * 0.380797078
    expect(second.state.cells[0]?.[0]).toBeCloseTo(0.278384971, 7)
    // h = sigmoid(2 * 0.1817) tanh(c)
    const gate = 1 / (1 + Math.exp(-2 * Math.tanh(0.380797078) * 0.5))
    expect(second.state.outputs[0]?.[0]).toBeCloseTo(gate * Math.tanh(0.278384971), 6)
  })

  it('leaves the state it was given as it was, so that candidates can branch', () => {
    const one = stepper.step(first.state, oneHot(0))
    const other = stepper.step(first.state, oneHot(PITCH_60))
    const again = stepper.step(first.state, oneHot(0))
    expect(again).toEqual(one)
    expect(other.logits).not.toEqual(one.logits)
  })
})

describe('attention worked out by hand', () => {
  // Nothing reaches the cell, so its output is 0 and only biases speak.
  const spec: StepModelSpec = { encoding: 'attention', layerSizes: [1], attentionLength: 2 }
  const weights = weightsWith(spec, {
    'attention/output/kernel': { 1: 1 }, // the attended value is added to
    'attention/output/bias': { 0: 0.5 }, // half
    'output/kernel': { 0: 1 },
  })

  it('attends to a window that moves on by one output a step', () => {
    const stepper = createStepper(spec, weights)
    const input = new Float32Array(74)
    let state: StepState = stepper.initialState()
    const outputs = [0, 1, 2].map(() => {
      const stepped = stepper.step(state, input)
      state = stepped.state
      return stepped.logits[0]
    })
    // Equal scores: the mean of the window. [0, 0] -> .5; [0, .5] -> .25 + .5; [.5, .75] -> .625 + .5
    expect(outputs).toEqual([0.5, 0.75, 1.125])
  })
})

/** sha256 of the logits of 64 steps, a walk through the pitches with rests. */
function fingerprint(spec: StepModelSpec): string {
  const stepper = createStepper(spec, initialWeights(spec, 1))
  const encoding = melodyEncoding(spec.encoding)
  const events = Array.from({ length: 64 }, (_, step) => (step % 4 === 3 ? -2 : 60 + ((step * 7) % 12)))
  const hash = createHash('sha256')
  let state = stepper.initialState()
  for (const position of events.keys()) {
    const input = new Float32Array(encoding.inputSize)
    encoding.writeInput(events, position, input)
    const stepped = stepper.step(state, input)
    state = stepped.state
    hash.update(new Uint8Array(stepped.logits.buffer))
  }
  return hash.digest('hex')
}

describe('the portable step gives the same bits everywhere', () => {
  // A change here breaks every published sidecar: their melodies could not be written again.
  it.each([
    [
      { encoding: 'mono', layerSizes: [16, 16], attentionLength: 0 },
      '58dfe9526a66a35431d5ebc6b4492ba452aaa0e04b84399df7a8c078deed6f99',
    ],
    [
      { encoding: 'lookback', layerSizes: [20, 12], attentionLength: 0 },
      '9cf3caa5c267abf7124c8b505db661682edbefbbc9f1fe96dcafa6b042df7643',
    ],
    [
      { encoding: 'attention', layerSizes: [12, 12], attentionLength: 8 },
      '59581e3cd1f70e8099e29c16c868969b3c8f7a49a534ba53db11ffbbefbcbd3e',
    ],
  ] as const)('%o', (spec, expected) => {
    expect(fingerprint(spec)).toBe(expected)
  })
})

describe('createStepper', () => {
  it('names a tensor that is missing', () => {
    const { 'output/bias': _, ...weights } = initialWeights(oneUnit, 1)
    expect(() => createStepper(oneUnit, weights)).toThrow('the weights hold no tensor "output/bias"')
  })

  it('refuses an input of another size', () => {
    const stepper = createStepper(oneUnit, initialWeights(oneUnit, 1))
    expect(() => stepper.step(stepper.initialState(), new Float32Array(38))).toThrow('39 values for a matrix of 131')
  })

  it('copies the weights', () => {
    const weights = initialWeights(oneUnit, 1)
    const stepper = createStepper(oneUnit, weights)
    const before = stepper.step(stepper.initialState(), oneHot(3)).logits
    for (const { data } of Object.values(weights)) data.fill(0)
    expect(stepper.step(stepper.initialState(), oneHot(3)).logits).toEqual(before)
  })
})
