import { describe, expect, it } from 'vitest'
import { tokensOf } from '../../../src/dataset/tokens.ts'
import { IdyomModel, type TokenMelody } from '../../../src/evaluation/idyom/idyomModel.ts'
import {
  eventProbabilities,
  type TokenDistribution,
  tokenLogProbability,
} from '../../../src/model/tokenDistribution.ts'
import type { Mixing } from '../../../src/results/summary.ts'

const MIXING: Mixing = { mean: 'arithmetic', bias: 0.5 }
const HOLD = -2

/** Notes with these lengths in steps. */
const notes = (pitches: readonly number[], steps = 4): number[] =>
  pitches.flatMap((pitch) => [pitch, ...new Array<number>(steps - 1).fill(HOLD)])
const melody = (events: readonly number[], stepsPerBar = 16): TokenMelody => ({ tokens: tokensOf(events), stepsPerBar })

const SCALE = [60, 62, 64, 65, 67, 69, 71, 72]

/** Nats of each token. */
function costs(model: IdyomModel, asked: TokenMelody): number[] {
  const found: number[] = []
  for (const each of model.read(asked, MIXING)) {
    const n = found.length
    found.push(-tokenLogProbability(each, asked.tokens[n]!, asked.tokens[n + 1] ?? null))
  }
  return found
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
const loss = (model: IdyomModel, asked: TokenMelody): number => sum(costs(model, asked))

function trained(...melodies: readonly TokenMelody[]): IdyomModel {
  const model = new IdyomModel()
  melodies.forEach((each) => model.learn(each))
  return model
}

describe('IdyomModel', () => {
  it('expects what it has learnt, in any key', () => {
    const model = trained(melody(notes(SCALE)), melody(notes(SCALE)))
    const transposed = melody(notes(SCALE.map((pitch) => pitch + 5)))
    const other = melody(notes([60, 71, 63, 75, 61, 70, 66, 74]))
    expect(loss(model, transposed)).toBeLessThan(0.6 * loss(model, other))
  })

  it('learns the melody as it goes: the second time costs less than the first', () => {
    const model = trained(melody(notes(SCALE)))
    const motif = notes([60, 67, 63, 70, 61, 66, 72, 58])
    const asked = melody([...motif, ...motif, 60])
    const found = costs(model, asked)
    expect(sum(found.slice(8, 15))).toBeLessThan(0.5 * sum(found.slice(0, 7)))
  })

  it('forgets it after: reading changes nothing', () => {
    const model = trained(melody(notes(SCALE)))
    const asked = melody(notes([60, 67, 63, 70, 60, 67, 63, 70]))
    const first = loss(model, asked)
    expect(loss(model, asked)).toBe(first)
  })

  it('knows the metre: notes that begin on beats last until beats', () => {
    const onBeats = melody(notes([60, 62, 64, 65, 67, 65, 64, 62], 4))
    const model = trained(onBeats, onBeats, onBeats)
    const { value: first } = model.read(melody(notes([70, 71])), MIXING).next()
    expect((first as TokenDistribution).lengths[3]).toBeGreaterThan(0.5)
  })

  it.each(['arithmetic', 'geometric'] as const)('gives events that sum to 1, by %s mean', (mean) => {
    const model = trained(melody(notes(SCALE)))
    const asked = melody([HOLD, HOLD, ...notes(SCALE), -1, HOLD, ...notes(SCALE)])
    let n = 0
    for (const each of model.read(asked, { mean, bias: 1 })) {
      for (let age = 1; age <= asked.tokens[n]!.length; age++)
        expect(Math.abs(eventProbabilities(each, age).reduce((a, b) => a + b) - 1)).toBeLessThan(1e-9)
      n++
    }
    expect(n).toBe(asked.tokens.length)
  })
})
