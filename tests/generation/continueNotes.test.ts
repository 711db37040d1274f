import { describe, expect, it } from 'vitest'
import type { NoteModelSpec } from '../../src/config/modelSpec.ts'
import { compose, composeMany, type Recipe } from '../../src/generation/compose.ts'
import { continueMelody, createMelodyModel, logLikelihood, plainSampling } from '../../src/generation/continueMelody.ts'
import { dialledModel } from '../../src/generation/styleDial.ts'
import { createListener } from '../../src/generation/expectations.ts'
import { EXPECTED_EVENTS } from '../../src/generation/expectedEvents.ts'
import { decodeWeights, encodeWeightsFp16 } from '../../src/model/checkpoint.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { mulberry32 } from '../../src/support/random.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [8, 8], attentionSize: 4 }
const weights = initialWeights(spec, 3)
const model = createMelodyModel(spec, weights)
const primer = [60, -2, 62, -2, 64, -2, -1, -2]
const recipe: Recipe = { ...plainSampling, conditionedOn: primer, seed: 5, totalSteps: 64, qpm: 120 }

describe('a network of notes', () => {
  it('continues a melody, the same for the same seed', async () => {
    const { events } = await continueMelody(model, primer, { ...plainSampling, totalSteps: 64 }, mulberry32(5))
    expect(events).toHaveLength(64)
    expect(events.slice(0, 8)).toEqual(primer)
    expect((await compose(model, recipe)).events).toEqual(events)
    expect((await compose(model, { ...recipe, seed: 6 })).events).not.toEqual(events)
  })

  it('makes side by side what it makes one by one', async () => {
    const recipes = [recipe, { ...recipe, seed: 9, temperature: 0.8, topP: 0.9, rhythmTemperature: 0.5 }]
    const together = await composeMany(model, recipes)
    for (const [n, one] of recipes.entries()) expect((await compose(model, one)).midi).toEqual(together[n]!.midi)
  })

  it('has the log-likelihood that its listener gives the events', async () => {
    const { events, logLikelihood: found } = await compose(model, recipe)
    expect(logLikelihood(model, events, { from: primer.length })).toBeCloseTo(found, 6)
    const listener = createListener(model, primer, 1)
    let sum = 0
    events.slice(0, -1).forEach((event, n) => {
      const row = listener.hear(event)
      expect(row).toHaveLength(EXPECTED_EVENTS)
      if (n + 1 >= primer.length) sum += Math.log(row[events[n + 1]! + 2]!)
    })
    expect(sum).toBeCloseTo(found, 3)
  })

  it('takes the metre into account', async () => {
    const waltz = await compose(model, { ...recipe, timeSignature: { numerator: 3, denominator: 4 } })
    expect(waltz.logLikelihood).not.toBe((await compose(model, recipe)).logLikelihood)
  })

  it('takes the likeliest at temperature 0, and needs no draw', async () => {
    const cold = { ...recipe, temperature: 0 }
    expect((await compose(model, cold)).events).toEqual((await compose(model, { ...cold, seed: 77 })).events)
  })

  describe('with a beam', () => {
    const beam = { ...recipe, totalSteps: 40, beamSize: 3, branchFactor: 2 }
    const seeds = Array.from({ length: 8 }, (_, n) => n + 1)
    const made = (options: Recipe) => Promise.all(seeds.map((seed) => compose(model, { ...options, seed })))

    it('adds a note or rest at a time, to the length asked for', async () => {
      const added: number[] = []
      const { events } = await compose(model, beam, (done) => void added.push(done))
      expect(events).toHaveLength(40)
      expect(events.slice(0, 8)).toEqual(primer)
      expect(added.length).toBeLessThanOrEqual(40 - 8)
      expect(added.at(-1)).toBe(40 - 8)
      expect(added.toSorted((a, b) => a - b)).toEqual(added)
    })

    it('finds likelier melodies than plain draws', async () => {
      const mean = (all: readonly { logLikelihood: number }[]): number =>
        all.reduce((sum, { logLikelihood }) => sum + logLikelihood, 0) / all.length
      expect(mean(await made(beam))).toBeGreaterThan(mean(await made({ ...recipe, totalSteps: 40 })))
    })

    it('scores a melody with the log-likelihood of its steps', async () => {
      const { events, score } = await continueMelody(model, primer, { ...beam, temperature: 1 }, mulberry32(2))
      expect(score).toBeCloseTo(logLikelihood(model, events), 3)
    })

    it('goes step by step between two models, whose mixture is one of events', async () => {
      const pair = { general: { spec, weights }, style: { spec, weights: initialWeights(spec, 8) } }
      const mixed = dialledModel(pair, { style: 0.5, by: 'outputs' })
      const added: number[] = []
      const onStep = (done: number): void => void added.push(done)
      const { events, score } = await continueMelody(mixed, primer, { ...beam, onStep }, mulberry32(2))
      expect(added).toEqual(Array.from({ length: 40 - 8 }, (_, n) => n + 1))
      expect(score).toBeCloseTo(logLikelihood(mixed, events), 3)
    })

    it('says how far all candidates agree', async () => {
      const settled: number[][] = []
      const options = { ...beam, onStep: (_: number, known: () => number[]) => void settled.push(known()) }
      const { events } = await continueMelody(model, primer, options, mulberry32(4))
      expect(settled[0]!.slice(0, 8)).toEqual(primer)
      expect(settled.at(-1)).toEqual(events)
    })
  })

  it('is stored in 16 bits like any other', () => {
    const { spec: read, weights: stored } = decodeWeights(encodeWeightsFp16(spec, weights, {}))
    expect(read).toEqual(spec)
    expect(Object.keys(stored)).toEqual(Object.keys(weights))
  })

  it.each([
    ['a rest', [-2, -2]],
    ['a note-off in silence', [-1, -2]],
    ['one note', [60]],
    ['the highest notes there are', [127, 126, 127]],
    ['a note of more than 511 steps', [60, ...new Array<number>(520).fill(-2)]],
  ])('continues %s, and gives the same bytes again', async (_, conditionedOn) => {
    const odd = { ...recipe, conditionedOn, totalSteps: conditionedOn.length + 16, topP: 0.9 }
    const { events, midi, logLikelihood: found } = await compose(model, odd)
    expect(events.slice(0, conditionedOn.length)).toEqual(conditionedOn)
    expect(events.every((event) => event >= -2 && event <= 127)).toBe(true)
    expect(found).toBeLessThanOrEqual(0)
    expect(found).toBeGreaterThan(-Infinity)
    expect((await compose(model, odd)).midi).toEqual(midi)
  })

  it.each([
    [7, 8],
    [5, 4],
    [23, 16],
    [13, 4], // longer than any bar that has a column of its own
  ])('continues in %i/%i, a metre it never saw', async (numerator, denominator) => {
    const { events } = await compose(model, { ...recipe, timeSignature: { numerator, denominator } })
    expect(events).toHaveLength(64)
  })

  it('reads a melody of many bars, and a note longer than any token', async () => {
    const long = [60, ...new Array<number>(600).fill(-2), 62]
    const made = await continueMelody(model, long, { ...plainSampling, totalSteps: 620 }, mulberry32(1))
    expect(made.events).toHaveLength(620)
  })
})
