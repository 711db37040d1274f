import { describe, expect, it } from 'vitest'
import { logProbability } from '../../src/generation/decode.ts'
import { mulberry32 } from '../../src/support/random.ts'
import * as jaques from '../../src/tuner/jaques.ts'
import * as unused from '../tuner/unusedRewards.ts'
import { countComposition } from '../../src/tuner/tunerMetrics.ts'
import { countIntervalKinds } from '../tuner/countIntervalKinds.ts'
import { presetTerms, theoryReward } from '../../src/tuner/presets.ts'
import { goldenJson, ownGoldens } from './goldens.ts'

interface GoldenStep {
  action: number
  key: number
  tonic: number
  penalize_repeating: number
  penalize_autocorrelation: number
  motif: number
  repeated_motif: number
  preferred_intervals: number
  interval: number
  leap_up_back: number
  leap_state: [number, number | null, number]
  high_low_unique: number
  non_repeating: number | null
  scale: number
  key_distribute_prob: number
  music_theory_total: number
  autocorr: (number | null)[]
}
interface Episode {
  num_notes_in_melody: number
  actions: number[]
  steps: GoldenStep[]
}
interface Golden {
  episodes: Episode[]
  eval_metrics: { n: number; stat_dict: Record<string, number | number[]> }
  reward_rnn: { scores: number[]; action: number; reward: number }[]
  modes: {
    mode: string
    reward_scaler: number
    episode: number
    first_obs: number
    rewards: (number | string)[]
    note_rnn_reward_last_n: number
    scores_rng: string
  }[]
  linear_annealing: [number, number, number, number, number][]
  decoder: [number[] | number, number, number[]][]
}

const golden = goldenJson<Golden>(ownGoldens, 'rl_tuner.json')
const eventsOf = (episode: Episode): number[] => episode.actions.map(jaques.eventOfAction)

/** Sums of doubles in another order than numpy's. */
const DIGITS = 12

describe('the rewards of Magenta 2.1.4, step by step', () => {
  golden.episodes.forEach((episode, number) => {
    it(`episode ${number + 1}, ${episode.num_notes_in_melody} steps`, () => {
      const events = eventsOf(episode)
      const totalSteps = episode.num_notes_in_melody
      const terms = presetTerms('jaques2016', { mode: 'ionian', root: 0 })
      episode.steps.forEach((step, n) => {
        const [history, action] = [events.slice(0, n), events[n]!]
        const close = (value: number, expected: number, what: string): void =>
          expect(value, `${what} at step ${n}`).toBeCloseTo(expected, DIGITS)
        close(jaques.keyPenalty(action), step.key, 'key')
        close(jaques.tonicReward(n, action, totalSteps), step.tonic, 'tonic')
        close(jaques.repeatPenalty(history, action), step.penalize_repeating, 'repeats')
        close(jaques.autocorrelationPenalty(history, action), step.penalize_autocorrelation, 'autocorrelation')
        close(jaques.motifReward(history, action), step.motif, 'motif')
        close(jaques.repeatedMotifReward(history, action), step.repeated_motif, 'repeated motif')
        close(jaques.intervalReward(jaques.intervalTo(history, action)), step.preferred_intervals, 'intervals')
        close(jaques.leapReward(history, action), step.leap_up_back, 'leaps')
        close(jaques.extremesReward(history, action, totalSteps), step.high_low_unique, 'extremes')
        close(unused.keyShareReward(action), step.key_distribute_prob, 'key share')
        close(unused.scaleReward(history.at(-1) ?? action, action), step.scale, 'scale')
        if (step.non_repeating !== null) close(unused.nonRepeatingReward(history, action), step.non_repeating, 'other')
        const leap = jaques.leapStateOf(events.slice(0, n + 1))
        const from = leap.leaptFrom === null ? null : jaques.actionOfEvent(leap.leaptFrom)
        expect([leap.direction, from, leap.stepsSince], `leap at step ${n}`).toEqual(step.leap_state)
        close(
          theoryReward(terms, history, action, { totalSteps, tonality: { mode: 'ionian', root: 0 } }),
          step.music_theory_total,
          'all',
        )
        step.autocorr.forEach((expected, index) => {
          const value = jaques.autocorrelation(episode.actions.slice(0, n + 1), index + 1)
          if (expected === null) expect(value).toBeNaN()
          else close(value, expected, `lag ${index + 1}`)
        })
      })
    })
  })
})

describe('the rewards of each of its modes', () => {
  const RULES: Readonly<Record<string, (keyof typeof PARTS)[]>> = {
    scale: ['scale'],
    key: ['keyShare'],
    key_and_tonic: ['key', 'tonic'],
    non_repeating: ['nonRepeating'],
    music_theory_random: ['key', 'tonic', 'repeats'],
    music_theory_basic: ['key', 'tonic', 'repeats'],
    music_theory_basic_plus_variety: ['key', 'tonic', 'repeats', 'autocorrelation'],
    preferred_intervals: ['intervals'],
    music_theory_all: ['all'],
    music_theory_only: ['all'],
  }
  const WITH_PRIOR = ['music_theory_basic', 'music_theory_basic_plus_variety', 'music_theory_all']
  type Part = (history: readonly number[], action: number, totalSteps: number, before: number) => number
  const PARTS = {
    scale: (_history, action, _total, before) => unused.scaleReward(before, action),
    keyShare: (_history, action) => unused.keyShareReward(action),
    key: (_history, action) => jaques.keyPenalty(action),
    tonic: (history, action, total) => jaques.tonicReward(history.length, action, total),
    nonRepeating: unused.nonRepeatingReward,
    repeats: jaques.repeatPenalty,
    autocorrelation: jaques.autocorrelationPenalty,
    intervals: (history, action) => jaques.intervalReward(jaques.intervalTo(history, action)),
    all: (history, action, totalSteps) =>
      theoryReward(presetTerms('jaques2016', { mode: 'ionian', root: 0 }), history, action, {
        totalSteps,
        tonality: { mode: 'ionian', root: 0 },
      }),
  } satisfies Record<string, Part>

  golden.modes.forEach(
    ({ mode, reward_scaler, episode: place, first_obs, rewards, scores_rng, note_rnn_reward_last_n }) => {
      it(mode, () => {
        const episode = golden.episodes[place]!
        const events = eventsOf(episode)
        const random = mulberry32(Number(/mulberry32\((\d+)\)/.exec(scores_rng)![1]))
        let ofPrior = 0
        rewards.forEach((expected, n) => {
          const scores = Float64Array.from({ length: 38 }, () => random.next() * 8 - 4)
          const logP = logSoftmax(scores, episode.actions[n]!)
          ofPrior += logP
          const before = n === 0 ? jaques.eventOfAction(first_obs) : events[n - 1]!
          const history = events.slice(0, n)
          const theory = RULES[mode]!.reduce(
            (sum, part) => sum + PARTS[part](history, events[n]!, episode.num_notes_in_melody, before),
            0,
          )
          // Where the original crashes (its non-repeating reward is nothing then) there is no value to equal.
          if (typeof expected === 'number')
            expect(theory * reward_scaler + (WITH_PRIOR.includes(mode) ? logP : 0)).toBeCloseTo(expected, 11)
          else expect([mode, expected, theory]).toEqual(['non_repeating', 'TypeError', 0])
        })
        expect(ofPrior).toBeCloseTo(note_rnn_reward_last_n, 9)
      })
    },
  )

  it('log p of an action', () => {
    for (const { scores, action, reward } of golden.reward_rnn) {
      expect(logSoftmax(Float64Array.from(scores), action)).toBeCloseTo(reward, DIGITS)
      expect(logProbability(Float32Array.from(scores), action, 1)).toBeCloseTo(reward, 5)
    }
  })
})

function logSoftmax(scores: Float64Array, action: number): number {
  const most = Math.max(...scores)
  return scores[action]! - most - Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0))
}

describe('its statistics over compositions', () => {
  const compositions = golden.episodes.filter(({ num_notes_in_melody }) => num_notes_in_melody === 32).map(eventsOf)
  const counts = compositions.map((events) => countComposition(events))
  const sum = (of: (each: (typeof counts)[number]) => number | boolean): number =>
    counts.reduce((total, each) => total + Number(of(each)), 0)
  const stats = golden.eval_metrics.stat_dict

  it('every count', () => {
    expect({
      num_compositions: counts.length,
      total_notes: sum(({ steps }) => steps),
      notes_not_in_key: sum(({ notInKey }) => notInKey),
      notes_in_motif: sum(({ inMotif }) => inMotif),
      notes_in_repeated_motif: sum(({ inRepeatedMotif }) => inRepeatedMotif),
      num_starting_tonic: sum(({ startsOnTonic }) => startsOnTonic),
      num_repeated_notes: sum(({ excessive }) => excessive),
      num_resolved_leaps: sum(({ leapsResolved }) => leapsResolved),
      num_leap_twice: sum(({ leapsDoubled }) => leapsDoubled),
      num_high_unique: sum(({ uniqueHigh }) => uniqueHigh),
      num_low_unique: sum(({ uniqueLow }) => uniqueLow),
    }).toEqual(expect.objectContaining(picked(COUNTS)))
  })

  it('every autocorrelation', () => {
    for (const lag of jaques.LAGS) {
      const expected = stats[`autocorrelation${lag}`] as number[]
      counts.forEach(({ autocorrelation }, n) => expect(autocorrelation[lag - 1]).toBeCloseTo(expected[n]!, DIGITS))
    }
  })

  it('every interval but the thirds in key, which it forgets', () => {
    const intervals = compositions.map(countIntervalKinds)
    const total = (name: keyof (typeof intervals)[number]): number =>
      intervals.reduce((all, each) => all + each[name], 0)
    expect({
      num_octave_jumps: total('octave jumps'),
      num_fifths: total('fifths'),
      num_thirds: total('thirds'),
      num_sixths: total('sixths'),
      num_seconds: total('seconds'),
      num_fourths: total('fourths'),
      num_sevenths: total('sevenths'),
      num_rest_intervals: total('rests'),
      num_special_rest_intervals: total('rests on a stable note'),
      num_in_key_preferred_intervals: total('fifths in key'),
    }).toEqual(picked(INTERVALS))
    expect(total('thirds in key')).toBeGreaterThan(0)
  })

  function picked(names: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(names.map((name) => [name, stats[name]]))
  }
})

const COUNTS = [
  'num_compositions',
  'total_notes',
  'notes_not_in_key',
  'notes_in_motif',
  'notes_in_repeated_motif',
  'num_starting_tonic',
  'num_repeated_notes',
  'num_resolved_leaps',
  'num_leap_twice',
  'num_high_unique',
  'num_low_unique',
]
const INTERVALS = [
  'num_octave_jumps',
  'num_fifths',
  'num_thirds',
  'num_sixths',
  'num_seconds',
  'num_fourths',
  'num_sevenths',
  'num_rest_intervals',
  'num_special_rest_intervals',
  'num_in_key_preferred_intervals',
]

describe('what else it computes', () => {
  it('anneals in a straight line', () => {
    for (const [step, total, from, to, expected] of golden.linear_annealing)
      expect(jaques.annealed(step, total, from, to)).toBeCloseTo(expected, DIGITS)
  })

  it('decodes two semitones too high, and takes its rests for holds', () => {
    const [, , decoded] = golden.decoder.find(([, transposed]) => transposed === 0)!
    const actions = [0, 1, 2, 14, 37]
    const ours = actions.map(jaques.eventOfAction)
    expect(ours).toEqual([-1, -2, 48, 60, 83])
    expect(decoded).toEqual([-2, -1, 50, 62, 85])
  })
})
