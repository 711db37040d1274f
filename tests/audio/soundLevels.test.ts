import { describe, expect, it } from 'vitest'
import { decibels, soundLevels } from '../../src/audio/soundLevels.ts'

describe('soundLevels', () => {
  it('is the loudest sample, up or down, and the root of the mean square', () => {
    const { peak, rms } = soundLevels(Float32Array.from([0.5, -1, 0.5, 0]))
    expect(peak).toBe(1)
    expect(rms).toBeCloseTo(Math.sqrt(1.5 / 4), 12)
  })

  it('is zero for no sound at all', () => {
    expect(soundLevels(new Float32Array(0))).toEqual({ peak: 0, rms: 0 })
    expect(decibels(0)).toBe(-Infinity)
  })
})
