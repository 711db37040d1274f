import type { Weights } from '../config/modelSpec.ts'

/**
 * A penalty for leaving the weights that a transfer starts from: `strength` / 2 times the squared distance to them, which is
 * added to the mean loss in nats per step (L2-SP; Li, Grandvalet & Davoine 2018, arXiv 1802.01483).
 */
export function distancePenalty(
  weights: Weights,
  { start, strength }: { readonly start: Weights; readonly strength: number },
): number {
  const squares = Object.entries(weights).map(([name, { data }]) => squaredDistance(data, valuesOf(start, name)))
  return (strength / 2) * squares.reduce((sum, square) => sum + square, 0)
}

/** Adds the penalty's gradient to those of the loss, in place. */
export function addPenaltyGradient(
  gradients: Weights,
  weights: Weights,
  { start, strength }: { readonly start: Weights; readonly strength: number },
): void {
  for (const [name, { data: gradient }] of Object.entries(gradients)) {
    const [now, before] = [valuesOf(weights, name), valuesOf(start, name)]
    for (let n = 0; n < gradient.length; n++) gradient[n] = gradient[n]! + strength * (now[n]! - before[n]!)
  }
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, n) => sum + (value - b[n]!) ** 2, 0)
}

function valuesOf(weights: Weights, name: string): Float32Array {
  const tensor = weights[name]
  if (tensor === undefined) throw new Error(`the weights have no tensor "${name}"`)
  return tensor.data
}
