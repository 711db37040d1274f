import { describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../src/config/modelSpec.ts'
import { compose, type Recipe } from '../../src/generation/compose.ts'
import { createMelodyModel, plainSampling } from '../../src/generation/continueMelody.ts'
import { primerOfEvents } from '../../src/generation/primers.ts'
import { rewriteBars, rewritePart } from '../../src/generation/rewriteBars.ts'
import { degreeOf } from '../../src/config/modes.ts'
import { isPitch } from '../../src/melody/melody.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { mulberry32 } from '../../src/support/random.ts'

const SPECS: readonly ModelSpec[] = [
  { encoding: 'notes', layerSizes: [6, 5], attentionSize: 4 },
  { encoding: 'mono', layerSizes: [8, 8], attentionLength: 0 },
  { encoding: 'lookback', layerSizes: [8], attentionLength: 0 },
]
const tune = Array.from({ length: 96 }, (_, step) => (step % 4 === 0 ? 60 + ((step / 4) % 12) : -2))
const base = { ...plainSampling, qpm: 120 }

const recipeOf = (first: number, last: number, candidates: number): Recipe & { rewrite: object } => {
  const { primer, ...part } = rewritePart(primerOfEvents(tune, false), { first, last }, candidates)
  return { ...base, ...part, conditionedOn: primer.conditionedOn, seed: 3 }
}

describe.each(SPECS.map((spec) => [spec.encoding, createMelodyModel(spec, initialWeights(spec, 3))] as const))(
  'a model of %s',
  (_, model) => {
    it('rewrites the bars that are named and no others', async () => {
      const { events } = await compose(model, recipeOf(3, 4, 4))
      expect(events).toHaveLength(96)
      expect(events.slice(0, 32)).toEqual(tune.slice(0, 32))
      expect(events.slice(64)).toEqual(tune.slice(64))
      expect(events.slice(32, 64)).not.toEqual(tune.slice(32, 64))
    })

    it('keeps the draw after which what follows is likeliest: never worse than the first', async () => {
      const { conditionedOn, totalSteps, ...recipe } = recipeOf(2, 2, 6)
      const request = { ...recipe, conditionedOn, totalSteps, rewrite: recipe.rewrite }
      const one = await rewriteBars(
        model,
        { ...request, rewrite: { ...request.rewrite, candidates: 1 } },
        mulberry32(9),
      )
      const six = await rewriteBars(model, request, mulberry32(9))
      expect(one.best).toBe(one.blind)
      expect(six.blind).toBe(one.blind)
      expect(six.best).toBeGreaterThanOrEqual(six.blind)
    })

    it('holds the new bars to a control', async () => {
      const key = { root: 0, mode: 'ionian', hard: true } as const
      const { events, controlCost } = await compose(model, { ...recipeOf(3, 4, 2), control: { key } })
      expect(events.slice(32, 64).filter((event) => isPitch(event) && degreeOf(event, key) < 0)).toEqual([])
      expect(controlCost!.each.key).toBeGreaterThanOrEqual(0)
    })
  },
)

it.each([
  [1, 2, 'bars 1-2 of a melody cannot be rewritten: nothing stands before bar 1 (choose from bar 2)'],
  [5, 6, 'bars 5-6 of a melody of 6 bars cannot be rewritten: nothing follows by which to choose (choose from 2 to 5)'],
  [9, 9, 'bar 9 of a melody of 6 bars cannot be rewritten'],
])('refuses bars %i to %i', (first, last, message) => {
  expect(() => rewritePart(primerOfEvents(tune, false), { first, last }, 8)).toThrow(message)
})

it('judges by two bars in the melody’s own metre', () => {
  const waltz = { ...primerOfEvents(tune, false), timeSignature: { numerator: 3, denominator: 4 } }
  const { primer, rewrite } = rewritePart(waltz, { first: 3, last: 3 }, 8)
  expect(primer.conditionedOn).toHaveLength(24)
  expect([rewrite.following.length, rewrite.judgedSteps]).toEqual([60, 24])
})
