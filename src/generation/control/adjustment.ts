import { PITCHES } from '../../dataset/tokenClasses.ts'
import { exp, log } from '../../model/portableMath.ts'
import { LEAST_PROBABILITY } from '../../model/tokenDistribution.ts'
import type { Played } from './played.ts'
import { itemAt } from '../../support/itemAt.ts'

/** What a step can bring: nothing, a note-off, a note. */
export const [HOLD, OFF, NOTE] = [0, 1, 2] as const
/** One value for each of the three. */
export type Kinds = readonly [hold: number, off: number, note: number]

/** What a model gives the next step: what kind of event it brings, and which pitch if it is a note. */
export interface EventView {
  /** Their probabilities, which add up to 1. */
  readonly kinds: Kinds
  /** Probability of each MIDI pitch, given that a note begins [128]; all 0 where none can. */
  readonly pitches: Float64Array
}

/** What a control does to the next step: log-weights, by which probabilities are multiplied; -Infinity rules out. */
export interface Adjustment {
  readonly kinds?: Kinds
  /** Of each MIDI pitch, given that a note begins [128]. Kinds keep their probabilities. */
  readonly pitches?: ArrayLike<number>
}

/** Something a melody is held to. */
export interface ControlPart {
  readonly name: string
  /** What it does to the step that follows what was played. */
  readonly adjust: (played: Played) => Adjustment
}

/** A view that was adjusted. */
export interface Adjusted {
  readonly view: EventView
  /** Nats by which it left the model's own: Kullback-Leibler divergence of the adjusted step from the model's. */
  readonly nats: number
}

/**
 * The view under adjustments: every probability times the product of its weights, scaled to sum to 1, kinds and pitches each by
 * themselves. Where all that is allowed has no probability, all that is allowed is equally likely; a kind that is the only
 * one allowed is certain. A note is left out where no pitch is allowed, unless nothing else is.
 */
export function adjusted({ kinds, pitches }: EventView, adjustments: readonly Adjustment[]): Adjusted {
  const tune = weighted(
    pitches,
    sumOf(adjustments.flatMap((each) => (each.pitches === undefined ? [] : [each.pitches]))),
  )
  const weights = sumOf(adjustments.flatMap((each) => (each.kinds === undefined ? [] : [each.kinds]))) ?? [0, 0, 0]
  const open = tune === null ? [itemAt(weights, HOLD), itemAt(weights, OFF), -Infinity] : weights
  const step = weighted(kinds, open) ?? { shares: Float64Array.of(1, 0, 0), nats: 0 }
  const [hold = 0, off = 0, note = 0] = step.shares
  return {
    view: { kinds: [hold, off, note], pitches: tune?.shares ?? pitches },
    nats: step.nats + (tune === null || note === 0 ? 0 : note * tune.nats),
  }
}

function sumOf(lists: readonly ArrayLike<number>[]): ArrayLike<number> | null {
  const [first, ...others] = lists
  if (first === undefined) return null
  return others.length === 0
    ? first
    : Float64Array.from(first, (value, n) => others.reduce((sum, list) => sum + list[n]!, value))
}

interface Weighted {
  readonly shares: Float64Array
  /** Of the new shares from the old. */
  readonly nats: number
}

/** Shares times the exponentials of weights, scaled to sum to 1; null where nothing is allowed. */
function weighted(shares: ArrayLike<number>, weights: ArrayLike<number> | null): Weighted | null {
  if (weights === null) return { shares: Float64Array.from(shares), nats: 0 }
  const result = new Float64Array(shares.length)
  let sum = 0
  for (let n = 0; n < result.length; n++) {
    const weight = weights[n]!
    if (weight === -Infinity || shares[n] === 0) continue
    sum += result[n] = weight === 0 ? shares[n]! : shares[n]! * exp(weight)
  }
  if (!(sum > 0)) return evenly(weights)
  let nats = -log(sum)
  for (let n = 0; n < result.length; n++) {
    if (result[n] === 0) continue
    result[n]! /= sum
    nats += result[n]! * weights[n]!
  }
  return { shares: result, nats: Math.max(0, nats) }
}

/** What is allowed although the model gives it nothing. */
function evenly(weights: ArrayLike<number>): Weighted | null {
  const allowed = Array.from(weights).filter((weight) => weight !== -Infinity).length
  if (allowed === 0) return null
  const shares = Float64Array.from(weights, (weight) => (weight === -Infinity ? 0 : 1 / allowed))
  return { shares, nats: -log(LEAST_PROBABILITY) }
}

/** Log-weights of pitches, from a function of the pitch [128]. */
export const pitchWeights = (weightOf: (pitch: number) => number): Float64Array =>
  Float64Array.from({ length: PITCHES }, (_, pitch) => weightOf(pitch))
