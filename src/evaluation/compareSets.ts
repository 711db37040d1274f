import { itemAt } from '../support/itemAt.ts'
import { both } from '../support/both.ts'
/**
 * How alike two sets of pieces are in one feature, after MGEval (Yang & Lerch 2018, doi 10.1007/s00521-018-3849-7): the
 * distances within a set against those between the sets, as densities. Both are estimated on one shared grid; the original
 * samples each on its own, which compares values at different places.
 */
export interface SetComparison {
  /** Pieces of each set for which the feature is defined. */
  readonly n: readonly [number, number]
  /** Overlap of the distances within the first set and those between the two, 0-1: 1 = the second set is like the first. */
  readonly overlapArea: number
  /** Kullback-Leibler divergence of the same two densities, nats; 0 = alike. */
  readonly divergence: number
  /** Mean distance within each set, and between them, in the feature's unit. */
  readonly within: readonly [number, number]
  readonly between: number
}

const GRID = 1000

/** NaN in a value leaves its piece out; NaN results for sets of fewer than three pieces, or where all distances are one. */
export function compareSets(first: readonly number[], second: readonly number[]): SetComparison {
  const [a, b] = both([first, second], (values) => values.filter((value) => !Number.isNaN(value)))
  const [withinA, withinB, between] = [distancesWithin(a), distancesWithin(b), distancesBetween(a, b)]
  const sizes = [a.length, b.length] as const
  const means = { within: [meanOf(withinA), meanOf(withinB)] as const, between: meanOf(between) }
  const densities = a.length < 3 || b.length < 3 ? null : densitiesOf(withinA, between)
  if (densities === null) return { n: sizes, overlapArea: NaN, divergence: NaN, ...means }
  return { n: sizes, ...overlapOf(densities), ...means }
}

/** Distances of all ordered pairs. */
function distancesWithin(values: readonly number[]): Float64Array {
  const n = values.length
  const distances = new Float64Array(Math.max(0, n * (n - 1)))
  let place = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (i !== j) distances[place++] = Math.abs(itemAt(values, i) - itemAt(values, j))
  }
  return distances
}

function distancesBetween(a: readonly number[], b: readonly number[]): Float64Array {
  const distances = new Float64Array(a.length * b.length)
  a.forEach((x, i) => b.forEach((y, j) => (distances[i * b.length + j] = Math.abs(x - y))))
  return distances
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)
const meanOf = (values: Float64Array): number => (values.length === 0 ? NaN : sumOf(values) / values.length)

interface Densities {
  readonly first: Float64Array
  readonly second: Float64Array
  readonly spacing: number
}

function densitiesOf(first: Float64Array, second: Float64Array): Densities | null {
  const low = Math.min(lowest(first), lowest(second))
  const high = Math.max(highest(first), highest(second))
  if (!(high > low)) return null
  const spacing = (high - low) / (GRID - 1)
  const [a, b] = [density(first, low, spacing), density(second, low, spacing)]
  return a && b && { first: a, second: b, spacing }
}

const lowest = (values: Float64Array): number => values.reduce((least, value) => Math.min(least, value), Infinity)
const highest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), -Infinity)

/**
 * Gaussian kernel density on the grid, Scott's bandwidth; null where all values are one. The values are first shared out
 * between their two neighbours on the grid, so that time depends on the grid alone, not on the number of values.
 */
function density(values: Float64Array, low: number, spacing: number): Float64Array | null {
  const mean = meanOf(values)
  const variance = sumOf(values.map((value) => (value - mean) ** 2)) / (values.length - 1)
  const bandwidth = Math.sqrt(variance) * values.length ** -0.2
  if (!(bandwidth > 0)) return null
  const counts = new Float64Array(GRID)
  for (const value of values) {
    const place = (value - low) / spacing
    const left = Math.min(GRID - 2, Math.floor(place))
    counts[left] = itemAt(counts, left) + (left + 1 - place)
    counts[left + 1] = itemAt(counts, left + 1) + (place - left)
  }
  return smoothed(counts, bandwidth / spacing, values.length * spacing)
}

function smoothed(counts: Float64Array, bandwidth: number, total: number): Float64Array {
  const reach = Math.min(GRID - 1, Math.ceil(8 * bandwidth))
  const kernel = Float64Array.from({ length: reach + 1 }, (_, n) => Math.exp(-0.5 * (n / bandwidth) ** 2))
  // Its sum on the grid; a narrow kernel's differs from the integral.
  const area = 2 * sumOf(kernel) - 1
  return counts.map((_, place) => {
    let sum = 0
    // Off the grid there is nothing to add, and asking for it there takes most of the time.
    const last = Math.min(GRID - 1, place + reach)
    for (let n = Math.max(0, place - reach); n <= last; n++)
      sum += itemAt(counts, n) * itemAt(kernel, Math.abs(n - place))
    return sum / area / total
  })
}

function overlapOf({ first, second, spacing }: Densities): { overlapArea: number; divergence: number } {
  const [totalFirst, totalSecond] = [sumOf(first), sumOf(second)]
  let [area, divergence] = [0, 0]
  for (let n = 0; n < GRID; n++) {
    const edge = n === 0 || n === GRID - 1 ? 0.5 : 1 // trapezoids
    area += edge * Math.min(itemAt(first, n), itemAt(second, n)) * spacing
    const [p, q] = [itemAt(first, n) / totalFirst, itemAt(second, n) / totalSecond]
    if (p > 0) divergence += p * Math.log(p / Math.max(q, Number.MIN_VALUE))
  }
  return { overlapArea: area, divergence }
}
