import { describe, expect, it } from 'vitest'
import { tapTempo, withTap } from '../../site/src/scripts/instrument/tapTempo.ts'

const tapped = (...taps: number[]): number[] => taps.reduce<number[]>(withTap, [])

describe('tapTempo', () => {
  it('is that of the median distance, within 20 to 300', () => {
    expect(tapTempo(tapped(0, 0.5, 1, 1.48))).toBe(120)
    expect(tapTempo(tapped(0, 0.1, 0.2))).toBe(300)
    expect(tapTempo(tapped(0, 5))).toBe(20)
  })

  it('needs two taps, and begins again after a pause', () => {
    expect(tapTempo(tapped(3))).toBeNull()
    expect(tapped(0, 0.5, 20)).toEqual([20])
    expect(tapped(...Array.from({ length: 20 }, (_, n) => n))).toHaveLength(8)
  })
})
