import { mean } from 'simple-statistics'
import { mulberry32, seedFrom } from '../support/random.ts'
import { type BootstrapOptions, interval } from './intervals.ts'
import type { Interval } from '../results/summary.ts'
import { itemAt } from '../support/itemAt.ts'

/** A statistic of pieces with its 95% interval, and how many pieces it is of. */
export interface Estimate extends Interval {
  readonly n: number
}

const defined = (values: readonly number[]): number[] => values.filter((value) => !Number.isNaN(value))

/**
 * The mean over pieces with a percentile bootstrap over them; pieces for which the metric is not defined are left out, and
 * `n` says how many are left. NaN without any.
 */
export function meanEstimate(values: readonly number[], options: BootstrapOptions = {}): Estimate {
  const kept = defined(values)
  if (kept.length === 0) return { value: NaN, low: NaN, high: NaN, n: 0 }
  return { ...interval(mean(kept), bootstrapMeans(kept, options, 0)), n: kept.length }
}

/** The difference of two means (b less a), each bootstrapped over its own pieces. NaN where one has none. */
export function differenceEstimate(
  a: readonly number[],
  b: readonly number[],
  options: BootstrapOptions = {},
): Estimate {
  const [first, second] = [defined(a), defined(b)]
  const n = Math.min(first.length, second.length)
  if (n === 0) return { value: NaN, low: NaN, high: NaN, n }
  const [ofFirst, ofSecond] = [bootstrapMeans(first, options, 0), bootstrapMeans(second, options, 1)]
  return {
    ...interval(
      mean(second) - mean(first),
      ofSecond.map((value, draw) => value - ofFirst[draw]!),
    ),
    n,
  }
}

/** The mean of each of `count` samples drawn with replacement. @param side another one draws other samples. */
function bootstrapMeans(
  values: readonly number[],
  { seed = 1, draws = 10_000 }: BootstrapOptions,
  side: number,
): Float64Array {
  const places = drawnPlaces(values.length, draws, seedFrom(seed, 'side', side))
  const numbers = Float64Array.from(values)
  const means = new Float64Array(draws)
  for (let draw = 0, next = 0; draw < draws; draw++) {
    let sum = 0
    for (let n = 0; n < numbers.length; n++) sum += numbers[places[next++]!]!
    means[draw] = sum / numbers.length
  }
  return means
}

/** The samples drawn last: hundreds of metrics of the same pieces ask for the same ones. */
const DRAWN = new Map<string, Uint16Array | Uint32Array>()
const MOST_DRAWN = 12

function drawnPlaces(count: number, draws: number, seed: number): Uint16Array | Uint32Array {
  const name = `${count} ${draws} ${seed}`
  const known = DRAWN.get(name)
  if (known !== undefined) return known
  const random = mulberry32(seed)
  const places = count < 2 ** 16 ? new Uint16Array(count * draws) : new Uint32Array(count * draws)
  for (let n = 0; n < places.length; n++) places[n] = Math.floor(random.next() * count)
  const [oldest] = DRAWN.keys()
  if (oldest !== undefined && DRAWN.size >= MOST_DRAWN) DRAWN.delete(oldest)
  DRAWN.set(name, places)
  return places
}

const MOST_EXACT = 16
const PERMUTATIONS = 10_000

/**
 * Two-sided probability of a mean of differences so far from 0, were their signs left to chance (a paired sign-flip test):
 * exact for up to 16 differences, else over 10,000 draws. NaN without differences; NaN ones are left out.
 */
export function signFlipProbability(differences: readonly number[], seed = 1): number {
  const kept = defined(differences)
  if (kept.length === 0) return NaN
  const values = Float64Array.from(kept)
  const found = Math.abs(values.reduce((sum, value) => sum + value, 0)) * (1 - 1e-12)
  if (kept.length <= MOST_EXACT) {
    const all = 2 ** kept.length
    let asFar = 0
    for (let bits = 0; bits < all; bits++) if (Math.abs(signedSum(values, () => bits)) >= found) asFar++
    return asFar / all
  }
  const random = mulberry32(seed)
  let asFar = 0
  for (let draw = 0; draw < PERMUTATIONS; draw++) {
    if (Math.abs(signedSum(values, () => random.next() * 2 ** 32)) >= found) asFar++
  }
  // Of drawn permutations the one that was found is one more.
  return (asFar + 1) / (PERMUTATIONS + 1)
}

/** The sum with each sign as a bit says; `more` gives the next 32 of them. */
function signedSum(values: Float64Array, more: () => number): number {
  let [sum, bits] = [0, 0]
  for (let n = 0; n < values.length; n++) {
    if ((n & 31) === 0) bits = more() | 0
    sum += (bits & 1) === 1 ? -values[n]! : values[n]!
    bits >>>= 1
  }
  return sum
}

/**
 * Holm-adjusted p-values of several tests (Holm 1979), in their
 * order. NaN stays NaN and counts for nothing.
 * @example holm([0.01, 0.04]) // [0.02, 0.04]
 */
export function holm(probabilities: readonly number[]): number[] {
  const order = probabilities
    .map((probability, place) => ({ probability, place }))
    .filter(({ probability }) => !Number.isNaN(probability))
    .sort((a, b) => a.probability - b.probability)
  const adjusted = probabilities.map(() => NaN)
  let highest = 0
  order.forEach(({ probability, place }, rank) => {
    highest = Math.max(highest, Math.min(1, probability * (order.length - rank)))
    adjusted[place] = highest
  })
  return adjusted
}

/**
 * How much more often a value of `b` is above one of `a` than below, -1 to 1 (Cliff 1993); NaN where one is empty. NaN values
 * are left out.
 * @example cliffsDelta([1, 2], [2, 3]) // 0.75
 */
export function cliffsDelta(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [defined(a).sort((x, y) => x - y), defined(b)]
  if (first.length === 0 || second.length === 0) return NaN
  const balance = second.reduce((sum, value) => sum + below(first, value) - (first.length - atMost(first, value)), 0)
  return balance / (first.length * second.length)
}

/** How many of the sorted values lie below, and how many not above. */
const below = (sorted: readonly number[], value: number): number => firstPlace(sorted, (each) => each >= value)
const atMost = (sorted: readonly number[], value: number): number => firstPlace(sorted, (each) => each > value)

function firstPlace(sorted: readonly number[], passes: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (passes(itemAt(sorted, middle))) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Two-sided probability of this many successes, or less likely numbers, if each has the probability `chance`:
 * twice the smaller tail of the binomial distribution, at most 1. NaN without trials.
 */
export function proportionProbability(successes: number, trials: number, chance: number): number {
  if (trials === 0) return NaN
  let [below, above] = [0, 0]
  let log = trials * Math.log(1 - chance) // of no success
  for (let count = 0; count <= trials; count++) {
    if (count > 0) log += Math.log((trials - count + 1) / count) + Math.log(chance / (1 - chance))
    if (count <= successes) below += Math.exp(log)
    if (count >= successes) above += Math.exp(log)
  }
  return Math.min(1, 2 * Math.min(below, above))
}
