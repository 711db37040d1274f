import { describe, expect, it } from 'vitest'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import { continueByPredictor } from '../../src/evaluation/continueByPredictor.ts'
import { labelsOf, learnContexts, type Predictor, ppmPredictor } from '../../src/evaluation/predictors.ts'
import { mulberry32 } from '../../src/support/random.ts'

const encoding = melodyEncoding('basic')
const scale = [60, -2, 62, -2, 64, -2, 65, -2, 67, -2, 65, -2, 64, -2, 62, -2]
const learnt = (): Predictor =>
  ppmPredictor(learnContexts(encoding.classes, 8, labelsOf(encoding, [[...scale, ...scale, ...scale, ...scale]])), 8)
const job = { encoding, conditionedOn: scale, totalSteps: 64 }

describe('continueByPredictor', () => {
  it('keeps what it continues and makes the steps asked for', () => {
    const { events, logLikelihood } = continueByPredictor(learnt(), job, mulberry32(1))
    expect(events).toHaveLength(64)
    expect(events.slice(0, 16)).toEqual(scale)
    expect(logLikelihood).toBeLessThan(0)
  })

  it('is the same for a seed, whatever was continued before', () => {
    const predictor = learnt()
    const first = continueByPredictor(predictor, job, mulberry32(7))
    continueByPredictor(predictor, { ...job, totalSteps: 40 }, mulberry32(8))
    expect(continueByPredictor(predictor, job, mulberry32(7))).toEqual(first)
    expect(continueByPredictor(learnt(), job, mulberry32(7))).toEqual(first)
  })

  it('mostly continues as what it learnt', () => {
    const { events } = continueByPredictor(learnt(), job, mulberry32(3))
    expect(events.slice(0, 24)).toEqual([...scale, ...scale.slice(0, 8)])
  })

  it('draws a certain label for certain, at no loss', () => {
    const certain: Predictor = {
      start: () => undefined,
      predict: (probabilities) => probabilities.fill(0).fill(1, 0, 1),
      see: () => undefined,
      end: () => undefined,
    }
    const { events, logLikelihood } = continueByPredictor(certain, { ...job, conditionedOn: [60] }, mulberry32(1))
    expect(new Set(events.slice(1))).toEqual(new Set([encoding.event(0, [60])]))
    expect(logLikelihood).toBe(0)
  })

  it('refuses to continue nothing', () => {
    expect(() => continueByPredictor(learnt(), { ...job, conditionedOn: [] }, mulberry32(1))).toThrow('0 events')
  })
})
