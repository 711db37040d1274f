import { exp } from './portableMath.ts'

/** Softmax in doubles, with the same bits on every machine; the shares add up to 1. */
export function softmax(scores: ArrayLike<number>): Float64Array {
  let largest = -Infinity
  for (let n = 0; n < scores.length; n++) largest = Math.max(largest, scores[n]!)
  return scaledToOne(Float64Array.from(scores, (score) => exp(score - largest)))
}

/** The values divided by their sum, in place. */
export function scaledToOne(values: Float64Array): Float64Array {
  let sum = 0
  for (const value of values) sum += value
  for (let n = 0; n < values.length; n++) values[n]! /= sum
  return values
}
