import { quantileSorted } from 'simple-statistics'
import type { MetricSpread } from '../../results/musicalReport.ts'
import { meanOf } from './piece.ts'

/** How values are spread; NaN ones are counted apart. */
export function spreadOfValues(values: readonly number[]): MetricSpread {
  const defined = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const at = (share: number): number => (defined.length === 0 ? NaN : quantileSorted(defined, share))
  return {
    n: defined.length,
    undefined: values.length - defined.length,
    mean: meanOf(defined),
    percentiles: [at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)],
    p99: at(0.99),
  }
}

/** How a value compares with human melodies. */
export type Standing = 'low' | 'usual' | 'high' | 'undefined'

/** Where a value stands among those of a reference: below its 5th or above its 95th percentile it is unusual. */
export function placeOf(value: number, { percentiles }: Pick<MetricSpread, 'percentiles'>): Standing {
  const [low, , , , high] = percentiles
  if (Number.isNaN(value) || Number.isNaN(low)) return 'undefined'
  if (value < low) return 'low'
  return value > high ? 'high' : 'usual'
}
