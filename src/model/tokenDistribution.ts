import {
  INTERVAL_CLASSES,
  intervalClass,
  LENGTH_CLASSES,
  lengthClass,
  LONG_LENGTHS,
  PITCHES,
} from '../dataset/tokenClasses.ts'
import { LONGEST_TOKEN, type Token } from '../dataset/tokens.ts'
import { log } from './portableMath.ts'
import { itemAt } from '../support/itemAt.ts'

const LONG = LENGTH_CLASSES
const ESCAPE = INTERVAL_CLASSES - 1

/** What comes after a token, once its length is known. */
export interface NextToken {
  /** Probability that a rest follows; 0 after a rest. */
  readonly rest: number
  /** Probability of each interval class, given that a note follows [INTERVAL_CLASSES]. */
  readonly intervals: ArrayLike<number>
}

/** What a model says of a token that has begun and of the one that follows it. */
export interface TokenDistribution {
  /** Probability of each length class [LENGTH_CLASSES]. */
  readonly lengths: ArrayLike<number>
  /** @param length steps of the token, 1 to 511. */
  readonly next: (length: number) => NextToken
  /** Pitch that the next note's interval is counted from. */
  readonly reference: number
}

/** The same distribution, which works out what follows a length once. */
export function rememberingNext(distribution: TokenDistribution): TokenDistribution {
  const known = new Map<number, NextToken>()
  return {
    ...distribution,
    next(length) {
      const found = known.get(length) ?? distribution.next(length)
      known.set(length, found)
      return found
    },
  }
}

/** Probability that a token has exactly this length, 1 to 511. */
export function lengthProbability(lengths: ArrayLike<number>, length: number): number {
  const share = itemAt(lengths, lengthClass(length))
  return length < LONG ? share : share / LONG_LENGTHS
}

/** Probability that a token is at least this long; 0 above 511. */
export function survival(lengths: ArrayLike<number>, length: number): number {
  const long = itemAt(lengths, LENGTH_CLASSES - 1)
  if (length >= LONG) return length > LONGEST_TOKEN ? 0 : (long * (LONGEST_TOKEN - length + 1)) / LONG_LENGTHS
  let sum = long
  for (let n = LENGTH_CLASSES - 2; n >= length - 1; n--) sum += lengths[n]!
  return sum
}

/**
 * Probability of each MIDI pitch [128], given that a note follows: classes outside the MIDI pitches have none, and the rest
 * is scaled to sum to 1.
 */
export function pitchProbabilities(intervals: ArrayLike<number>, reference: number): Float64Array {
  const pitches = new Float64Array(PITCHES)
  let far = 0
  let sum = 0
  for (let pitch = 0; pitch < PITCHES; pitch++) {
    const n = intervalClass(pitch - reference)
    if (n === ESCAPE) far++
    else sum += pitches[pitch] = intervals[n]!
  }
  if (far > 0) sum += itemAt(intervals, ESCAPE)
  const each = far > 0 ? itemAt(intervals, ESCAPE) / far : 0
  for (let pitch = 0; pitch < PITCHES; pitch++) {
    const isFar = intervalClass(pitch - reference) === ESCAPE
    pitches[pitch] = (isFar ? each : pitches[pitch]!) / sum
  }
  return pitches
}

/** Probability that a token which has lasted `age` steps ends there: P(length = age) / P(length >= age). */
export function hazard(lengths: ArrayLike<number>, age: number): number {
  const alive = survival(lengths, age)
  return age >= LONGEST_TOKEN || alive <= 0 ? 1 : Math.min(1, lengthProbability(lengths, age) / alive)
}

/** Least probability the event view gives, so that a tuner or another model's events never meet a logarithm of 0. */
export const LEAST_PROBABILITY = 1e-12

const HOLD = 0
const OFF = 1
const FIRST_PITCH = 2
/** NO_EVENT, NOTE_OFF and 128 pitches, as `mono` numbers them. */
export const EVENT_CLASSES = FIRST_PITCH + PITCHES

/**
 * The event view: probability of each event on the step `age` steps after the token's first [130], age from 1 up. Along a
 * melody these multiply to the probability of its tokens.
 */
export function eventProbabilities({ lengths, next, reference }: TokenDistribution, age: number): Float64Array {
  const events = new Float64Array(EVENT_CLASSES)
  const begins = hazard(lengths, age)
  events[HOLD] = 1 - begins
  if (begins > 0) {
    const { rest, intervals } = next(Math.min(age, LONGEST_TOKEN))
    events[OFF] = begins * rest
    const note = begins * (1 - rest)
    if (note > 0) {
      const pitches = pitchProbabilities(intervals, reference)
      for (let pitch = 0; pitch < PITCHES; pitch++) events[FIRST_PITCH + pitch] = note * pitches[pitch]!
    }
  }
  return events
}

/** The view with no event below the least probability, scaled to sum to 1. */
export function floored(events: Float64Array): Float64Array {
  let sum = 0
  for (let n = 0; n < events.length; n++) sum += events[n] = Math.max(events[n]!, LEAST_PROBABILITY)
  for (let n = 0; n < events.length; n++) events[n]! /= sum
  return events
}

/** Log-probability of a token's length, of whether a rest or a note follows, and of the interval to that note; 0 = not asked. */
export interface TokenLogs {
  readonly length: number
  readonly rest: number
  readonly interval: number
}

/** What follows a token, question by question: of the last one only that it is at least so long is known. */
export function tokenLogs(
  { lengths, next, reference }: TokenDistribution,
  { length }: Token,
  following: Token | null,
): TokenLogs {
  if (following === null) return { length: log(survival(lengths, length)), rest: 0, interval: 0 }
  const { rest, intervals } = next(length)
  const ends = log(lengthProbability(lengths, length))
  if (following.pitch === null) return { length: ends, rest: log(rest), interval: 0 }
  const interval = log(itemAt(pitchProbabilities(intervals, reference), following.pitch))
  return { length: ends, rest: log(1 - rest), interval }
}

/** Log-probability of what follows a token: its length, then the token after it; of the last one that it is at least so long. */
export function tokenLogProbability(distribution: TokenDistribution, token: Token, following: Token | null): number {
  const { length, rest, interval } = tokenLogs(distribution, token, following)
  return length + (rest + interval)
}
