import { describe, expect, it } from 'vitest'
import { atLoudness, loudness } from '../../src/audio/loudness.ts'

const RATE = 24_000
const sine = (hertz: number, seconds: number, level = 1): Float32Array =>
  Float32Array.from({ length: seconds * RATE }, (_, n) => level * Math.sin((2 * Math.PI * hertz * n) / RATE))

describe('loudness', () => {
  it('is -3.01 LUFS for a sine of full scale at 997 Hz, as the recommendation says', () => {
    expect(loudness(sine(997, 2), RATE)).toBeCloseTo(-3.01, 1)
    expect(loudness(sine(997, 2, 0.1), RATE)).toBeCloseTo(-23.01, 1)
  })

  it('hears low tones less and high ones more', () => {
    expect(loudness(sine(40, 2), RATE)).toBeLessThan(-5)
    expect(loudness(sine(4000, 2), RATE)).toBeGreaterThan(0)
  })

  it('leaves pauses out', () => {
    const pcm = new Float32Array(10 * RATE)
    pcm.set(sine(997, 2))
    expect(loudness(pcm, RATE)).toBeCloseTo(-3.01, 0)
  })

  it('is -Infinity for silence and for less than a block', () => {
    expect(loudness(new Float32Array(RATE), RATE)).toBe(-Infinity)
    expect(loudness(sine(997, 0.3), RATE)).toBe(-Infinity)
  })
})

describe('atLoudness', () => {
  it('brings sound to a loudness, leaves silence, and cuts nothing off', () => {
    expect(loudness(atLoudness(sine(997, 1, 0.3), RATE, -24), RATE)).toBeCloseTo(-24, 1)
    expect(atLoudness(new Float32Array(RATE), RATE, -24)).toEqual(new Float32Array(RATE))
    expect(() => atLoudness(sine(997, 1), RATE, 0)).toThrow('peak would be')
  })
})
