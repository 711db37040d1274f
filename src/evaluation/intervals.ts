import { mean, quantileSorted, sampleStandardDeviation } from 'simple-statistics'
import { exp } from '../model/portableMath.ts'
import { mulberry32 } from '../support/random.ts'
import { recordOf } from '../support/records.ts'
import { type Interval, type MeasureName, MEASURES, type Spread, type TestScores } from '../results/summary.ts'
import type { MelodyScore } from './numerical.ts'
import { itemAt } from '../support/itemAt.ts'

/** A melody's score, and the family of the file it is from. */
export interface FamilyScore extends MelodyScore {
  readonly family: string
}

/** Options of the bootstrap. */
export interface BootstrapOptions {
  readonly seed?: number
  readonly draws?: number
}

const SUMS = ['loss', 'steps', 'correct', 'eventSteps', 'eventCorrect', 'noteOns'] as const
type Sums = Readonly<Record<(typeof SUMS)[number], number>>

/** Each measure from the sums: loss in nats per step, bits per note that begins, shares in 0-1; NaN over nothing. */
const FORMULAS: Readonly<Record<MeasureName, (sums: Sums) => number>> = {
  loss: ({ loss, steps }) => loss / steps,
  perplexity: ({ loss, steps }) => exp(loss / steps),
  bitsPerNote: ({ loss, noteOns }) => loss / Math.LN2 / noteOns,
  accuracy: ({ correct, steps }) => correct / steps,
  eventAccuracy: ({ eventCorrect, eventSteps }) => eventCorrect / eventSteps,
  noEventAccuracy: ({ correct, eventCorrect, steps, eventSteps }) => (correct - eventCorrect) / (steps - eventSteps),
}

/**
 * The measures of a set of melodies with their 95% intervals: as many families as there are, drawn with replacement,
 * `draws` times. The same scores and seed give the same bits on every machine.
 * @example testScores(scores).loss // { value: 1.05, low: 1.01, high: 1.09 }
 */
export function testScores(scores: readonly FamilyScore[], options: BootstrapOptions = {}): TestScores {
  const families = byFamily(scores)
  const samples = resampled(families.length, options, (sampled) => {
    const sums = totalOf(sampled, families)
    return MEASURES.map((measure) => FORMULAS[measure](sums))
  })
  const sums = totalOf(families.keys(), families)
  return {
    ...recordOf(MEASURES, (measure, n) => interval(FORMULAS[measure](sums), samples[n])),
    melodies: scores.length,
    families: families.length,
    steps: sums.steps,
    noteOns: sums.noteOns,
  }
}

/**
 * How much more `after` scores than `before` on the same melodies, family by family: the same families are drawn for both,
 * so that what makes a melody hard for both falls out.
 * @throws RangeError when the two are not scores of the same melodies.
 */
export function scoreDifference(
  before: readonly FamilyScore[],
  after: readonly FamilyScore[],
  measure: MeasureName,
  options: BootstrapOptions = {},
): Interval {
  if (
    before.length !== after.length ||
    before.some(({ family, steps }, n) => family !== after[n]?.family || steps !== after[n]?.steps)
  )
    throw new RangeError('a difference wants two scores of the same melodies, in the same order')
  const [from, to] = [byFamily(before), byFamily(after)]
  const formula = FORMULAS[measure]
  const difference = (sampled: Iterable<number>): number => {
    const drawn = [...sampled]
    return formula(totalOf(drawn, to)) - formula(totalOf(drawn, from))
  }
  const [samples] = resampled(from.length, options, (sampled) => [difference(sampled)])
  return interval(difference(from.keys()), samples ?? new Float64Array())
}

/** @throws RangeError without numbers. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('a spread wants at least one number')
  const sd = values.length > 1 ? sampleStandardDeviation([...values]) : NaN
  return { n: values.length, mean: mean([...values]), sd, lowest: Math.min(...values), highest: Math.max(...values) }
}

/** The sums of each family's melodies, in the order the families first come in. */
function byFamily(scores: readonly FamilyScore[]): Float64Array[] {
  const families = new Map<string, Float64Array>()
  for (const score of scores) {
    const sums = families.get(score.family) ?? new Float64Array(SUMS.length)
    SUMS.forEach((name, n) => (sums[n] = itemAt(sums, n) + score[name]))
    families.set(score.family, sums)
  }
  return [...families.values()]
}

function totalOf(drawn: Iterable<number>, families: readonly Float64Array[]): Sums {
  const total = new Float64Array(SUMS.length)
  for (const family of drawn) {
    const sums = families[family]!
    for (let n = 0; n < total.length; n++) total[n]! += sums[n]!
  }
  const [loss = 0, steps = 0, correct = 0, eventSteps = 0, eventCorrect = 0, noteOns = 0] = total
  return { loss, steps, correct, eventSteps, eventCorrect, noteOns }
}

/** What `statistics` gives of each draw: one column per statistic. */
function resampled(
  count: number,
  { seed = 1, draws = 10_000 }: BootstrapOptions,
  statistics: (sampled: Int32Array) => readonly number[],
): Float64Array[] {
  if (count === 0) return []
  const random = mulberry32(seed)
  const sampled = new Int32Array(count)
  const columns: Float64Array[] = []
  for (let draw = 0; draw < draws; draw++) {
    for (let n = 0; n < count; n++) sampled[n] = Math.floor(random.next() * count)
    statistics(sampled).forEach((value, n) => ((columns[n] ??= new Float64Array(draws))[draw] = value))
  }
  return columns
}

/** Percentiles of the draws around a value; draws in which it is not defined are left out. */
export function interval(value: number, samples: Float64Array | undefined): Interval {
  const defined = (samples ?? new Float64Array()).filter((sample) => !Number.isNaN(sample)).sort()
  if (Number.isNaN(value) || defined.length === 0) return { value, low: NaN, high: NaN }
  const sorted = [...defined]
  return { value, low: quantileSorted(sorted, 0.025), high: quantileSorted(sorted, 0.975) }
}
