import { describe, expect, it } from 'vitest'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import { createStepper } from '../../src/model/inference.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { follow, rewardAt, targetsOf, worthOf } from '../../src/tuner/agent.ts'
import { composeEpisodes, EMPTY_START, type Environment, logSoftmax } from '../../src/tuner/environment.ts'
import { constantPolicy, priorPolicy, scalePolicy, shapedPolicy } from '../../src/tuner/policies.ts'
import { presetTerms } from '../../src/tuner/presets.ts'
import { Replay } from '../../src/tuner/replay.ts'
import { sideBySide } from '../../src/tuner/sideBySide.ts'

const C_MAJOR = { mode: 'ionian', root: 0 } as const
const spec = { encoding: 'basic', layerSizes: [7, 7], attentionLength: 0 } as const
const [a, b] = [initialWeights(spec, 1), initialWeights(spec, 2)]
const environment: Environment = {
  encoding: melodyEncoding('basic'),
  prior: createStepper(spec, a),
  terms: presetTerms('jaques2016', C_MAJOR),
  tonality: C_MAJOR,
  steps: 32,
}

describe('the worth of a state', () => {
  const scores = [1, 3, 2]
  it('is the maximum for Q', () => expect(worthOf('q', scores, null)).toBe(3))
  it('is the log of the summed exponentials for Psi', () =>
    expect(worthOf('psi', scores, null)).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(3) + Math.exp(2)), 12))
  it('weighs them by the prior for G', () => {
    const prior = [0, Math.log(2), 0] // a quarter, a half, a quarter
    const expected = Math.log((Math.exp(1) + 2 * Math.exp(3) + Math.exp(2)) / 4)
    expect(worthOf('g', scores, prior)).toBeCloseTo(expected, 12)
    // Without a reward to tell actions apart G is worth nothing: the prior is its policy.
    expect(worthOf('g', [0, 0, 0], prior)).toBeCloseTo(0, 12)
  })
})

describe('what is learned from', () => {
  const [episode] = composeEpisodes(environment, priorPolicy, [EMPTY_START], mulberry32(2))
  const theory = episode!.theory[3]! / 0.5
  const logPrior = episode!.logPrior[3]!
  it('is log p and the rules for Q and Psi, the rules alone for G', () => {
    expect(rewardAt('q', episode!, 3, 0.5)).toBeCloseTo(theory + logPrior, 5)
    expect(rewardAt('psi', episode!, 3, 0.5)).toBeCloseTo(theory + logPrior, 5)
    expect(rewardAt('g', episode!, 3, 0.5)).toBeCloseTo(theory, 5)
    expect(rewardAt('rl-only', episode!, 3, 0.5)).toBeCloseTo(theory, 5)
  })
  it('is less the log ratio of the policy to the prior for a policy gradient', () => {
    const expected = theory + logPrior - episode!.logPolicy[3]!
    expect(rewardAt('policy-gradient', episode!, 3, 0.5)).toBeCloseTo(expected, 5)
  })
  it('looks one step ahead, but not beyond the end', () => {
    expect(targetsOf([1, 2, 3], [9, 10, 20], 0.5)).toEqual([6, 12, 3])
  })
})

describe('the target network', () => {
  it('follows slowly', () => {
    const target = { x: { shape: [2], data: Float32Array.of(0, 10) } }
    follow(target, { x: { shape: [2], data: Float32Array.of(10, 10) } }, 0.1)
    expect([...target.x.data]).toEqual([1, 10])
  })
})

describe('the replay', () => {
  const episodes = composeEpisodes(environment, priorPolicy, [EMPTY_START, EMPTY_START, EMPTY_START], mulberry32(4))
  it('keeps the last episodes, and draws from all of them', () => {
    const replay = new Replay(2)
    replay.add(episodes)
    expect(replay.size).toBe(2)
    const drawn = new Set(replay.draw(40, mulberry32(1)))
    expect(drawn).toEqual(new Set([episodes[2], episodes[1]]))
  })
  it('comes back from a checkpoint as it was', () => {
    const replay = new Replay(2)
    replay.add(episodes)
    const stored = JSON.parse(JSON.stringify(replay.stored())) as ReturnType<Replay['stored']>
    const restored = Replay.restored(2, stored, [EMPTY_START])
    const learned = (each: Replay) =>
      each.draw(6, mulberry32(3)).map(({ events, theory, logPrior }) => ({ events, theory, logPrior }))
    expect(learned(restored)).toEqual(learned(replay))
    expect(restored.stored()).toEqual(replay.stored())
    expect(() => Replay.restored(2, stored, [])).toThrow('unknown start "empty"')
  })
})

describe('two networks side by side', () => {
  it('are one network with the sum of their logits', () => {
    const joined = sideBySide(spec, a, b)
    const steppers = [createStepper(spec, a), createStepper(spec, b), createStepper(joined.spec, joined.weights)]
    let states = steppers.map((stepper) => stepper.initialState())
    for (const label of [0, 14, 1, 30]) {
      const row = new Float32Array(38)
      row[label] = 1
      const stepped = steppers.map((stepper, n) => stepper.step(states[n]!, row))
      states = stepped.map(({ state }) => state)
      const [first, second, both] = stepped.map(({ logits }) => logits)
      both!.forEach((value, n) => expect(value).toBeCloseTo(first![n]! + second![n]!, 5))
    }
  })
})

describe('policies without a network', () => {
  const total = (policy: Parameters<typeof composeEpisodes>[1]): number => {
    const [episode] = composeEpisodes(environment, policy, [EMPTY_START], mulberry32(1))
    return episode!.theory.reduce((sum, value) => sum + value, 0)
  }
  it('one note for ever is punished, a scale is not a way out', () => {
    expect(total(constantPolicy(60))).toBeLessThan(-1000)
    const [episode] = composeEpisodes(environment, scalePolicy([60, 62, 64]), [EMPTY_START], mulberry32(1))
    expect(episode!.events.slice(1, 6)).toEqual([60, 62, 64, 62, 60])
  })
  it('shaped decoding is the prior times the exponential of the rules', () => {
    const [, ...history] = [0, 60, 62]
    const logPrior = logSoftmax(Float64Array.from({ length: 38 }, (_, n) => Math.sin(n)))
    const eventOf = (label: number): number => environment.encoding.event(label, history)
    const logits = shapedPolicy(environment, 0.5, 0).logits({ logPrior, scores: null, history, eventOf })
    const key = (event: number): number => logits[environment.encoding.label([60, event], 1)]!
    const prior = (event: number): number => logPrior[environment.encoding.label([60, event], 1)]!
    // 61 is outside C major, and both are a half step away.
    expect(key(61) - prior(61)).toBeLessThan(key(64) - prior(64))
    expect(total(shapedPolicy(environment, 0.5, 0))).toBeGreaterThan(total(priorPolicy))
  })
})
