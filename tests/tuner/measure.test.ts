import { describe, expect, it } from 'vitest'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import { stretchIndex } from '../../src/dataset/sharedStretch.ts'
import { createStepper } from '../../src/model/inference.ts'
import { EMPTY_START, type Environment } from '../../src/tuner/environment.ts'
import { measure, type Measurement, ratioEstimate } from '../../src/tuner/measure.ts'
import { constantPolicy, priorPolicy, scalePolicy } from '../../src/tuner/policies.ts'
import { presetTerms } from '../../src/tuner/presets.ts'
import { C_MAJOR_AS_PUBLISHED } from '../../src/tuner/tunerMetrics.ts'
import { quietEffects, tinyPrior, tinySpec } from './tinyPrior.ts'

const tonality = { mode: 'ionian', root: 0 } as const
const environment: Environment = {
  encoding: melodyEncoding('basic'),
  prior: createStepper(tinySpec, tinyPrior),
  terms: presetTerms('jaques2016', tonality),
  tonality,
  steps: 32,
}
const scale = [60, 62, 64, 65, 67, 69, 71, 72]
const asked: Measurement = {
  ...{ title: 'test', environment, policy: scalePolicy(scale), start: EMPTY_START, compositions: 3, seed: 1 },
  ...{ draws: 300, c: 0.5, key: C_MAJOR_AS_PUBLISHED, training: { index: stretchIndex([scale]), melodies: 1 } },
}

describe('measure', () => {
  it('a scale up and down', async () => {
    const { statistics, novelty } = await measure(asked, quietEffects())
    const value = (id: string): number => statistics[id]!.value
    expect(value('startsOnTonic')).toBe(1)
    expect(value('notInKey')).toBe(0)
    expect(value('inMotif')).toBe(25 / 32) // from the eighth step on
    expect(value('inRepeatedMotif')).toBeGreaterThan(0.2) // the scale goes round in fourteen steps
    expect(value('notesPerStep')).toBe(1)
    expect(value('leapsResolved')).toBeNaN()
    expect(statistics['leapsResolved']!.n).toBe(0)
    expect(novelty).toMatchObject({ longestCopyOfAll: 7, trainingMelodies: 1 })
    expect(statistics['costPerStep']!.value).toBeCloseTo(-value('logPrior') / Math.LN2, 9) // a policy of one action
  })

  it('one note', async () => {
    const { statistics } = await measure({ ...asked, policy: constantPolicy(61) }, quietEffects())
    expect(statistics['excessive']!.value).toBe(27 / 32)
    expect(statistics['notInKey']!.value).toBe(1)
    expect(statistics['autocorrelation1']!.n).toBe(0)
  })

  it('gives the same numbers for the same seed, whatever is drawn beside them', async () => {
    const prior = { ...asked, policy: priorPolicy, compositions: 5 }
    const [first, second] = [await measure(prior, quietEffects()), await measure(prior, quietEffects())]
    expect(second).toEqual(first)
    expect(await measure({ ...prior, seed: 2 }, quietEffects())).not.toEqual(first)
    expect(first.statistics['costPerStep']!.value).toBe(0)
  })

  it('stops when it is asked to', async () => {
    const controller = new AbortController()
    controller.abort()
    await expect(measure(asked, quietEffects(controller.signal))).rejects.toThrow('stopped while measuring')
  })
})

describe('ratioEstimate', () => {
  it('is the ratio of the sums, its interval around it; what is not defined is left out', () => {
    const estimate = ratioEstimate(
      [
        [1, 2],
        [0, 2],
        [NaN, 1],
        [3, 0],
        [2, 4],
      ],
      500,
    )
    expect(estimate).toMatchObject({ value: 3 / 8, n: 3 })
    expect(estimate.low).toBeLessThanOrEqual(estimate.value)
    expect(estimate.high).toBeGreaterThanOrEqual(estimate.value)
  })

  it("takes as many compositions as the paper's", () => {
    const many = Array.from({ length: 100_000 }, (_, n) => [n % 4 === 0 ? 1 : 0, 1] as const)
    const { value, low, high, n } = ratioEstimate(many, 10_000)
    expect([value, n]).toEqual([0.25, 100_000])
    expect(high - low).toBeLessThan(0.01)
  })
})
