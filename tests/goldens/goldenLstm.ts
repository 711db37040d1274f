import { expect } from 'vitest'
import type { Weights } from '../../src/config/modelSpec.ts'

/** A tensor of the goldens. */
export interface GoldenArray {
  shape: number[]
  f32le_base64: string
}

/** What a training step gave. */
export interface GoldenTraining {
  metrics: Record<string, number>
  grad_norms: Record<string, number>
  grads?: Record<string, GoldenArray>
  weights_after_step1?: Record<string, GoldenArray>
  loss_before_each_step_1_to_10: number[]
  loss_after_10_steps: number
}

/** What Magenta's graph made of small fixed weights. */
export interface GoldenLstm {
  rnn_layer_sizes: number[]
  attn_length: number
  learning_rate: number
  clip_norm: number
  input_size: number
  num_classes: number
  default_event_label: number
  melodies: number[][]
  melodies_batch2: number[][]
  lengths: number[]
  labels: number[][]
  weights: Record<string, GoldenArray>
  logits: GoldenArray
  train: GoldenTraining
  'train_clip_0.05': GoldenTraining
  eval: { after_batch1: Record<string, number>; after_batch1_and_2: Record<string, number> }
}

/** A tensor's values. */
export function floats({ f32le_base64 }: GoldenArray): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(f32le_base64, 'base64')).buffer)
}

/** Tensors by name. */
export function variables(arrays: Record<string, GoldenArray>): Weights {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, { shape: array.shape, data: floats(array) }]),
  )
}

/** Of two lists of the same length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] as number))), 0)
}

/** Logits of a batch [steps, melodies, classes] as the goldens have them: melody after melody, without padding. */
export function logitsInOrder(logits: Float32Array, golden: Pick<GoldenLstm, 'lengths' | 'num_classes'>): number[] {
  const { lengths, num_classes: classes } = golden
  return lengths.flatMap((length, b) =>
    Array.from({ length }, (_, t) => {
      const row = t * lengths.length + b
      return [...logits.subarray(row * classes, (row + 1) * classes)]
    }).flat(),
  )
}
