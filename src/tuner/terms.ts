import type { Transformation } from '../evaluation/musical/motifs.ts'
import { isPitch, NO_EVENT, STEPS_PER_BAR } from '../melody/melody.ts'
import * as jaques from './jaques.ts'
import { aboveTonic, colourOf, degreeOf, scaleStep, type Tonality } from '../config/modes.ts'
import { barLikeness, developmentAt } from './motifs.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/** What a rule is given besides the melody. */
export interface RewardContext {
  /** Steps of the whole composition. */
  readonly totalSteps: number
  readonly tonality: Tonality
}

/** A melody so far and its next event. Everything else a rule wants follows from these. */
export interface Moment extends RewardContext {
  readonly history: readonly number[]
  readonly action: number
  /** See `developmentAt`: asked for by several rules, found once. */
  readonly development: () => Transformation | null
}

/** A rule of composition: a pure function of a moment, its name and its weight. */
export interface RewardTerm {
  readonly name: string
  readonly weight: number
  readonly of: (moment: Moment) => number
}

/** A moment, ready to be judged. */
export function momentOf(history: readonly number[], action: number, context: RewardContext): Moment {
  let found: Transformation | null | undefined
  return {
    ...context,
    history,
    action,
    development: () => (found ??= developmentAt(history, action, context.tonality, STEPS_PER_BAR)),
  }
}

const term = (name: string, of: RewardTerm['of'], weight = 1): RewardTerm => ({ name, weight, of })

/** The rules of the paper with Magenta's values; C major alone. */
export const JAQUES_TERMS: readonly RewardTerm[] = [
  term('key', ({ action }) => jaques.keyPenalty(action)),
  term('tonic', ({ history, action, totalSteps }) => jaques.tonicReward(history.length, action, totalSteps)),
  term('repetition', ({ history, action }) => jaques.repeatPenalty(history, action)),
  term('autocorrelation', ({ history, action }) => jaques.autocorrelationPenalty(history, action)),
  term('motif', ({ history, action }) => jaques.motifReward(history, action)),
  term('repeated motif', ({ history, action }) => jaques.repeatedMotifReward(history, action)),
  term('intervals', ({ history, action }) => jaques.intervalReward(jaques.intervalTo(history, action))),
  term('leaps', ({ history, action }) => jaques.leapReward(history, action)),
  term('extremes', ({ history, action, totalSteps }) => jaques.extremesReward(history, action, totalSteps)),
]

/** -1 for a note outside the mode. */
const keyOfMode = term('key', ({ action, tonality }) => (isPitch(action) && degreeOf(action, tonality) < 0 ? -1 : 0))

const isTonicOf =
  (tonality: Tonality) =>
  (event: number): boolean =>
    isPitch(event) && degreeOf(event, tonality) === 0

/** The paper's, with the tonic in any octave. */
const tonicOfMode = term('tonic', ({ history, action, totalSteps, tonality }) =>
  jaques.tonicReward(history.length, action, totalSteps, isTonicOf(tonality)),
)

const intervalsOfMode = term('intervals', (moment) => jaques.intervalReward(intervalInMode(moment)))

/** The smaller and the larger interval of a name are worth the same: the original knows those of major alone. */
const LARGE_FORM: Readonly<Record<number, number>> = { 1: 2, 3: 4, 8: 9, 10: 11 }

/**
 * The paper's intervals in any mode: stable notes are the tonic and the scale's fifth; a third in key leads from tonic to the
 * scale's third or back, a fifth in key from tonic to the scale's fifth or back, whatever their size in the mode.
 */
export function intervalInMode({
  history,
  action,
  tonality,
}: Pick<Moment, 'history' | 'action' | 'tonality'>): jaques.IntervalKind {
  const before = jaques.lastPitch(history)
  if (before === null) return 'none'
  const degree = degreeOf(before, tonality)
  const stable = degree === 0 || degree === 4
  if (action === NO_EVENT) return stable ? 'hold on a stable note' : 'hold'
  if (!isPitch(action)) return stable ? 'rest on a stable note' : 'rest'
  const [from, to] = [scaleStep(before, tonality), scaleStep(action, tonality)]
  const size = Math.abs(action - before)
  if (from !== null && to !== null) {
    const [lower, steps] = [(Math.min(from, to) % 7) + 0, Math.abs(to - from)]
    if (steps === 2 && lower === 0) return 'third in key'
    if (steps === 4 && lower === 0) return 'fifth in key'
  }
  return LARGE_FORM[size] ?? size
}

/** The paper's rules on any tonality, with what was wrong with them mended. */
export const MENDED_TERMS: readonly RewardTerm[] = JAQUES_TERMS.map(
  (each) => [keyOfMode, tonicOfMode, intervalsOfMode].find(({ name }) => name === each.name) ?? each,
)

/**
 * -1 for a note that comes a fifth time on end, and for a hold or a rest that has lasted a bar; holds of a note are not at a
 * repetition.
 */
const repeatedNotes = term('repetition', ({ history, action }) => {
  if (isPitch(action)) return notesOnEnd(history, action) > 3 ? -1 : 0
  return history.length >= STEPS_PER_BAR && !history.slice(1 - STEPS_PER_BAR).some(isPitch) ? -1 : 0
})

function notesOnEnd(history: readonly number[], pitch: number): number {
  let count = 0
  for (let n = history.length - 1; n >= 0; n--) {
    const event = itemAt(history, n)
    if (!isPitch(event)) continue
    if (event !== pitch) break
    count++
  }
  return count
}

/** 1 for the first note in a bar of those that distinguish the mode from plain major or minor. */
const colour = term('colour', ({ history, action, tonality }) => {
  const own = colourOf(tonality.mode)
  const isOwn = (event: number): boolean => isPitch(event) && own.includes(aboveTonic(event, tonality))
  const begun = history.length % STEPS_PER_BAR
  return isOwn(action) && !history.slice(history.length - begun).some(isOwn) ? 1 : 0
})

const STEPS_OF_CADENCE = 8

/** 1 where the tonic is reached by step or from the fifth in the last half bar, 1 more where it sounds on the last step. */
const cadence = term('cadence', ({ history, action, totalSteps, tonality }) => {
  const isTonic = isTonicOf(tonality)
  const before = jaques.lastPitch(history)
  let reward = 0
  if (totalSteps - history.length <= STEPS_OF_CADENCE && isTonic(action) && before !== null) {
    const degree = degreeOf(before, tonality)
    if (degree === 4 || ((degree === 1 || degree === 6) && Math.abs(action - before) <= 2)) reward += 1
  }
  if (history.length + 1 === totalSteps && soundsTonic(history, action, isTonic)) reward += 1
  return reward
})

function soundsTonic(history: readonly number[], action: number, isTonic: (event: number) => boolean): boolean {
  const events = [...history, action]
  const last = events.findLast((event) => event !== NO_EVENT)
  return last !== undefined && isTonic(last)
}

const SIMILAR = { from: 0.5, to: 0.9 }

/** 1 where a bar shares half to nine tenths of its notes with an earlier one, -1 where it is a copy. */
const similarity = term('similarity', ({ history, action }) => {
  const likeness = barLikeness(history, action, STEPS_PER_BAR)
  if (likeness === null || likeness < SIMILAR.from) return 0
  return likeness <= SIMILAR.to ? 1 : -1
})

const developed = (name: string, kinds: readonly Transformation[]): RewardTerm =>
  term(name, ({ development }) => {
    const kind = development()
    return kind !== null && kinds.includes(kind) ? 1 : 0
  })

const developments: readonly RewardTerm[] = [
  developed('transposition', ['transposed', 'diatonic']),
  developed('inversion', ['inverted']),
  developed('retrograde', ['retrograde']),
  developed('augmentation', ['augmented']),
  developed('one-note development', ['one note changed']),
  developed('exact repeat', ['exact']),
]

const weighted = (terms: readonly RewardTerm[], weights: Readonly<Record<string, number>>): RewardTerm[] =>
  terms.map((each) => ({ ...each, weight: propertyOf(weights, each.name) }))

/** The rules the study wished for: modes by their degrees, motifs that develop, bars that resemble, a cadence. */
export const MODAL_TERMS: readonly RewardTerm[] = weighted(
  [
    keyOfMode,
    tonicOfMode,
    repeatedNotes,
    ...MENDED_TERMS.filter(({ name }) => ['motif', 'intervals', 'leaps', 'extremes'].includes(name)),
    colour,
    cadence,
    similarity,
    ...developments,
  ],
  {
    key: 4,
    tonic: 0.25,
    repetition: 8,
    motif: 0.3,
    intervals: 0.2,
    leaps: 0.4,
    extremes: 0.2,
    colour: 1,
    cadence: 2,
    similarity: 2,
    transposition: 3,
    inversion: 3,
    retrograde: 3,
    augmentation: 3,
    'one-note development': 2,
    'exact repeat': 0.5, // a motif must be heard again before it can develop; a copy alone is worth little
  },
)
