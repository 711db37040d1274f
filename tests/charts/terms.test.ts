import { describe, expect, it } from 'vitest'
import { motifSvg, scaleGridSvg } from '../../src/charts/terms.ts'
import { lightPalette } from '../../src/charts/palette.ts'

const count = (svg: string, colour: string): number => svg.split(`fill="${colour}"`).length - 1

describe('the figures of the terms', () => {
  it('fill what a scale has, its tonic and octave apart', () => {
    const svg = scaleGridSvg([{ name: 'dorian', degrees: [0, 2, 3, 5, 7, 9, 10] }], lightPalette)
    expect([count(svg, lightPalette.second), count(svg, lightPalette.first), count(svg, lightPalette.shade)]).toEqual([
      2, 6, 5,
    ])
    expect(svg).toContain('dorian: 0 2 3 5 7 9 10')
  })

  it('distinguish a motif from its developments', () => {
    const svg = motifSvg([60, -2, 64, -1, 67, -2], { motifSteps: 3, title: 'A motif', palette: lightPalette })
    expect([count(svg, lightPalette.second), count(svg, lightPalette.first)]).toEqual([2, 1])
    // The last note: two steps long from the fifth step on, at the top.
    expect(svg).toContain('<rect x="40" y="4" width="18"')
  })
})
