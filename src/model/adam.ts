import type { Weights } from '../config/modelSpec.ts'
import { zerosLike } from './weights.ts'

/** Adam's memory: running means of the gradients and of their squares, and how often it was updated. */
export interface AdamState {
  readonly m: Weights
  readonly v: Weights
  readonly step: number
}

/** Settings of Adam. */
export interface AdamOptions {
  readonly learningRate: number
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
}

/** Adam before its first step. */
export function initialAdam(weights: Weights): AdamState {
  return { m: zerosLike(weights), v: zerosLike(weights), step: 0 }
}

/**
 * One Adam step as TensorFlow 1 takes it: rate * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon), so that epsilon
 * is not bias-corrected (Kingma & Ba 2015, end of section 2). Writes into the arrays of `weights` and of `state`: at
 * 280,962 numbers per step, copies would cost more than the update. Returns the state with its new step count.
 */
export function adamStep(weights: Weights, gradients: Weights, state: AdamState, options: AdamOptions): AdamState {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
  const step = state.step + 1
  const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step)
  for (const [name, { data }] of Object.entries(weights)) {
    const gradient = arrayOf(gradients, name)
    const m = arrayOf(state.m, name)
    const v = arrayOf(state.v, name)
    for (let i = 0; i < data.length; i++) {
      const g = gradient[i] as number
      const mean = beta1 * (m[i] as number) + (1 - beta1) * g
      const square = beta2 * (v[i] as number) + (1 - beta2) * g * g
      m[i] = mean
      v[i] = square
      data[i] = (data[i] as number) - (rate * mean) / (Math.sqrt(square) + epsilon)
    }
  }
  return { ...state, step }
}

/**
 * Scales gradients in place so that no norm passes `clipNorm`: each tensor by its own norm (`variable`, as Magenta
 * does) or all by the norm of all together (`global`). Returns the norm of all together before clipping; NaN or Infinity
 * says that the gradients are useless.
 */
export function clipGradients(gradients: Weights, clipNorm: number, clip: 'variable' | 'global'): number {
  const tensors = Object.values(gradients).map(({ data }) => ({ data, square: squareSum(data) }))
  const norm = Math.sqrt(tensors.reduce((sum, { square }) => sum + square, 0))
  for (const { data, square } of tensors) {
    const own = clip === 'global' ? norm : Math.sqrt(square)
    if (own > clipNorm) scale(data, clipNorm / own)
  }
  return norm
}

function squareSum(data: Float32Array): number {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += (data[i] as number) ** 2
  return sum
}

function scale(data: Float32Array, factor: number): void {
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) * factor
}

function arrayOf(weights: Weights, name: string): Float32Array {
  const tensor = weights[name]
  if (tensor === undefined) throw new Error(`no tensor "${name}" beside the weights`)
  return tensor.data
}
