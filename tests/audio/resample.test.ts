import { describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.js'
import { rms, strength } from './soundMeasures.js'

const sine = (hertz: number, sampleRate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: sampleRate * seconds }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / sampleRate))

describe('resample', () => {
  it('keeps a tone at its pitch and strength when the rate is halved', () => {
    const half = resample(sine(1000, 48_000, 0.5), 2)
    expect(half.length).toBe(12_000)
    const middle = half.subarray(1000, 11_000)
    expect(rms(middle)).toBeCloseTo(Math.SQRT1_2, 3)
    const expected = sine(1000, 24_000, 0.5).subarray(1000, 11_000)
    middle.forEach((value, n) => expect(Math.abs(value - (expected[n] as number))).toBeLessThan(1e-3))
  })

  it('removes what the new rate cannot hold instead of folding it back', () => {
    // 15 kHz at 24 kHz would come back as 9 kHz.
    const half = resample(sine(15_000, 48_000, 0.5), 2).subarray(1000, 11_000)
    expect(20 * Math.log10(rms(half))).toBeLessThan(-60)
  })

  it('raises the pitch by an octave at the same rate', () => {
    const octave = resample(sine(500, 24_000, 1), 2)
    const middle = octave.subarray(1000, 11_000)
    expect(strength(middle, 24_000, 1000)).toBeGreaterThan(100 * strength(middle, 24_000, 500))
  })

  it('copies at step 1, but for the very top of the band', () => {
    const tone = sine(440, 24_000, 0.2)
    const copy = resample(tone, 1)
    expect(copy.length).toBe(tone.length)
    for (let n = 200; n < 4600; n++) expect(copy[n]).toBeCloseTo(tone[n] as number, 3)
  })
})
