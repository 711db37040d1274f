import { describe, expect, it } from 'vitest'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import { tokensOf } from '../../src/dataset/tokens.ts'
import { INTERVAL_CLASSES, LENGTH_CLASSES } from '../../src/dataset/tokenClasses.ts'
import { IdyomModel } from '../../src/evaluation/idyom/idyomModel.ts'
import { scoreTokens } from '../../src/evaluation/scoreTokens.ts'
import { addLabelCosts, addTokenCosts, noCosts, type StepCosts } from '../../src/evaluation/stepCosts.ts'
import type { TokenDistribution } from '../../src/model/tokenDistribution.ts'

const HOLD = -2
const OFF = -1
const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0)

/** Lengths 1, 2 and 3 have a half, a quarter and a quarter; a rest follows in a fifth; every interval is as likely. */
const said: TokenDistribution = {
  reference: 66,
  lengths: Float64Array.from({ length: LENGTH_CLASSES }, (_, n) => [0.5, 0.25, 0.25][n] ?? 0),
  next: () => ({ rest: 0.2, intervals: new Float64Array(INTERVAL_CLASSES).fill(1 / INTERVAL_CLASSES) }),
}

describe('addTokenCosts', () => {
  it('charges each step for whether it holds or what begins, worked out by hand', () => {
    const tokens = tokensOf([60, HOLD, 64, OFF, HOLD])
    const costs = noCosts(4)
    tokens.forEach((token, n) => addTokenCosts(costs, said, [token, tokens[n + 1] ?? null]))
    // The first note does not end after one step (1/2), then ends (1/2 of what is left); a note follows (4/5), of 74 intervals.
    // The second ends after one step (1/2), and a rest follows (1/5). The rest goes on (1/2).
    const rhythm = [Math.log(2), Math.log(2) + Math.log(5 / 4), Math.log(2) + Math.log(5), Math.log(2)]
    rhythm.forEach((cost, n) => expect(costs.rhythm[n]).toBeCloseTo(cost, 12))
    expect([...costs.pitch].map((cost) => cost > 0)).toEqual([false, true, false, false])
    expect(costs.pitch[1]).toBeCloseTo(Math.log(INTERVAL_CLASSES), 12)
  })

  it('charges in all what the tokens cost', () => {
    const model = new IdyomModel()
    const events = [HOLD, HOLD, 60, HOLD, 62, OFF, HOLD, HOLD, 64, HOLD, 60, HOLD, 62, HOLD, HOLD]
    const melody = { tokens: tokensOf(events), stepsPerBar: 4 }
    model.learn(melody)
    const { loss, costs } = scoreTokens(melody.tokens, model.read(melody, { mean: 'geometric', bias: 1 }))
    const { rhythm, pitch } = costs as StepCosts
    expect(rhythm).toHaveLength(events.length - 1)
    expect(sum(rhythm) + sum(pitch)).toBeCloseTo(loss, 9)
    events.slice(1).forEach((event, n) => expect(pitch[n]! > 0).toBe(event >= 0))
  })
})

describe('addLabelCosts', () => {
  it('charges a pitch as rhythm for the share of all pitches, and as pitch for its own share of them', () => {
    const encoding = melodyEncoding('basic')
    const probabilities = new Float64Array(encoding.classes)
    probabilities[0] = 0.5
    probabilities[encoding.label([60], 0)] = 0.1
    probabilities[encoding.label([61], 0)] = 0.3
    probabilities[1] = 0.1
    const costs = noCosts(2)
    addLabelCosts(costs, { encoding, events: [60, HOLD, 61], position: 1 }, probabilities)
    addLabelCosts(costs, { encoding, events: [60, HOLD, 61], position: 2 }, probabilities)
    expect(costs.rhythm[0]).toBeCloseTo(-Math.log(0.5), 12)
    expect(costs.rhythm[1]).toBeCloseTo(-Math.log(0.4), 12)
    expect(costs.pitch[0]).toBe(0)
    expect(costs.pitch[1]).toBeCloseTo(-Math.log(0.75), 12)
  })
})

describe("the IDyOM-like predictor's loss", () => {
  it('is in nats per step, worked out by hand where nothing was counted', () => {
    // C4 of 2 steps: 96 lengths, rest or note, 74 intervals, all alike. D4 lasts at least 2 steps: of six viewpoints on length three
    // are of the corpus and say 1/96, three have counted one other length and say (1/96)/2; together P(length 1) is 1/128.
    const tokens = tokensOf([60, HOLD, 62, HOLD])
    const { loss, steps } = scoreTokens(
      tokens,
      new IdyomModel().read({ tokens, stepsPerBar: 16 }, { mean: 'arithmetic', bias: 0 }),
    )
    expect(steps).toBe(3)
    expect(loss).toBeCloseTo(Math.log(96) + Math.log(2) + Math.log(74) + Math.log(128 / 127), 12)
  })
})
