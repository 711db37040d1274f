import type { Weights } from '../config/modelSpec.ts'
import { propertyOf } from '../support/itemAt.ts'

/**
 * Moves the running mean of the weights by one step, in place: mean = d mean + (1 - d) weights, where d is `decay`, or less
 * in the first steps, (1 + n) / (10 + n), so that the start is soon forgotten (TensorFlow's ExponentialMovingAverage).
 * @param made steps before this one.
 */
export function averageInto(mean: Weights, weights: Weights, decay: number, made: number): void {
  const kept = Math.min(decay, (1 + made) / (10 + made))
  for (const [name, { data }] of Object.entries(mean)) {
    const latest = propertyOf(weights, name).data
    for (let i = 0; i < data.length; i++) data[i] = kept * data[i]! + (1 - kept) * latest[i]!
  }
}
