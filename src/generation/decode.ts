import { cut } from '../model/cut.ts'
import type { Stepped } from '../model/inference.ts'
import { exp, log } from '../model/portableMath.ts'
import { LEAST_PROBABILITY } from '../model/tokenDistribution.ts'
import type { Random } from '../support/random.ts'
import { itemAt } from '../support/itemAt.ts'

/** How a label is chosen from the logits. */
export interface Decoding {
  /** Logits are divided by it: below 1 safer, above 1 wilder; 0 takes the likeliest label and draws nothing. */
  readonly temperature: number
  /** Of lengths, in a network of notes; absent = the same. */
  readonly rhythmTemperature?: number
  /** Only this many of the likeliest labels may be drawn; null = all. */
  readonly topK: number | null
  /** Only the fewest likeliest labels that hold this share of the probability may be drawn; null = all. */
  readonly topP: number | null
}

/** A share of the likeliest as decoding takes it: all of them need no cut. */
export const topShare = (share: number): number | null => (share === 1 ? null : share)

/** A decoded sequence. */
export interface Decoded {
  readonly label: number
  /**
   * Nats, at the temperature (at temperature 0: at 1) and before top-k and top-p cut anything, so that beams stay
   * comparable.
   */
  readonly logProbability: number
}

/**
 * Chooses one label: one draw from `random`, none at temperature 0. Portable: the same logits and seed give the same
 * label everywhere.
 * @example decode(logits, { temperature: 1, topK: null, topP: null }, mulberry32(7)).label
 */
export function decode(logits: Float32Array, decoding: Decoding, random: Random): Decoded {
  const { temperature, topK, topP } = decoding
  if (temperature === 0) {
    const label = likeliest(logits)
    return { label, logProbability: logProbability(logits, label, 1) }
  }
  const kept = cut(softmax(logits, temperature), topK, topP)
  const label = inverseCdf(kept, random.next())
  return { label, logProbability: logProbability(logits, label, temperature) }
}

/**
 * Chooses the label after a step, as `decode`. A network of notes is drawn from by its heads: temperature and top-p act on each
 * of them, top-k on the labels.
 */
export function decodeStep({ logits, drawnBy }: Stepped, decoding: Decoding, random: Random): Decoded {
  if (drawnBy === undefined) return decode(logits, decoding, random)
  const { temperature, rhythmTemperature = temperature, topK } = decoding
  const all = drawnBy(decoding.topP === null ? decoding : { ...decoding, topP: null })
  const kept = cut(decoding.topP === null ? all : drawnBy(decoding), topK, null)
  const isPlain = temperature === 0 && rhythmTemperature === 0
  const label = isPlain ? likeliest(kept) : inverseCdf(kept, random.next())
  return {
    label,
    logProbability: log(Math.max(isPlain ? exp(itemAt(logits, label)) : itemAt(all, label), LEAST_PROBABILITY)),
  }
}

/** Probability of each label at a temperature above 0; adds up to 1. */
export function softmax(logits: Float32Array, temperature = 1): Float64Array {
  const { scaled, logTotal } = scale(logits, temperature)
  return scaled.map((value) => exp(value - logTotal))
}

/** Log probability of one label, in nats, at a temperature above 0. */
export function logProbability(logits: Float32Array, label: number, temperature: number): number {
  const { scaled, logTotal } = scale(logits, temperature)
  return itemAt(scaled, label) - logTotal
}

/** Logits over temperature, less the largest of them, and the log of the sum of their exponentials. */
function scale(logits: Float32Array, temperature: number): { scaled: Float64Array; logTotal: number } {
  const largest = itemAt(logits, likeliest(logits))
  const scaled = new Float64Array(logits).map((logit) => (logit - largest) / temperature)
  return { scaled, logTotal: log(scaled.reduce((total, value) => total + exp(value), 0)) }
}

/** The label of the largest logit, the first of several. */
export function likeliest(logits: ArrayLike<number>): number {
  let [best, largest] = [0, logits[0] ?? NaN]
  for (let label = 1; label < logits.length; label++) {
    const logit = logits[label] ?? NaN
    if (logit > largest) [best, largest] = [label, logit]
  }
  return best
}

/**
 * The first label whose cumulative share is above `u`, a uniform in [0, 1). The probabilities need not add up to 1.
 * @example inverseCdf(Float64Array.of(0.25, 0.75), 0.25) // 1
 */
export function inverseCdf(probabilities: Float64Array, u: number): number {
  let sum = 0
  const cumulative = probabilities.map((share) => (sum += share))
  // The last share is 1 and u is below it, so there is always such a label.
  return cumulative.findIndex((value) => value / sum > u)
}
