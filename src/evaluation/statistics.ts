import { cumulativeStdNormalProbability, mean } from 'simple-statistics'
import { mulberry32, seedFrom } from '../support/random.js'
import { type BootstrapOptions, interval, percentileInterval, resampled } from './intervals.js'
import type { Interval } from '../iterations/summary.js'

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
  return { ...percentileInterval(kept.length, options, (drawn) => meanAt(kept, drawn)), n: kept.length }
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
  const draws = [first, second].map((values, which) => {
    const seed = seedFrom(options.seed ?? 1, 'side', which)
    return resampled(values.length, { ...options, seed }, (drawn) => [meanAt(values, drawn)])[0]!
  })
  const [ofFirst, ofSecond] = draws as [Float64Array, Float64Array]
  const differences = ofSecond.map((value, draw) => value - ofFirst[draw]!)
  return { ...interval(mean(second) - mean(first), differences), n }
}

function meanAt(values: readonly number[], drawn: Int32Array): number {
  let sum = 0
  for (const place of drawn) sum += values[place]!
  return sum / drawn.length
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
  const found = Math.abs(kept.reduce((sum, value) => sum + value, 0)) * (1 - 1e-12)
  const signs = kept.length <= MOST_EXACT ? everySign(kept.length) : drawnSigns(kept.length, seed)
  let [asFar, all] = [0, 0]
  for (const isFlipped of signs) {
    const sum = kept.reduce((total, value, n) => total + (isFlipped(n) ? -value : value), 0)
    if (Math.abs(sum) >= found) asFar++
    all++
  }
  // Of drawn permutations the one that was found is one more.
  return kept.length <= MOST_EXACT ? asFar / all : (asFar + 1) / (all + 1)
}

function* everySign(count: number): Generator<(n: number) => boolean> {
  for (let bits = 0; bits < 2 ** count; bits++) yield (n) => ((bits >> n) & 1) === 1
}

function* drawnSigns(count: number, seed: number): Generator<(n: number) => boolean> {
  const random = mulberry32(seed)
  for (let draw = 0; draw < PERMUTATIONS; draw++) {
    const flips = Uint8Array.from({ length: count }, () => (random.next() < 0.5 ? 1 : 0))
    yield (n) => flips[n] === 1
  }
}

/**
 * Probabilities of several tests, each as large as it must be for all of them together to be right (Holm 1979); in their
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
    if (passes(sorted[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Two-sided probability that a proportion so far from `chance` is chance alone (normal approximation with continuity
 * correction); NaN without trials.
 */
export function proportionProbability(successes: number, trials: number, chance: number): number {
  if (trials === 0) return NaN
  const spread = Math.sqrt(trials * chance * (1 - chance))
  const distance = Math.max(0, Math.abs(successes - trials * chance) - 0.5)
  return Math.min(1, 2 * (1 - cumulativeStdNormalProbability(distance / spread)))
}
