import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { continueMany } from '../../src/generation/continueMany.ts'
import { continueMelody, createMelodyModel, plainSampling } from '../../src/generation/continueMelody.ts'
import { softmax } from '../../src/generation/decode.ts'
import { openBackend } from '../../src/model/backend.ts'
import { createBatchStepper } from '../../src/model/batchInference.ts'
import { openStepper } from '../../src/model/openStepper.ts'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { decodeWeights } from '../../src/model/safetensors.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { mulberry32 } from '../../src/support/random.ts'

const backend = await openBackend()
const published = decodeWeights(await readFile(join(projectRoot, 'report/results/checkpoints/2.1.safetensors')))
const residual: StepModelSpec = { encoding: 'lookback', layerSizes: [9, 9, 9], attentionLength: 0, residual: true }

/** Of two sets of logits: by what the probabilities differ at most. Logits of 10 are themselves only 1e-6 precise in float32. */
function furthest(a: Float32Array, b: Float32Array): number {
  const [p, q] = [softmax(a), softmax(b)]
  return Math.max(...p.map((value, n) => Math.abs(value - q[n]!)))
}

describe('createBatchStepper', () => {
  it.each([
    ['the published weights', published.spec, published.weights],
    ['residual layers', residual, initialWeights(residual, 2)],
  ])('takes the steps of the portable one, for many sequences at once: %s', (_, spec, weights) => {
    const [one, many] = [openStepper(spec, weights), createBatchStepper(backend, spec, weights)]
    const { encoding } = createMelodyModel(spec, weights)
    const random = mulberry32(4)
    const melodies = Array.from({ length: 7 }, () =>
      Array.from({ length: 128 }, () => (random.next() < 0.5 ? -2 : 60 + Math.floor(random.next() * 12))),
    )
    let alone = melodies.map(() => one.initialState())
    let together = melodies.map(() => many.initialState())
    let [step, drift] = [0, 0]
    for (let t = 0; t < 128; t++) {
      const inputs = melodies.map((events) => {
        const row = new Float32Array(encoding.inputSize)
        encoding.writeInput(events, t, row)
        return row
      })
      const [a, b, fromSame] = [
        one.stepMany(alone, inputs),
        many.stepMany(together, inputs),
        many.stepMany(alone, inputs),
      ]
      step = Math.max(step, ...a.map(({ logits }, n) => furthest(logits, fromSame[n]!.logits)))
      drift = Math.max(drift, ...a.map(({ logits }, n) => furthest(logits, b[n]!.logits)))
      alone = a.map(({ state }) => state)
      together = b.map(({ state }) => state)
    }
    many.close()
    expect(step).toBeLessThan(1e-6)
    expect(drift).toBeLessThan(5e-6) // roundings of 128 steps
  })

  it('gives attention models the portable step', () => {
    const spec: StepModelSpec = { encoding: 'attention', layerSizes: [5], attentionLength: 3 }
    const weights = initialWeights(spec, 1)
    const many = createBatchStepper(backend, spec, weights)
    const input = new Float32Array(74).fill(1)
    const one = openStepper(spec, weights)
    expect(many.stepMany([many.initialState()], [input])).toEqual([one.step(one.initialState(), input)])
  })
})

describe('continueMany', () => {
  const primers = [
    [60, -1, -2],
    [60, -2, 62, -2, 64, -1, -2],
    [72, 71, -2],
  ]
  const jobs = primers.map((conditionedOn, n) => ({
    ...{ conditionedOn, totalSteps: 40 + 8 * n, seed: n, temperature: 1, topK: null, topP: null },
  }))

  it('makes of each melody what it becomes alone', async () => {
    const { spec, weights } = published
    const model = createMelodyModel(spec, weights)
    const together = await continueMany(model, jobs)
    for (const [n, job] of jobs.entries()) {
      const alone = await continueMelody(model, job.conditionedOn, { ...plainSampling, ...job }, mulberry32(job.seed))
      expect(together[n]!.events).toEqual(alone.events)
      expect(together[n]!.logLikelihood).toBeCloseTo(alone.logLikelihood, 9)
    }
  })

  it('is much the same on the native step, and leaves no tensor', async () => {
    const { spec, weights } = published
    const before = backend.tf.memory().numTensors
    const stepper = createBatchStepper(backend, spec, weights)
    const native = await continueMany(createMelodyModel(spec, weights, stepper), jobs)
    stepper.close()
    expect(backend.tf.memory().numTensors).toBe(before)
    const portable = await continueMany(createMelodyModel(spec, weights), jobs)
    expect(native.map(({ events }) => events)).toEqual(portable.map(({ events }) => events))
  })

  it('refuses what has nothing to add', async () => {
    const model = createMelodyModel(published.spec, published.weights)
    await expect(continueMany(model, [{ ...jobs[0]!, totalSteps: 3 }])).rejects.toThrow(
      /cannot continue 3 events to a total of 3/,
    )
  })
})
