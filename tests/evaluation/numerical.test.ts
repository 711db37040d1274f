import { describe, expect, it } from 'vitest'
import { labelBaselines } from '../../src/evaluation/baselines.ts'
import { evaluate } from '../../src/evaluation/numerical.ts'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { initialWeights, zerosLike } from '../../src/model/weights.ts'
import type { Effects } from '../../src/support/effects.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { silentReporter } from '../../src/support/progress.ts'

const spec: StepModelSpec = { encoding: 'basic', layerSizes: [4, 3], attentionLength: 0 }
const mono: StepModelSpec = { ...spec, encoding: 'mono' } // does not transpose
const effects: Effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }

describe('evaluate', () => {
  it('gives the uniform loss, ln 38, to a model of zeros, which always says the first class', async () => {
    const metrics = await evaluate(spec, zerosLike(initialWeights(spec, 1)), [{ events: [60, -2, 62, -2] }], effects)
    expect(metrics.loss).toBeCloseTo(Math.log(38), 5)
    expect(metrics.perplexity).toBeCloseTo(38, 3)
    expect(metrics).toMatchObject({
      accuracy: expect.closeTo(2 / 3, 9) as number,
      eventAccuracy: 0,
      noEventAccuracy: 1,
    })
    expect(metrics.steps).toBe(3)
  })

  // On WebAssembly a minute.
  it('weighs every step alike, however the melodies are grouped', { timeout: 300_000 }, async () => {
    const weights = initialWeights(spec, 8)
    const long = Array.from({ length: 3000 }, (_, i) => 50 + ((i * i) % 30))
    const melodies = [...Array.from({ length: 7 }, (_, n) => long.slice(n)), [60, 61], [70]].map((events) => ({
      events,
    }))
    const together = await evaluate(spec, weights, melodies, effects)
    let loss = 0
    for (const melody of melodies.slice(0, 8)) {
      const one = await evaluate(spec, weights, [melody], effects)
      loss += one.loss * one.steps
    }
    expect(together.steps).toBe(7 * 2999 - 21 + 1)
    expect(together.loss).toBeCloseTo(loss / together.steps, 5)
  })

  it('is NaN without melodies', async () => {
    expect((await evaluate(spec, initialWeights(spec, 1), [], effects)).loss).toBeNaN()
  })

  it('leaves dropout off, and on when asked, as Magenta does', async () => {
    const weights = initialWeights(spec, 8)
    const melodies = [{ events: [60, -2, 62, 64, 65, -1, 60, 72] }]
    const off = await evaluate(spec, weights, melodies, effects)
    expect(await evaluate(spec, weights, melodies, effects)).toEqual(off)
    const dropoutInEvaluation = { keepProbability: 0.5, seed: 1 }
    const on = await evaluate(spec, weights, melodies, effects, { dropoutInEvaluation })
    expect(on.loss).not.toBe(off.loss)
    expect(await evaluate(spec, weights, melodies, effects, { dropoutInEvaluation })).toEqual(on)
  })

  it('stops when asked to', async () => {
    const stopped = { ...effects, signal: AbortSignal.abort() }
    await expect(evaluate(spec, initialWeights(spec, 1), [{ events: [60, 62] }], stopped)).rejects.toThrow(
      InterruptedError,
    )
  })
})

describe('labelBaselines', () => {
  it('counts labels as a model is asked for them, one added to each', () => {
    // Train labels: no event twice, pitch 62 once; 3 + 130 counts in all.
    const { unigramLoss, majorityAccuracy } = labelBaselines(mono, [[60, -2, -2, 62]], [[60, -2, 62, 63]])
    expect(unigramLoss).toBeCloseTo(-(Math.log(3 / 133) + Math.log(2 / 133) + Math.log(1 / 133)) / 3, 12)
    expect(majorityAccuracy).toBeCloseTo(1 / 3, 12)
  })

  it('is NaN without held-out steps', () => {
    expect(labelBaselines(spec, [[60, -2]], [])).toEqual({ unigramLoss: NaN, majorityAccuracy: NaN })
  })
})
