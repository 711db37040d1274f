import { describe, expect, it } from 'vitest'
import { melodyEncoding } from '../../src/dataset/encoding.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { createStepper } from '../../src/model/inference.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { targetsOf } from '../../src/tuner/agent.ts'
import {
  composeEpisodes,
  compositionOf,
  EMPTY_START,
  type Environment,
  NO_EXPLORATION,
} from '../../src/tuner/environment.ts'
import * as jaques from '../../src/tuner/jaques.ts'
import { priorPolicy } from '../../src/tuner/policies.ts'
import { presetTerms, rewardOfEach } from '../../src/tuner/presets.ts'
import { intervalInMode } from '../../src/tuner/terms.ts'
import { countIntervalKinds } from './countIntervalKinds.ts'
import { nonRepeatingReward } from './unusedRewards.ts'
import * as original from './originalFaults.ts'

const C_MAJOR = { mode: 'ionian', root: 0 } as const
const D_DORIAN = { mode: 'dorian', root: 2 } as const

const spec = { encoding: 'mono', layerSizes: [6, 6], attentionLength: 0 } as const
const environment: Environment = {
  encoding: melodyEncoding('mono'),
  prior: createStepper(spec, initialWeights(spec, 1)),
  terms: presetTerms('jaques2016', C_MAJOR),
  tonality: C_MAJOR,
  steps: 12,
}

describe("the original's defects, mended", () => {
  it('the action that was executed is the one that is kept and rewarded', () => {
    expect(original.storedAction([0.2, 0.5, 0.3], 2)).toEqual({ stored: 1, rewarded: 2 })
    const [episode] = composeEpisodes(environment, priorPolicy, [EMPTY_START], mulberry32(3))
    const events = compositionOf(episode!)
    events.forEach((action, step) => {
      const rewards = rewardOfEach(environment.terms, events.slice(0, step), action, {
        totalSteps: 12,
        tonality: C_MAJOR,
      })
      expect(episode!.theory[step]).toBeCloseTo(
        rewards.reduce((sum, value) => sum + value, 0),
        4,
      )
    })
  })

  it('a key of its own crashes there; here rules know any mode on any root', () => {
    expect(() => original.tonicNotesOf([0, 1, 3, 5])).toThrow(ReferenceError)
    const rewards = rewardOfEach(presetTerms('jaques2016-mended', D_DORIAN), [62, -2], 71, {
      totalSteps: 32,
      tonality: D_DORIAN,
    })
    expect(rewards).toHaveLength(9)
    const key = (pitch: number): number =>
      rewardOfEach(presetTerms('jaques2016-mended', D_DORIAN), [], pitch, { totalSteps: 32, tonality: D_DORIAN })[0]!
    expect([key(71), key(70)]).toEqual([0, -1]) // the natural sixth is in D dorian, B flat is not
  })

  it('an evaluation keeps the last reward there; here the mean of all', () => {
    expect(original.evaluatedReward([3, -100, 1])).toBe(1)
    const [episode] = composeEpisodes(environment, priorPolicy, [EMPTY_START], mulberry32(5))
    expect(episode!.theory).toHaveLength(12)
  })

  it('a third in key is counted', () => {
    expect([original.countsAsPreferred(-5), original.countsAsPreferred(-3)]).toEqual([true, false])
    const counts = countIntervalKinds([60, 64, 60, 67])
    expect([counts['thirds in key'], counts['fifths in key']]).toEqual([2, 1])
  })

  it('third and fifth are those of the scale', () => {
    const interval = (before: number, action: number, tonality: typeof C_MAJOR | typeof D_DORIAN) =>
      intervalInMode({ history: [before], action, tonality })
    // C to A flat counts as a third in key there: four semitones from a C.
    expect(jaques.intervalTo([60], 56)).toBe('third in key')
    expect(interval(60, 56, C_MAJOR)).toBe(4)
    expect(interval(62, 65, D_DORIAN)).toBe('third in key') // a minor third
    expect(interval(69, 62, D_DORIAN)).toBe('fifth in key')
    expect(interval(62, -2, D_DORIAN)).toBe('hold on a stable note')
    expect(interval(64, -1, D_DORIAN)).toBe('rest')
  })

  it('the tonic is one in every octave', () => {
    const tonic = (preset: 'jaques2016' | 'jaques2016-mended', pitch: number): number =>
      rewardOfEach(presetTerms(preset, C_MAJOR), [], pitch, { totalSteps: 32, tonality: C_MAJOR })[1]!
    expect([tonic('jaques2016', 72), tonic('jaques2016-mended', 72)]).toEqual([0, 3])
  })

  it('the last class can be drawn', () => {
    const draws = [0, 0.5, 0.999999]
    expect(draws.map((uniform) => original.randomAction(uniform, 38))).toEqual([0, 18, 36])
    const uniforms = [0, 0.999999] // explore; then the last label
    let n = 0
    const random = { next: () => uniforms[n++ % 2]!, state: () => 0 }
    const [episode] = composeEpisodes(environment, priorPolicy, [EMPTY_START], random, { epsilon: 0.5, temperature: 1 })
    expect(compositionOf(episode!)).toEqual(new Array(12).fill(127))
  })

  it('the non-repeating reward is a number', () => {
    expect(original.nonRepeatingReward(-100)).toBeUndefined()
    expect(nonRepeatingReward([60, 60, 60, 60, 60], 60)).toBe(0)
  })

  it('nothing comes after the last step', () => {
    expect(original.target(1, 40, 0.5)).toBe(21)
    expect(targetsOf([2, 1], [0, 40], 0.5)).toEqual([22, 1])
  })

  it('an action means the same pitch to the rules and in the file', () => {
    expect(original.decodedPitch(14)).toBe(62)
    expect([jaques.eventOfAction(14), jaques.actionOfEvent(60)]).toEqual([60, 14])
  })

  it('a rest is a rest to the rules and in the file', () => {
    expect(original.ACTION_ZERO.ofRewards).not.toBe(original.ACTION_ZERO.ofDecoder)
    expect([jaques.eventOfAction(0), melodyEncoding('basic').event(1, [])]).toEqual([-1, -1])
  })

  it('two layers have two states', () => {
    expect(
      original.stateOfLayers([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([1, 2])
    const stepper = createStepper(spec, initialWeights(spec, 1))
    expect(stepper.initialState().cells.map(({ length }) => length)).toEqual([6, 6])
    const [episode] = composeEpisodes(environment, priorPolicy, [EMPTY_START], mulberry32(1), NO_EXPLORATION)
    expect(episode!.logPrior.every(Number.isFinite)).toBe(true)
  })

  it('the rules of the modes do not count a long note as a repetition', () => {
    const held = [62, -2, -2, -2, -2, -2]
    expect(jaques.repeatPenalty(held, -2)).toBe(-100)
    const rewards = rewardOfEach(presetTerms('modal', D_DORIAN), held, -2, { totalSteps: 64, tonality: D_DORIAN })
    const names = presetTerms('modal', D_DORIAN).map(({ name }) => name)
    expect(rewards[names.indexOf('repetition')]).toBeCloseTo(0, 12)
  })
})
