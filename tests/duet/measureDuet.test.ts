import { describe, expect, it } from 'vitest'
import { measureDuet } from '../../src/duet/measureDuet.ts'

const first = [60, -2, 62, -2, 64, -2, 65, -2, 67, -2, 65, -2]

describe('measureDuet', () => {
  it('finds thirds below that move along', () => {
    const below = [57, -2, 59, -2, 60, -2, 62, -2, 64, -2, 62, -2]
    expect(measureDuet(first, below)).toMatchObject({
      ...{ notes: 6, together: 6, thirds: 1, consonant: 1, crossings: 0, parallels: 0 },
      ...{ contraryMotion: 0, similarMotion: 1, obliqueMotion: 0, outOfMode: 0 },
    })
    expect(measureDuet(first, below).moves).toBeGreaterThan(0.9)
  })
  it('finds contrary motion, crossings and foreign notes', () => {
    const against = [60, -2, 58, -2, 56, -2, 55, -2, 53, -2, 70, -2]
    const found = measureDuet(first, against)
    expect(found.moves).toBeLessThan(0)
    expect(found.contraryMotion).toBe(1)
    expect(found.crossings).toBeCloseTo(1 / 6, 9)
    expect(found.outOfMode).toBeGreaterThan(0)
  })
  it('finds parallel octaves', () => {
    expect(
      measureDuet(
        first,
        first.map((event) => (event < 0 ? event : event - 12)),
      ).parallels,
    ).toBe(1)
  })
  it('has nothing to say of a silent partner', () => {
    const found = measureDuet(
      first,
      first.map(() => -2),
    )
    expect(found).toMatchObject({ notes: 0, together: 0, moves: NaN, consonant: NaN, outOfMode: NaN })
  })
})
