import { describe, expect, it } from 'vitest'
import { hearKey, NO_KEY, tonalityOf } from '../../src/duet/runningKey.ts'

const keyOf = (pitches: readonly number[]) => tonalityOf(pitches.reduce(hearKey, NO_KEY))

describe('tonalityOf', () => {
  it('finds the mode and the tonic that sounds most', () => {
    expect(keyOf([62, 64, 65, 67, 69, 71, 72, 62, 69, 62])).toEqual({ mode: 'dorian', root: 2 })
    expect(keyOf([60, 62, 64, 65, 67, 69, 71, 72, 67, 60])).toEqual({ mode: 'ionian', root: 0 })
  })
  it('is C ionian before the first note', () => expect(tonalityOf(NO_KEY)).toEqual({ mode: 'ionian', root: 0 }))
  it('follows a change of key', () => {
    const inC = [60, 62, 64, 65, 67, 69, 71, 72]
    const inE = [64, 66, 68, 69, 71, 73, 75, 76, 71, 64]
    expect(keyOf([...inC, ...inC, ...inE, ...inE, ...inE])).toEqual({ mode: 'ionian', root: 4 })
  })
  it('moves with the pitches', () => {
    const tune = [62, 65, 67, 69, 71, 72, 74, 62, 69, 62]
    const { mode, root } = keyOf(tune)
    for (const shift of [1, 5, 11])
      expect(keyOf(tune.map((pitch) => pitch + shift))).toEqual({ mode, root: (root + shift) % 12 })
  })
})
