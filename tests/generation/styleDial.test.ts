import { beforeAll, describe, expect, it } from 'vitest'
import type { ModelSpec, NoteModelSpec, StepModelSpec } from '../../src/config/modelSpec.ts'
import { wholeSequences } from '../../src/dataset/batches.ts'
import { eventEncoding } from '../../src/dataset/encoding.ts'
import { compose, type Recipe } from '../../src/generation/compose.ts'
import { createMelodyModel, logLikelihood, plainSampling } from '../../src/generation/continueMelody.ts'
import { type DialledNetwork, dialledModel } from '../../src/generation/styleDial.ts'
import { type Backend, openBackend } from '../../src/model/backend.ts'
import { createBatchStepper } from '../../src/model/batchInference.ts'
import { blendWeights } from '../../src/model/blendWeights.ts'
import { openNetwork } from '../../src/model/openNetwork.ts'
import { initialWeights } from '../../src/model/weights.ts'

const notes: NoteModelSpec = { encoding: 'notes', layerSizes: [6, 5], attentionSize: 4 }
const steps: StepModelSpec = { encoding: 'mono', layerSizes: [8, 8], attentionLength: 0 }
const pairOf = (spec: ModelSpec) => {
  const network = (seed: number): DialledNetwork => ({ spec, weights: initialWeights(spec, seed) })
  return { general: network(1), style: network(2) }
}
const recipe: Recipe = {
  ...plainSampling,
  ...{ conditionedOn: [60, -2, 64, -2], seed: 5, totalSteps: 96, qpm: 120, temperature: 1.3 },
}
const tune = [60, -2, 62, -2, 64, -1, -2, 67, 65, 60, -2, -2, -2, 62, -2, 64]

let backend: Backend
beforeAll(async () => {
  backend = await openBackend()
})

describe.each<[string, ModelSpec]>([
  ['networks of notes', notes],
  ['networks of steps', steps],
])('a dial between %s', (_, spec) => {
  it.each(['weights', 'outputs'] as const)('by %s is one or the other at its ends, byte for byte', async (by) => {
    const pair = pairOf(spec)
    const melodyAt = async (style: number) => (await compose(dialledModel(pair, { style, by }), recipe)).midi
    const [first, second] = await Promise.all(
      [pair.general, pair.style].map(
        async (network) => (await compose(createMelodyModel(network.spec, network.weights), recipe)).midi,
      ),
    )
    expect(await melodyAt(0)).toEqual(first)
    expect(await melodyAt(1)).toEqual(second)
    expect(first).not.toEqual(second)
    expect(await melodyAt(0.5)).toEqual(await melodyAt(0.5))
  })

  it('by outputs gives each event the mean of what both give it', () => {
    const pair = pairOf(spec)
    const [sequence] = wholeSequences([{ events: tune }], eventEncoding(spec))
    const [ofGeneral, ofStyle] = [pair.general, pair.style].map(
      ({ weights }) => openNetwork(backend, spec).stepProbabilities(weights, [sequence!])[0]!,
    )
    const expected = ofGeneral!.reduce((sum, p, n) => sum + Math.log(0.75 * p + 0.25 * ofStyle![n]!), 0)
    const model = dialledModel(pair, { style: 0.25, by: 'outputs' })
    expect(logLikelihood(model, tune)).toBeCloseTo(expected, 3)
  })

  it('gives what comes the probabilities that its loss is the logarithm of', () => {
    const { weights } = pairOf(spec).general
    const network = openNetwork(backend, spec)
    const sequences = wholeSequences([{ events: tune }, { events: tune.slice(0, 9) }], eventEncoding(spec))
    const each = network.measureEach(weights, sequences, { keepProbability: 1, seed: 0 })
    network.stepProbabilities(weights, sequences).forEach((probabilities, n) => {
      expect(probabilities).toHaveLength(sequences[n]!.length)
      expect(-probabilities.reduce((sum, p) => sum + Math.log(p), 0)).toBeCloseTo(each[n]!.loss, 4)
    })
  })

  it('takes the steps of many sequences as those of one', () => {
    const pair = pairOf(spec)
    const dial = { style: 0.3, by: 'outputs' } as const
    const native = dialledModel(pair, dial, (network) => createBatchStepper(backend, network.spec, network.weights))
    const { stepper, encoding } = dialledModel(pair, dial)
    const row = new Float32Array(encoding.inputSize)
    encoding.writeInput([60], 0, row)
    const many = native.stepper.stepMany([native.stepper.initialState(), native.stepper.initialState()], [row, row])
    const one = stepper.step(stepper.initialState(), row).logits
    many.forEach(({ logits }) => logits.forEach((logit, n) => expect(logit).toBeCloseTo(one[n]!, 4)))
  })
})

describe('dialledModel', () => {
  it('refuses two models that do not fit together', () => {
    const [ofNotes, ofSteps] = [pairOf(notes), pairOf(steps)]
    const basic: StepModelSpec = { ...steps, encoding: 'basic' }
    const mixed = { general: ofNotes.general, style: ofSteps.style }
    expect(() => dialledModel(mixed, { style: 0.5, by: 'weights' })).toThrow(/models of one shape.*--dial-by outputs/)
    expect(() => dialledModel(mixed, { style: 0.5, by: 'outputs' })).not.toThrow()
    const other = { general: pairOf(basic).general, style: ofSteps.style }
    expect(() => dialledModel(other, { style: 0.5, by: 'outputs' })).toThrow(/name events alike, not of basic and mono/)
  })
})

describe('blendWeights', () => {
  const weights = (...values: number[]) => ({ a: { shape: [values.length], data: Float32Array.from(values) } })

  it('is the weighted mean of two, and one of them at its ends', () => {
    const [first, second] = [weights(0.1, -2), weights(0.3, 4)]
    expect([...blendWeights(first, second, 0.25)['a']!.data]).toEqual([Math.fround(0.15), -0.5])
    expect(blendWeights(first, second, 0)).toEqual(first)
    expect(blendWeights(first, second, 1)).toEqual(second)
  })

  it('refuses other shapes', () => {
    expect(() => blendWeights(weights(1), weights(1, 2), 0.5)).toThrow('no tensor "a" of this shape')
  })
})
