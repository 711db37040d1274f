import type { MetricId } from './musical/metrics.ts'
import { meanOf } from './musical/piece.ts'
import { spreadOfValues } from './musical/reference.ts'

/** Values of one piece by measure; NaN where a measure is not defined. */
export type Measured = Readonly<Record<MetricId, number>>

/**
 * How far each piece lies from the medians of its own set: the mean over all measures of the distance to the median, in units of the
 * set's spread (5th to 95th percentile). A measure that is the same in all says nothing. NaN where nothing is defined.
 */
export function distancesToMedians(pieces: readonly Measured[]): number[] {
  const ids = [...new Set(pieces.flatMap((values) => Object.keys(values)))]
  const scales = ids.flatMap((id) => {
    const [low, , median, , high] = spreadOfValues(pieces.map((values) => values[id] ?? NaN)).percentiles
    return high > low ? [{ id, median, spread: high - low }] : []
  })
  return pieces.map((values) =>
    meanOf(
      scales
        .map(({ id, median, spread }) => Math.abs((values[id] ?? NaN) - median) / spread)
        .filter((distance) => !Number.isNaN(distance)),
    ),
  )
}

/**
 * The piece nearest to its set's medians: its place; -1 for an empty set.
 * @example mostTypical([{ pitchRange: 5 }, { pitchRange: 7 }, { pitchRange: 12 }]) // 1
 */
export function mostTypical(pieces: readonly Measured[]): number {
  const distances = distancesToMedians(pieces)
  return distances.indexOf(Math.min(...distances.filter((distance) => !Number.isNaN(distance))))
}
