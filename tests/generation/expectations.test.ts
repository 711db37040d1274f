import { describe, expect, it } from 'vitest'
import { continueMelody, createMelodyModel, plainSampling } from '../../src/generation/continueMelody.ts'
import { createListener } from '../../src/generation/expectations.ts'
import { expectedIndex } from '../../src/generation/expectedEvents.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { tinySpec } from './fixtures.ts'

const primer = [60, -2, 62, -1]

describe('createListener', () => {
  it.each(['mono', 'basic', 'lookback', 'attention'] as const)(
    'gives the probabilities that a continuation by a %s model was drawn from',
    async (encoding) => {
      const spec = { ...tinySpec, encoding }
      const model = createMelodyModel(spec, initialWeights(spec, 3))
      const options = { ...plainSampling, totalSteps: 40 }
      const { events, logLikelihood } = await continueMelody(model, primer, options, mulberry32(5))
      const listener = createListener(model, primer, 1)
      let sum = 0
      events.slice(0, -1).forEach((event, step) => {
        const row = listener.hear(event)
        expect(row.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 5)
        const next = row[expectedIndex(events[step + 1]!)]!
        // A label that repeats an earlier event adds to that event's own.
        if (step + 1 >= primer.length) sum += Math.log(next)
      })
      if (encoding === 'mono' || encoding === 'basic') expect(sum).toBeCloseTo(logLikelihood, 3)
      else expect(sum).toBeGreaterThanOrEqual(logLikelihood - 1e-3)
    },
  )
})

describe('what onStep hears', () => {
  it.each([
    [1, 1],
    [3, 2],
  ])('with %i beams of %i branches it is a beginning of the melody that comes out', async (beamSize, branchFactor) => {
    const model = createMelodyModel(tinySpec, initialWeights(tinySpec, 3))
    const heard: number[][] = []
    const onStep = (_done: number, settled: () => number[]): void => void heard.push(settled())
    const options = { ...plainSampling, totalSteps: 30, beamSize, branchFactor, onStep }
    const { events } = await continueMelody(model, primer, options, mulberry32(5))
    expect(heard).toHaveLength(30 - primer.length)
    for (const settled of heard) expect(settled).toEqual(events.slice(0, settled.length))
    if (beamSize === 1) expect(heard.map(({ length }) => length)).toEqual(heard.map((_, n) => primer.length + n + 1))
    expect(heard.at(-1)!.length).toBeGreaterThan(primer.length)
  })
})
