import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { degreeOf, MODE_NAMES } from '../../../src/config/modes.ts'
import type { ModelSpec } from '../../../src/config/modelSpec.ts'
import { compose, type Recipe } from '../../../src/generation/compose.ts'
import { continueMelody, createMelodyModel, plainSampling } from '../../../src/generation/continueMelody.ts'
import { isPitch, NOTE_OFF } from '../../../src/melody/melody.ts'
import { initialWeights } from '../../../src/model/weights.ts'
import type { Control } from '../../../src/results/control.ts'
import { mulberry32 } from '../../../src/support/random.ts'

const SPECS: readonly (readonly [string, ModelSpec])[] = [
  ['notes', { encoding: 'notes', layerSizes: [6, 5], attentionSize: 4 }],
  ['mono', { encoding: 'mono', layerSizes: [8, 8], attentionLength: 0 }],
  ['basic', { encoding: 'basic', layerSizes: [8], attentionLength: 0 }],
  ['lookback', { encoding: 'lookback', layerSizes: [8], attentionLength: 0 }],
  ['attention', { encoding: 'attention', layerSizes: [8], attentionLength: 4 }],
]
const MODELS = SPECS.map(([name, spec]) => [name, createMelodyModel(spec, initialWeights(spec, 3))] as const)
const given = [60, -2, 62, -2, 64, -2, -1, -2]
const recipe: Recipe = { ...plainSampling, conditionedOn: given, seed: 5, totalSteps: 72, qpm: 120 }

describe.each(MODELS)('a model of %s', (_, model) => {
  const addedBy = async (control: Control, seed = 5, options: Partial<Recipe> = {}): Promise<number[]> => {
    const { events } = await compose(model, { ...recipe, ...options, seed, control })
    expect(events.slice(0, given.length)).toEqual(given)
    return events.slice(given.length)
  }

  it('writes the same bytes with a control that asks for nothing', async () => {
    expect(await compose(model, { ...recipe, control: {} })).toEqual(await compose(model, recipe))
  })

  it('keeps all notes in any hard key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...MODE_NAMES),
        fc.integer({ min: 0, max: 11 }),
        fc.nat(1000),
        async (mode, root, seed) => {
          const key = { mode, root, hard: true }
          const notes = (await addedBy({ key }, seed, { topP: seed % 2 === 0 ? 0.8 : null })).filter(isPitch)
          expect(notes.filter((pitch) => degreeOf(pitch, key) < 0)).toEqual([])
        },
      ),
      { numRuns: 6 },
    )
  })

  it('keeps a rhythm to the step, over and over', async () => {
    const rhythm = [60, -2, -1, -2, 60, 60, -2, -2, 60, -2, -2, -2, 60, -2, -1, -2, 60]
    const looped = Array.from({ length: 72 }, (_, step) => rhythm[step % 32] ?? -2)
    const added = await addedBy({ rhythm })
    expect(added.map(isPitch)).toEqual(looped.slice(given.length).map(isPitch))
    let sounds = false // a note-off in silence would be nothing
    looped.slice(given.length).forEach((event, n) => {
      if (event === NOTE_OFF && sounds) expect(added[n]).toBe(NOTE_OFF)
      sounds = isPitch(event) || (sounds && event !== NOTE_OFF)
    })
  })

  it('keeps pitches in their order, from the first note of the melody on', async () => {
    const added = (await addedBy({ pitches: [60, 62, 64, -2, 65, -1, 67] })).filter(isPitch)
    const order = [60, 62, 64, 65, 67]
    expect(added).toEqual(added.map((_, n) => order[(n + 3) % 5]))
  })

  it('never exceeds a range, and takes a single pitch', async () => {
    for (const range of [0, 3, 7, 12]) {
      const notes = (await addedBy({ range })).filter(isPitch)
      expect(Math.max(...notes) - Math.min(...notes)).toBeLessThanOrEqual(range)
    }
  })

  it('comes near a density, even untrained', async () => {
    for (const density of [0.5, 1, 2, 3]) {
      const notes = (await addedBy({ density })).filter(isPitch).length
      expect(Math.abs(notes - density * 16), `${density}: ${notes} notes`).toBeLessThanOrEqual(8)
    }
  })

  it('moves by step as often as asked', async () => {
    const shareAt = async (stepwise: number): Promise<number> => {
      const notes = [64, ...(await addedBy({ stepwise, density: 2 })).filter(isPitch)]
      const moves = notes.slice(1).map((pitch, n) => Math.abs(pitch - notes[n]!))
      return moves.filter((size) => size === 1 || size === 2).length / moves.length
    }
    expect(await shareAt(0.8)).toBeGreaterThan((await shareAt(0.2)) + 0.2)
  })

  it('repeats itself as much as asked', async () => {
    const made = (repetition: number) =>
      compose(model, { ...recipe, totalSteps: 128, control: { repetition, density: 2, range: 3 } })
    const [first, second] = [await made(0), await made(1)]
    expect(figuresOf(second.events)).toBeGreaterThan(figuresOf(first.events))
  })

  it('refuses a beam and temperature 0', async () => {
    const options = { ...plainSampling, totalSteps: 72, control: { range: 7 } }
    const made = (more: object) => continueMelody(model, given, { ...options, ...more }, mulberry32(1))
    await expect(made({ beamSize: 2 })).rejects.toThrow('leave out the beam')
    await expect(made({ temperature: 0 })).rejects.toThrow('such as 0.1')
  })
})

/** Pairs of moves that have come before. */
function figuresOf(events: readonly number[]): number {
  const notes = events.flatMap((pitch, step) => (isPitch(pitch) ? [{ pitch, step }] : []))
  const moves = notes.slice(1).map(({ pitch, step }, n) => `${pitch - notes[n]!.pitch}:${step - notes[n]!.step}`)
  const pairs = moves.slice(1).map((move, n) => `${moves[n]} ${move}`)
  return pairs.filter((pair, n) => pairs.indexOf(pair) < n).length / pairs.length
}

it('says which pitch a model of a narrow range does not have', async () => {
  const [, basic] = MODELS.find(([name]) => name === 'basic')!
  const made = compose(basic, { ...recipe, control: { pitches: [60, 100] } })
  await expect(made).rejects.toThrow(/hold E7, and after this primer the model reaches .+ to .+: choose iteration 3.1/)
})

it('counts the cost of each control by itself, and of all together', async () => {
  const [, notes] = MODELS[0]!
  const control: Control = { key: { root: 0, mode: 'ionian', hard: true }, density: 2 }
  const { controlCost } = await compose(notes, { ...recipe, control })
  expect(controlCost!.each.key).toBeGreaterThan(0)
  expect(controlCost!.bitsPerNote).toBeGreaterThan(controlCost!.each.key!)
  // One acts on when notes begin, the other on their pitch alone: together they cost no more than both.
  expect(controlCost!.bitsPerNote).toBeLessThan(controlCost!.each.key! * 2 + controlCost!.each.density! * 2)
})
