import { describe, expect, it } from 'vitest'
import { drawAbc } from '../../src/score/drawAbc.ts'

const TUNE = 'X:1\nM:4/4\nL:1/4\nK:C\nCDEF | GABc |\ncBAG | FEDC |]\n'

describe('drawAbc', () => {
  it('draws a line of music per line of text, as wide as asked', () => {
    const lines = drawAbc(TUNE, { width: 600 })
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toMatch(/^<svg [\s\S]*viewBox="0 0 600 \d+"[\s\S]*<\/svg>$/)
  })

  it('breaks lines where the width is full when asked to', () => {
    expect(drawAbc(TUNE, { width: 600, reflow: true })).toHaveLength(1)
    expect(drawAbc(TUNE, { width: 160, reflow: true }).length).toBeGreaterThan(2)
  })

  it('draws each tune as if it were the first', () => {
    const first = drawAbc(TUNE, { width: 600 })
    drawAbc(TUNE.replace('K:C', 'K:Ebm clef=bass'), { width: 200, reflow: true })
    expect(drawAbc(TUNE, { width: 600 })).toEqual(first)
  })

  it('says what the engine could not draw', () => {
    expect(() => drawAbc('X:1\nK:C\n!nosuchsign!(((C\n', { width: 600 })).toThrow(/abc2svg could not draw the tune/)
  })
})
