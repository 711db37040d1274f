import { itemAt } from './itemAt.ts'
/** A seeded stream of uniforms in [0, 1). Its whole state is one 32-bit integer, so a checkpoint can hold it. */
export interface Random {
  /** The next uniform in [0, 1). */
  next(): number
  /** The state after the last draw; `mulberry32(random.state())` continues exactly from there. */
  state(): number
}

/**
 * Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, the same numbers on every machine.
 * @example mulberry32(1).next() // 0.6270739405881613
 */
export function mulberry32(seed: number): Random {
  let state = seed | 0
  return {
    next() {
      state = (state + 0x6d2b79f5) | 0
      let t = Math.imul(state ^ (state >>> 15), 1 | state)
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296
    },
    state: () => state,
  }
}

/** The largest seed: 32 bits. */
export const MAX_SEED = 2 ** 32 - 1

/** A new array with the items of `items` in a random order (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1))
    const held = itemAt(result, i)
    result[i] = itemAt(result, j)
    result[j] = held
  }
  return result
}

/** A 32-bit seed from a seed and words (FNV-1a over their text), so that parts of a run draw from streams of their own. */
export function seedFrom(seed: number, ...words: readonly (string | number)[]): number {
  let hash = 2166136261
  for (const character of [seed, ...words].join('\u0000')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619)
  }
  return hash >>> 0
}
