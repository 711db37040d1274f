import { LONGEST_TOKEN } from '../dataset/tokens.ts'
import { log } from '../model/portableMath.ts'
import { tempered } from '../model/temperedTokens.ts'
import {
  eventProbabilities,
  LEAST_PROBABILITY,
  lengthProbability,
  survival,
  type TokenDistribution,
} from '../model/tokenDistribution.ts'
import type { Random } from '../support/random.ts'
import { cut } from '../model/cut.ts'
import { type Decoding, inverseCdf, likeliest } from './decode.ts'
import { itemAt } from '../support/itemAt.ts'

/** The token that has begun, how much of the melody is left, and how what follows is drawn. */
export interface TokenDraw {
  /** Steps it has lasted, from 1 up. */
  readonly age: number
  /** Steps still to add. */
  readonly left: number
  readonly decoding: Decoding
  readonly random: Random
}

/** How the token goes on, and what follows it. */
export interface DrawnToken {
  /** Steps on which nothing begins; all that are left where it lasts to the end. */
  readonly holds: number
  /** Label of the event after them, a pitch or a note-off; null where the token lasts to the end. */
  readonly label: number | null
  /** Nats, at the temperatures and before top-k and top-p cut anything, of all these events. */
  readonly logProbability: number
}

/**
 * Draws how long a token lasts and what follows it: the same distribution as draws of single events, by heads instead of by steps.
 * One draw from `random` for the length and one for what follows; at temperature 0 the likeliest is taken.
 */
export function drawToken(distribution: TokenDistribution, { age, left, decoding, random }: TokenDraw): DrawnToken {
  const { temperature, rhythmTemperature = temperature, topK, topP } = decoding
  const all = tempered(distribution, { ...decoding, topP: null })
  const kept = topP === null ? all : tempered(distribution, decoding)
  const lengths = cut(Float64Array.from(kept.lengths), topK, null)
  const length = rhythmTemperature === 0 ? likeliestLength(lengths, age) : drawLength(lengths, age, random)
  const alive = survival(all.lengths, age)
  if (length - age >= left)
    return { holds: left, label: null, logProbability: logRatio(survival(all.lengths, age + left), alive) }
  const events = eventProbabilities(kept, length)
  events[0] = 0 // something begins
  const following = cut(events, topK, null)
  const label = temperature === 0 ? likeliest(following) : inverseCdf(following, random.next())
  const held = logRatio(survival(all.lengths, length), alive)
  const begun = log(Math.max(itemAt(eventProbabilities(all, length), label), LEAST_PROBABILITY))
  return { holds: length - age, label, logProbability: held + begun }
}

const logRatio = (part: number, whole: number): number => log(Math.max(whole > 0 ? part / whole : 1, LEAST_PROBABILITY))

/** A length of at least `age`; `age` itself where all those are cut away. */
function drawLength(lengths: ArrayLike<number>, age: number, random: Random): number {
  let left = random.next() * survival(lengths, age)
  let drawn = age
  for (let length = age; length <= LONGEST_TOKEN; length++) {
    const probability = lengthProbability(lengths, length)
    if (probability === 0) continue
    drawn = length
    left -= probability
    if (left < 0) break
  }
  return drawn
}

/** The likeliest length of all; `age` where it is past. */
const likeliestLength = (lengths: ArrayLike<number>, age: number): number => Math.max(age, likeliest(lengths) + 1)
