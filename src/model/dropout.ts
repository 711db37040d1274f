import { seedFrom } from '../support/random.ts'

/** Dropout on a layer's output; the same seed drops the same units on every backend. */
export interface Dropout {
  /** Probability to keep a unit, in (0, 1]; kept ones are divided by it. */
  readonly keepProbability: number
  readonly seed: number
}

/** Nothing is dropped. */
export const NO_DROPOUT: Dropout = { keepProbability: 1, seed: 0 }

/** The dropout of one layer, part or worker of a step: each drops units of its own. */
export const dropoutOf = (
  { keepProbability, seed }: Dropout,
  what: 'layer' | 'part' | 'worker',
  n: number,
): Dropout => ({
  keepProbability,
  seed: seedFrom(seed, what, n),
})

/** What a draw of 16 bits must be below to keep a unit, and what the unit is then multiplied by. */
export function dropoutNumbers(keepProbability: number): { threshold: number; kept: number } {
  return { threshold: Math.round(keepProbability * 65536), kept: 1 / keepProbability }
}

/**
 * `length` values, each 1 / keepProbability with that probability and 0 otherwise. Drawn from mulberry32 of `seed`, two
 * values (16 bits each) a draw, written out here because a step needs millions of them.
 */
export function dropoutMask(length: number, keepProbability: number, seed: number): Float32Array {
  const mask = new Float32Array(length)
  const { threshold, kept } = dropoutNumbers(keepProbability)
  let state = seed | 0
  for (let i = 0; i < length; i += 2) {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    t ^= t >>> 14
    // The sign bit of the difference says "below the threshold": a branch on random bits would cost three times as much.
    mask[i] = kept * (((t & 0xffff) - threshold) >>> 31)
    if (i + 1 < length) mask[i + 1] = kept * (((t >>> 16) - threshold) >>> 31)
  }
  return mask
}
