import { isPitch, NO_EVENT, NOTE_OFF } from '../melody/melody.ts'
import { itemAt } from '../support/itemAt.ts'

/**
 * The rules of the RL Tuner (Jaques, Gu, Turner & Eck 2016, arXiv 1611.02796) with the values of Magenta 2.1.4, as pure
 * functions of the events so far and the next one; equal to it step by step (tests/goldens/rlTuner.test.ts). In C major,
 * as there: what the rules ask of other keys, and what they should have asked, is in `terms.ts`.
 */

/**
 * Its actions as its rewards read them: 0 note off, 1 no event, then the pitches 48-83. Its decoder, and the note-rnn it
 * tunes, have the first two the other way round.
 */
const LOWEST_PITCH = 48
const HIGHEST_PITCH = 83
const SPECIAL_ACTIONS = 2
/** Number of actions of the paper. */
export const ACTIONS = HIGHEST_PITCH - LOWEST_PITCH + 1 + SPECIAL_ACTIONS

/** The number the original has for an event: 2 for pitch 48. Pitches outside its 38 actions continue below and above. */
export const actionOfEvent = (event: number): number =>
  isPitch(event) ? event - LOWEST_PITCH + SPECIAL_ACTIONS : NOTE_OFF - event
/** The event of an action of the paper. */
export const eventOfAction = (action: number): number =>
  action < SPECIAL_ACTIONS ? NOTE_OFF - action : action - SPECIAL_ACTIONS + LOWEST_PITCH

/** Whether an event is one of its 38 actions. */
export const isAction = (event: number): boolean => !isPitch(event) || (event >= LOWEST_PITCH && event <= HIGHEST_PITCH)

const C_MAJOR = [true, false, true, false, true, true, false, true, false, true, false, true]
const MIDDLE_C = 60
const isC = (event: number): boolean => event % 12 === 0
const isE = (event: number): boolean => event % 12 === 4
const isG = (event: number): boolean => event % 12 === 7

/** Whether an event is anything but a note outside C major; a pitch beyond the actions counts as outside. */
export const isInKey = (event: number): boolean => !isPitch(event) || (isAction(event) && itemAt(C_MAJOR, event % 12))

/** -1 for a note outside C major, else 0. */
export const keyPenalty = (action: number): number => (isInKey(action) ? 0 : -1)

const STEPS_OF_END = 4

/**
 * 3 for `isTonic` on the first step and on the fourth before the end, and for holding it from there (at the very end also
 * for a rest); else 0.
 */
export function tonicReward(
  step: number,
  action: number,
  totalSteps: number,
  isTonic: (event: number) => boolean = (event) => event === MIDDLE_C,
): number {
  const end = totalSteps - STEPS_OF_END
  if (step === 0 || step === end) return isTonic(action) ? 3 : 0
  if (step === end + 1) return action === NO_EVENT ? 3 : 0
  return step > end + 1 && !isPitch(action) ? 3 : 0
}

/**
 * Whether an event comes too often in a row: more than 4 times before, or 6 with holds or rests between; a third rest. The
 * original counts holds as any event, so a note held for six steps is excessive too.
 */
export function isExcessive(history: readonly number[], action: number): boolean {
  let repeats = 0
  let gaps = false
  for (let n = history.length - 1; n >= 0; n--) {
    const event = itemAt(history, n)
    if (event === action) repeats++
    else if (isPitch(event)) break
    else gaps = true
  }
  if (action === NOTE_OFF && repeats > 1) return true
  return repeats > (gaps ? 6 : 4)
}

/** -100 for an event that comes too often, else 0. */
export const repeatPenalty = (history: readonly number[], action: number): number =>
  isExcessive(history, action) ? -100 : 0

/**
 * Correlation of values with themselves `lag` steps later: sum of (x[t] - m)(x[t + lag] - m) / n / variance, in -1 to 1; NaN
 * where nothing varies.
 */
export function autocorrelation(values: readonly number[], lag: number): number {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  let [squares, products] = [0, 0]
  for (let i = 0; i < n; i++) {
    const centred = itemAt(values, i) - mean
    squares += centred * centred
    if (i >= lag) products += centred * (itemAt(values, i - lag) - mean)
  }
  return products / squares
}

/** Lags of the autocorrelation rules. */
export const LAGS = [1, 2, 3] as const
const CORRELATED = 0.15

/** -3 |rho| for each lag from 1 to 3 at which the actions, the new one included, correlate by more than .15. */
export function autocorrelationPenalty(history: readonly number[], action: number): number {
  const actions = [...history.map(actionOfEvent), actionOfEvent(action)]
  let penalty = 0
  for (const lag of LAGS) {
    const size = Math.abs(autocorrelation(actions, lag))
    if (size > CORRELATED) penalty -= 3 * size
  }
  return penalty
}

/** Steps in which a motif has to happen: the original's bar. */
export const MOTIF_STEPS = 8
const MOTIF_PITCHES = 3

/** Different pitches in the last 8 events; 0 where there are fewer than 8 events. */
function motifPitches(events: readonly number[]): number {
  if (events.length < MOTIF_STEPS) return 0
  return new Set(events.slice(-MOTIF_STEPS).filter(isPitch)).size
}

/** Whether the last 8 events are a motif: three or more different pitches. */
export const endsInMotif = (events: readonly number[]): boolean => motifPitches(events) >= MOTIF_PITCHES

/** 3 + .3 (k - 3) where the last 8 steps hold k >= 3 different pitches, else 0. */
export function motifReward(history: readonly number[], action: number): number {
  const pitches = motifPitches([...history.slice(1 - MOTIF_STEPS), action])
  return pitches >= MOTIF_PITCHES ? 3 + 0.3 * (pitches - MOTIF_PITCHES) : 0
}

/** Whether the motif that `action` ends was there before, step by step and without sharing a step with it. */
export function repeatsMotif(history: readonly number[], action: number): boolean {
  const motif = [...history.slice(1 - MOTIF_STEPS), action]
  if (!endsInMotif(motif)) return false
  const last = history.length - (MOTIF_STEPS - 1) - MOTIF_STEPS
  for (let start = 0; start <= last; start++) {
    if (motif.every((event, n) => history[start + n] === event)) return true
  }
  return false
}

/** 4 + (k - 3) for a motif of k different pitches that was there before, else 0. */
export function repeatedMotifReward(history: readonly number[], action: number): number {
  if (!repeatsMotif(history, action)) return 0
  return 4 + motifPitches([...history.slice(1 - MOTIF_STEPS), action]) - MOTIF_PITCHES
}

/** The last pitch that was begun; null before the first. */
export function lastPitch(history: readonly number[]): number | null {
  for (let n = history.length - 1; n >= 0; n--) if (isPitch(itemAt(history, n))) return itemAt(history, n)
  return null
}

/** What lies between the last note and the next event: semitones, or one of these. */
export type IntervalKind =
  | number
  | 'none'
  | 'rest'
  | 'hold'
  | 'rest on a stable note'
  | 'hold on a stable note'
  | 'fifth in key'
  | 'third in key'

/** The interval to the next event; `none` before the first note. */
export function intervalTo(history: readonly number[], action: number): IntervalKind {
  const before = lastPitch(history)
  if (before === null) return 'none'
  const stable = isC(before) || isG(before)
  if (action === NO_EVENT) return stable ? 'hold on a stable note' : 'hold'
  if (action === NOTE_OFF) return stable ? 'rest on a stable note' : 'rest'
  const size = Math.abs(action - before)
  if (size === 7 && stable) return 'fifth in key'
  if (size === 4 && (isC(before) || isE(before))) return 'third in key'
  return size
}

const OCTAVE = 12
const WORTH: Readonly<Record<string, number>> = {
  rest: 0.05,
  hold: 0.075,
  'rest on a stable note': 0.15,
  'hold on a stable note': 0.3,
  'fifth in key': 0.1,
  'third in key': 0.15,
  2: 0.08,
  4: 0.09,
  5: 0.07,
  7: 0.02,
  9: 0.05,
  11: -0.3,
}

/** 5 times what an interval is worth: steps and consonances a little, a seventh -.3, more than an octave -1. */
export function intervalReward(interval: IntervalKind): number {
  if (typeof interval === 'number' && interval > OCTAVE) return -5
  return 5 * (WORTH[interval] ?? 0)
}

/** Where a melody stands with its leaps (a fifth or more). */
export interface LeapState {
  /** 1 after a leap up that is not resolved yet, -1 after one down, else 0. */
  readonly direction: number
  readonly leaptFrom: number | null
  readonly stepsSince: number
}

const NO_LEAP: LeapState = { direction: 0, leaptFrom: null, stepsSince: 0 }

/** What became of a leap. */
export type LeapOutcome = 'none' | 'resolved' | 'doubled'

/** Steps after which leaping back is a resolution. */
const STEPS_BETWEEN_LEAPS = 6
const LEAP = 7

/** What the next event does to a leap: `before` is the last pitch, null before the first. */
function nextLeap(
  state: LeapState,
  before: number | null,
  action: number,
  isFirst: boolean,
): { outcome: LeapOutcome; state: LeapState } {
  if (isFirst) return { outcome: 'none', state }
  const later = { ...state, stepsSince: state.stepsSince + 1 }
  if (!isPitch(action)) return { outcome: 'none', state: later }
  if (before !== null && Math.abs(action - before) >= LEAP) return leapt(state, before, action)
  const { direction, leaptFrom } = state
  const isBack =
    leaptFrom !== null && ((direction > 0 && action <= leaptFrom) || (direction < 0 && action >= leaptFrom))
  return isBack
    ? { outcome: 'resolved', state: { ...later, direction: 0, leaptFrom: null } }
    : { outcome: 'none', state: later }
}

function leapt(state: LeapState, before: number, action: number): { outcome: LeapOutcome; state: LeapState } {
  const direction = action > before ? 1 : -1
  if (state.direction === 0) return { outcome: 'none', state: { direction, leaptFrom: before, stepsSince: 0 } }
  if (state.direction === direction) return { outcome: 'doubled', state: { ...state, stepsSince: 0 } }
  const inTime = state.stepsSince > STEPS_BETWEEN_LEAPS
  return { outcome: inTime ? 'resolved' : 'none', state: { ...NO_LEAP } }
}

/** The leap state after a history. */
export function leapStateOf(history: readonly number[]): LeapState {
  let state = NO_LEAP
  let before: number | null = null
  history.forEach((event, n) => {
    ;({ state } = nextLeap(state, before, event, n === 0))
    if (isPitch(event)) before = event
  })
  return state
}

/** What the next event does to the leap before it. */
export const leapOutcome = (history: readonly number[], action: number): LeapOutcome =>
  nextLeap(leapStateOf(history), lastPitch(history), action, history.length === 0).outcome

/** 5 for a leap resolved, -5 for a second one the same way, else 0. */
export function leapReward(history: readonly number[], action: number): number {
  const outcome = leapOutcome(history, action)
  return outcome === 'resolved' ? 5 : outcome === 'doubled' ? -5 : 0
}

/** Whether the highest event occurs once. */
export function hasUniqueHigh(events: readonly number[]): boolean {
  const highest = events.reduce((most, event) => Math.max(most, event), -Infinity)
  return events.filter((event) => event === highest).length === 1
}

/** Whether the lowest pitch occurs once; false without a note. */
export function hasUniqueLow(events: readonly number[]): boolean {
  const lowest = events.filter(isPitch).reduce((least, event) => Math.min(least, event), Infinity)
  return events.filter((event) => event === lowest).length === 1
}

/** On the last step 3 for a highest note that occurs once and 3 for such a lowest one, else 0. */
export function extremesReward(history: readonly number[], action: number, totalSteps: number): number {
  if (history.length + 1 !== totalSteps) return 0
  const events = [...history, action]
  return (hasUniqueHigh(events) ? 3 : 0) + (hasUniqueLow(events) ? 3 : 0)
}

/** A probability that goes from one value to another in a straight line over `total` steps, and stays there. */
export const annealed = (step: number, total: number, from: number, to: number): number =>
  step >= total ? to : from - (step * (from - to)) / total
