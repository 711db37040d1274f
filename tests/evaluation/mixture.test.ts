import { describe, expect, it } from 'vitest'
import type { NoteModelSpec } from '../../src/config/modelSpec.ts'
import { INTERVAL_CLASSES, LENGTH_CLASSES } from '../../src/dataset/tokenClasses.ts'
import { idyomScores, learnTunes } from '../../src/evaluation/idyom/idyomScores.ts'
import { mixedDistribution, mixtureScores } from '../../src/evaluation/mixture.ts'
import { networkCosts } from '../../src/evaluation/networkCosts.ts'
import { noteDistributions } from '../../src/evaluation/noteDistributions.ts'
import { evaluateEach } from '../../src/evaluation/numerical.ts'
import { scoreTokens } from '../../src/evaluation/scoreTokens.ts'
import { tokensOf } from '../../src/dataset/tokens.ts'
import type { TokenDistribution } from '../../src/model/tokenDistribution.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { InterruptedError } from '../../src/support/errors.ts'

const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => 0 }
const HOLD = -2
const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [8, 8], attentionSize: 4 }
const weights = initialWeights(spec, 3)
const scale = (from: number): number[] => [0, 2, 4, 5, 7, 9, 11, 12].flatMap((step) => [from + step, HOLD])
const tunes = [60, 62, 65, 67].map((from) => ({ events: scale(from), stepsPerBar: 16 }))
const test = [
  { events: [HOLD, ...scale(64), -1, HOLD], stepsPerBar: 12 },
  { events: [60] },
  { events: scale(57), stepsPerBar: 16 },
]
/** The same weight for every question. */
const all = (weight: number) => ({ length: weight, rest: weight, interval: weight })
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0)

/** Most on one length and one interval; the rest has `rest`. */
function pointed(length: number, interval: number, rest: number): TokenDistribution {
  const peak = (size: number, at: number): number[] =>
    Array.from({ length: size }, (_, n) => (n === at ? 0.81 : 0.19 / (size - 1)))
  return {
    reference: 66,
    lengths: peak(LENGTH_CLASSES, length),
    next: () => ({ rest, intervals: peak(INTERVAL_CLASSES, interval) }),
  }
}

describe('mixedDistribution', () => {
  it('is the weighted geometric mean of each question, worked out by hand', () => {
    const mixed = mixedDistribution(pointed(1, 1, 0.5), pointed(2, 2, 0.2), all(0.5))
    expect(sum(mixed.lengths)).toBeCloseTo(1, 12)
    expect(mixed.lengths[1]).toBeCloseTo(mixed.lengths[2]!, 12)
    // √(.81 × .002) against √(.002 × .002): 20.12 times as much.
    expect(mixed.lengths[1]! / mixed.lengths[0]!).toBeCloseTo(Math.sqrt(0.81 / (0.19 / 95)), 9)
    const { rest, intervals } = mixed.next(4)
    expect(rest).toBeCloseTo(Math.sqrt(0.1) / (Math.sqrt(0.1) + Math.sqrt(0.4)), 12) // 1/3
    expect(sum(intervals)).toBeCloseTo(1, 12)
  })

  it('weighs each question by itself', () => {
    const [a, b] = [pointed(1, 1, 0.5), pointed(2, 2, 0.2)]
    const mixed = mixedDistribution(a, b, { length: 1, rest: 0, interval: 0.5 })
    expect(mixed.lengths[2]).toBeCloseTo(0.81, 12)
    expect(mixed.next(4).rest).toBeCloseTo(0.5, 12)
    expect(mixed.next(4).intervals[1]).toBeCloseTo(mixed.next(4).intervals[2]!, 12)
  })

  it('is one of the two at the ends, and never a rest after a rest', () => {
    const [a, b] = [pointed(1, 1, 0), pointed(2, 2, 0)]
    expect(mixedDistribution(a, b, all(0)).lengths[1]).toBeCloseTo(0.81, 12)
    expect(mixedDistribution(a, b, all(1)).lengths[2]).toBeCloseTo(0.81, 12)
    expect(mixedDistribution(a, b, all(0.3)).next(1).rest).toBe(0)
    expect(() => mixedDistribution(a, { ...b, reference: 60 }, all(0.5))).toThrow('from pitch 66 with those from 60')
  })
})

describe('noteDistributions', () => {
  it('scores as the network itself does, and charges the same in all', async () => {
    const read = await noteDistributions(spec, weights)
    const whole = await evaluateEach(spec, weights, test, effects)
    const said = read(test)
    expect(said).toHaveLength(2)
    ;[test[0]!, test[2]!].forEach(({ events }, n) => {
      const found = scoreTokens(tokensOf(events), said[n]!)
      const { loss, ...hits } = whole[n === 0 ? 0 : 2]!
      expect(found.loss).toBeCloseTo(loss, 3)
      expect(found).toMatchObject(hits)
    })
    const costs = await networkCosts({ spec, weights }, test, effects)
    costs.forEach(({ rhythm, pitch }, n) => expect(sum(rhythm) + sum(pitch)).toBeCloseTo(whole[n]!.loss, 3))
  })
})

describe('networkCosts', () => {
  it('charges a network of steps its loss', async () => {
    const steps = { encoding: 'mono', layerSizes: [8], attentionLength: 0, residual: false } as const
    const own = initialWeights(steps, 5)
    const whole = await evaluateEach(steps, own, test, effects)
    const costs = await networkCosts({ spec: steps, weights: own }, test, effects)
    expect(costs.map(({ rhythm }) => rhythm.length)).toEqual([test[0]!.events.length - 1, 0, 15])
    costs.forEach(({ rhythm, pitch }, n) => expect(sum(rhythm) + sum(pitch)).toBeCloseTo(whole[n]!.loss, 3))
  })
})

describe('mixtureScores', () => {
  it('lies with the better of the two where the other knows nothing, and beats both where each helps', async () => {
    const network = await noteDistributions(spec, weights)
    const idyom = await learnTunes(tunes, effects)
    const { mixing, scores: alone } = await idyomScores(idyom, { validation: tunes, test }, effects)
    const { weights: chosen, scores } = await mixtureScores(
      { network, idyom, mixing },
      { validation: tunes, test },
      effects,
    )
    expect(chosen.interval).toBe(0.5) // the network was never trained
    expect(scores.map(({ steps }) => steps)).toEqual(alone.map(({ steps }) => steps))
    const untrained = await evaluateEach(spec, weights, test, effects)
    expect(scores[2]!.loss).toBeLessThan(untrained[2]!.loss)
  })

  it('takes the network alone without validation melodies, and stops when asked', async () => {
    const network = await noteDistributions(spec, weights)
    const idyom = await learnTunes([], effects)
    const mixed = { network, idyom, mixing: { mean: 'geometric', bias: 1 } } as const
    const { weights: chosen, scores } = await mixtureScores(mixed, { validation: [], test }, effects)
    expect(chosen).toEqual(all(0))
    const whole = await evaluateEach(spec, weights, test, effects)
    scores.forEach(({ loss }, n) => expect(loss).toBeCloseTo(whole[n]!.loss, 3))
    const stopped = { ...effects, signal: AbortSignal.abort() }
    await expect(mixtureScores(mixed, { validation: [], test }, stopped)).rejects.toThrow(InterruptedError)
  })
})
