import { describe, expect, it } from 'vitest'
import { darkPalette, lightPalette, type Palette, VOICES, voiceColour } from '../../src/charts/palette.ts'

/** Relative luminance after WCAG 2.2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

describe('the colours of the voices', () => {
  it.each([
    ['light', lightPalette],
    ['dark', darkPalette],
  ] as const)('stand out from the %s ground by 3:1 and more, and are all different', (_, palette: Palette) => {
    const colours = VOICES.map((voice) => voiceColour(voice, palette))
    expect(new Set(colours).size).toBe(VOICES.length)
    for (const colour of colours) expect(contrast(colour, palette.background), colour).toBeGreaterThanOrEqual(3)
    for (const colour of colours) expect(contrast(colour, palette.shade), colour).toBeGreaterThanOrEqual(3)
  })

  it('are variables of the page by default, so that they follow its scheme', () => {
    expect(voiceColour('2.1')).toBe(`var(--chart-voice21, ${lightPalette.voice21})`)
  })
})
