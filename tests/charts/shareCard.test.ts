import { describe, expect, it } from 'vitest'
import { shareCardSvg } from '../../src/charts/shareCard.ts'

const lines = (svg: string): string[] => [...svg.matchAll(/<tspan[^>]*>([^<]*)/g)].map(([, text]) => text!)

describe('shareCardSvg', () => {
  it('sets the title in lines and the melody as bars, given notes apart', () => {
    const svg = shareCardSvg('A < B', { events: [60, -2, 64, -1], primerSteps: 1 }, 'Serif')
    expect(lines(svg)).toEqual(['A &lt; B'])
    expect([...svg.matchAll(/rx="2" fill="([^"]+)"/g)].map(([, fill]) => fill)).toEqual(['#6e7781', '#0069a8'])
  })

  it('ends a title that does not fit with an ellipsis, after three lines', () => {
    const found = lines(shareCardSvg('melody '.repeat(40).trim(), null, 'Serif'))
    expect(found).toHaveLength(3)
    expect(found[2]).toMatch(/melody…$/)
  })
})
