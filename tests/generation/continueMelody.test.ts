import { describe, expect, it } from 'vitest'
import { continueMelody, createMelodyModel, logLikelihood, plainSampling } from '../../src/generation/continueMelody.ts'
import type { StepModelSpec, Weights } from '../../src/config/modelSpec.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { mulberry32 } from '../../src/support/random.ts'

/** A network that hears nothing: its logits are its output bias, the same at every step. */
function deafModel(spec: StepModelSpec, bias: (label: number) => number): ReturnType<typeof createMelodyModel> {
  const weights: Weights = Object.fromEntries(
    Object.entries(initialWeights(spec, 1)).map(([name, { shape, data }]) => [
      name,
      { shape, data: name === 'output/bias' ? data.map((_, label) => bias(label)) : data.map(() => 0) },
    ]),
  )
  return createMelodyModel(spec, weights)
}

const mono: StepModelSpec = { encoding: 'mono', layerSizes: [2], attentionLength: 0 }
const basic: StepModelSpec = { ...mono, encoding: 'basic' }
const uniform = deafModel(mono, () => 0)

describe('continueMelody', () => {
  it('continues what it is given to the number of steps asked for', async () => {
    const { events } = await continueMelody(uniform, [60, -2], { ...plainSampling, totalSteps: 20 }, mulberry32(3))
    expect(events).toHaveLength(20)
    expect(events.slice(0, 2)).toEqual([60, -2])
  })

  it('says how likely the continuation is: each of 130 labels alike', async () => {
    const options = { ...plainSampling, totalSteps: 5 }
    const result = await continueMelody(uniform, [60, -2, 62], options, mulberry32(3))
    expect(result.logLikelihood).toBeCloseTo(2 * Math.log(1 / 130), 6)
    // The score begins with the second event of what it was conditioned on.
    expect(result.score).toBeCloseTo(4 * Math.log(1 / 130), 4)
  })

  it('draws once a candidate and step', async () => {
    const random = mulberry32(1)
    const twin = mulberry32(1)
    const options = { ...plainSampling, totalSteps: 6, beamSize: 2, branchFactor: 3, stepsPerIteration: 2 }
    await continueMelody(uniform, [60], options, random)
    for (let draw = 0; draw < 5 * 2 * 3; draw++) twin.next()
    expect(random.state()).toBe(twin.state())
  })

  it('draws nothing at temperature 0 and always says the likeliest', async () => {
    const model = deafModel(mono, (label) => (label === 1 ? 5 : 0)) // NOTE_OFF
    const random = mulberry32(1)
    const result = await continueMelody(model, [60], { ...plainSampling, totalSteps: 4, temperature: 0 }, random)
    expect(result.events).toEqual([60, -1, -1, -1])
    expect(random.state()).toBe(1)
  })

  it('moves a primer into the range of a narrower model, and the result back', async () => {
    const model = deafModel(basic, (label) => (label === 2 + 60 - 48 ? 50 : 0)) // always middle C
    const options = { ...plainSampling, totalSteps: 4 }
    // D major, squashed to C by -2: the model's middle C is our D.
    const { events } = await continueMelody(model, [62, 66, 69], options, mulberry32(1))
    expect(events).toEqual([62, 66, 69, 62])
  })

  it('calls back after each step and stops when that throws', async () => {
    const steps: number[] = []
    const onStep = (done: number): void => {
      steps.push(done)
      if (done === 3) throw new Error('enough')
    }
    const options = { ...plainSampling, totalSteps: 9, onStep }
    await expect(continueMelody(uniform, [60], options, mulberry32(1))).rejects.toThrow('enough')
    expect(steps).toEqual([1, 2, 3])
  })

  it.each([[[]], [[60, 62, 64]]])('refuses %j for 3 steps in all', async (primer) => {
    const options = { ...plainSampling, totalSteps: 3 }
    await expect(continueMelody(uniform, primer, options, mulberry32(1))).rejects.toThrow(RangeError)
  })
})

describe('logLikelihood', () => {
  it('sums from the position on; a melody of one event has none', () => {
    expect(logLikelihood(uniform, [60, 62, 64])).toBeCloseTo(2 * Math.log(1 / 130), 6)
    expect(logLikelihood(uniform, [60, 62, 64], { from: 2 })).toBeCloseTo(Math.log(1 / 130), 6)
    expect(logLikelihood(uniform, [60])).toBe(0)
  })
})
