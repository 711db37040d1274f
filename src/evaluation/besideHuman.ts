import { mulberry32, type Random } from '../support/random.ts'
import { type BootstrapOptions, interval } from './intervals.ts'
import type { Interval } from '../results/summary.ts'
import { itemAt, valueAt } from '../support/itemAt.ts'
import { both } from '../support/both.ts'

/** A piece's value in a metric, and its resampling unit: its family, or for a generated piece itself. */
export interface DrawnValue {
  readonly value: number
  readonly unit: string
}

/** How a set's values lie against those of human pieces. */
export interface RankComparison {
  /** Cliff's delta with its interval: the share of pairs in which the set's value is higher, less that in which it is lower. */
  readonly effect: Interval
  /** Pieces with a value, human ones first. */
  readonly n: readonly [number, number]
}

/**
 * Cliff's delta of a set against human pieces, with a percentile bootstrap over their units (families of human pieces, single
 * generated ones). It compares ranks, so a set whose values are nearly all 0 is not thought to lie outside a range that is
 * [0, 0]. NaN values are left out; NaN results where one side has none.
 */
export function compareRanks(
  human: readonly DrawnValue[],
  set: readonly DrawnValue[],
  { seed = 1, draws = 2000 }: BootstrapOptions = {},
): RankComparison {
  const sides = both([human, set], (values) => values.filter(({ value }) => !Number.isNaN(value)))
  const n = [sides[0].length, sides[1].length] as const
  if (n[0] === 0 || n[1] === 0) return { effect: { value: NaN, low: NaN, high: NaN }, n }
  const levels = [...new Set(sides.flat().map(({ value }) => value))].sort((a, b) => a - b)
  const places = new Map(levels.map((value, place) => [value, place]))
  const [first, second] = both(sides, (values) => unitsOf(values, places))
  const random = mulberry32(seed)
  const sampled = (): number =>
    deltaOf(countsOf(drawn(first, random), levels.length), countsOf(drawn(second, random), levels.length))
  const found = deltaOf(countsOf(first, levels.length), countsOf(second, levels.length))
  return { effect: interval(found, Float64Array.from({ length: draws }, sampled)), n }
}

/** Places of the values among all levels, by unit. */
function unitsOf(values: readonly DrawnValue[], places: ReadonlyMap<number, number>): number[][] {
  const units = [...Map.groupBy(values, ({ unit }) => unit).values()]
  return units.map((own) => own.map(({ value }) => valueAt(places, value)))
}

const drawn = (units: readonly number[][], random: Random): number[][] =>
  units.map(() => itemAt(units, Math.floor(random.next() * units.length)))

function countsOf(units: readonly (readonly number[])[], levels: number): Int32Array {
  const counts = new Int32Array(levels)
  for (const unit of units) for (const place of unit) counts[place] = itemAt(counts, place) + 1
  return counts
}

/** Pairs in which the second is higher, less those in which it is lower, over all pairs. */
function deltaOf(first: Int32Array, second: Int32Array): number {
  let [below, balance, higher] = [0, 0, 0]
  const total = first.reduce((sum, count) => sum + count, 0)
  first.forEach((count, level) => {
    const own = itemAt(second, level)
    balance += own * (below - (total - below - count))
    below += count
    higher += own
  })
  return balance / (total * higher)
}
