import { describe, expect, it } from 'vitest'
import { canonicalMelody, canonicalTokens, likeness, SIGNATURE, sketchMelody } from '../../src/dataset/sketch.ts'
import { higher, walk } from './walk.ts'

describe('canonicalTokens', () => {
  it('are intervals and the steps between onsets', () => {
    expect(canonicalTokens([60, -2, 62, -1, -2, 55])).toEqual(['2:2', '-7:3'])
  })

  it('are the same in another key, after a rest and with shorter notes', () => {
    expect(canonicalMelody([-2, 65, -1, 67, -2, -2, 60])).toBe(canonicalMelody([60, -2, 62, -1, -2, 55]))
  })

  it('distinguish rhythms', () => {
    expect(canonicalMelody([60, 62, -2])).not.toBe(canonicalMelody([60, -2, 62]))
  })

  it('are missing for fewer than two notes', () => {
    expect(canonicalTokens([-2, 60, -2])).toEqual([])
  })
})

describe('sketchMelody', () => {
  it('gives a signature from sixteen notes on', () => {
    expect(sketchMelody(walk(1, 15))).toMatchObject({ notes: 15, minhash: null })
    expect(sketchMelody(walk(1, 16)).minhash).toHaveLength(SIGNATURE)
  })

  it('is the same in another key', () => {
    expect(sketchMelody(higher(walk(1, 40), 5))).toEqual(sketchMelody(walk(1, 40)))
  })

  it('estimates how much two melodies share', () => {
    // 40 notes are 39 tokens and 32 shingles; the second has the first 24 notes alone: 23 tokens, 16 shingles, 16 of 32 shared
    const whole = sketchMelody(walk(1, 40)).minhash!
    const part = sketchMelody(walk(1, 40).slice(0, 48)).minhash!
    expect(Math.abs(likeness(whole, part) - 0.5)).toBeLessThan(0.14) // three standard errors
    expect(likeness(whole, whole)).toBe(1)
    expect(likeness(whole, sketchMelody(walk(2, 40)).minhash!)).toBeLessThan(0.05)
  })
})
