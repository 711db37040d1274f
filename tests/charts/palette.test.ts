import { describe, expect, it } from 'vitest'
import {
  colourOf,
  cssPalette,
  darkPalette,
  lightPalette,
  type Palette,
  VOICES,
  voiceColour,
} from '../../src/charts/palette.ts'
import { isRecord, listOf } from '../../src/support/records.ts'
import { chartCases } from './chartCases.ts'

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

/** Names and colours of every scale of colours in a chart that gives both. */
function colourScales(node: unknown): { readonly names: readonly unknown[]; readonly colours: readonly unknown[] }[] {
  if (!isRecord(node)) return Array.isArray(node) ? listOf(node).flatMap(colourScales) : []
  const own = Object.entries(node).flatMap(([channel, value]) => {
    const scale = isRecord(value) ? value['scale'] : undefined
    if (!['color', 'fill', 'stroke'].includes(channel) || !isRecord(scale) || scale['range'] === undefined) return []
    return [{ names: listOf(scale['domain']), colours: listOf(scale['range']) }]
  })
  const inner = Object.entries(node).filter(([key]) => key !== 'data' && key !== 'config')
  return [...own, ...inner.flatMap(([, value]) => colourScales(value))]
}

describe('a chart of several voices', () => {
  const NAMES = /^(?:iteration |ours |study )?(?:1|2\.1|2\.2|3\.1|3\.2)$/

  it('gives each its own colour, whatever kind of chart it is', () => {
    let found = 0
    for (const [chart, spec] of Object.entries(chartCases))
      for (const { names, colours } of colourScales(spec))
        names.forEach((name, n) => {
          if (typeof name !== 'string' || !NAMES.test(name)) return
          found++
          expect(colours[n], `${chart}: ${name}`).toBe(colourOf(name, cssPalette))
        })
    expect(found).toBeGreaterThan(20)
  })

  it('knows whose a set or a predictor is, and leaves what is nobody’s grey', () => {
    const { voice21, voicePerson, voiceStudy, voicePpm, given } = lightPalette
    const names = [
      'ours 2.1 (training of 2.1)',
      '2.1, end of its run',
      'human style',
      'study 2.2',
      'PPM, general',
      'unigram',
    ]
    expect(names.map((name) => colourOf(name, lightPalette))).toEqual([
      ...[voice21, voice21, voicePerson, voiceStudy, voicePpm, given],
    ])
  })
})
