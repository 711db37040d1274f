import { intervalClass, PITCHES } from '../dataset/tokenClasses.ts'
import { exp, log } from './portableMath.ts'
import { scaledToOne } from './shares.ts'
import type { NextToken, TokenDistribution } from './tokenDistribution.ts'
import { itemAt } from '../support/itemAt.ts'

/** How the heads of a network of notes are drawn from. */
export interface HeadDecoding {
  /** Of pitches and rests; 0 takes the likeliest. */
  readonly temperature: number
  /** Of lengths; absent = the same. */
  readonly rhythmTemperature?: number
  /** Only the fewest likeliest lengths, and intervals, that hold this share of the probability; null = all. */
  readonly topP: number | null
}

/**
 * A distribution whose heads are sharpened or flattened each by itself, and cut to the likeliest answers. Sharpening the events of
 * single steps instead would make "hold" likelier on every one of them, and notes longer than either head says.
 */
export function tempered(
  { lengths, next, reference }: TokenDistribution,
  { temperature, rhythmTemperature = temperature, topP }: HeadDecoding,
): TokenDistribution {
  if (temperature === 1 && rhythmTemperature === 1 && topP === null) return { lengths, next, reference }
  return {
    lengths: likeliestShare(powered(lengths, rhythmTemperature), topP),
    next: (length) => temperedNext(next(length), reference, { temperature, topP }),
    reference,
  }
}

function temperedNext(
  { rest, intervals }: NextToken,
  reference: number,
  { temperature, topP }: Pick<HeadDecoding, 'temperature' | 'topP'>,
): NextToken {
  const [, ofRest = 0] = powered([1 - rest, rest], temperature)
  return { rest: ofRest, intervals: likeliestShare(powered(reachable(intervals, reference), temperature), topP) }
}

/** The intervals without those that lead out of the MIDI pitches: cutting to the likeliest must leave a note that can be played. */
function reachable(intervals: ArrayLike<number>, reference: number): Float64Array {
  const kept = new Float64Array(intervals.length)
  for (let pitch = 0; pitch < PITCHES; pitch++) {
    const n = intervalClass(pitch - reference)
    kept[n] = intervals[n]!
  }
  return scaledToOne(kept)
}

/** Probabilities to the power of 1 / temperature, scaled to sum to 1; at 0 all of it to the likeliest, the first of several. */
export function powered(probabilities: ArrayLike<number>, temperature: number): Float64Array {
  if (temperature === 1) return Float64Array.from(probabilities)
  let best = 0
  for (let n = 1; n < probabilities.length; n++) if (probabilities[n]! > probabilities[best]!) best = n
  if (temperature === 0) return Float64Array.from(probabilities, (_, n) => (n === best ? 1 : 0))
  const largest = log(itemAt(probabilities, best))
  const powers = Float64Array.from(probabilities, (p) => (p === 0 ? 0 : exp((log(p) - largest) / temperature)))
  return scaledToOne(powers)
}

/** The likeliest answers that hold this share of the probability, the others 0; scaled to sum to 1. Of equal ones the first. */
function likeliestShare(probabilities: Float64Array, topP: number | null): Float64Array {
  if (topP === null || topP === 1) return probabilities
  const ranked = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]! || a - b)
  const kept = new Float64Array(probabilities.length)
  let held = 0
  for (const n of ranked) {
    if (held >= topP && held > 0) break
    kept[n] = probabilities[n]!
    held += kept[n]
  }
  return scaledToOne(kept)
}
