import { describe, expect, it } from 'vitest'
import { funnelSpec } from '../../src/charts/bars.ts'
import { compactSvg } from '../../src/charts/compactSvg.ts'
import { toSvg } from '../../src/charts/vegaLite.ts'

describe('compactSvg', () => {
  it('rounds coordinates to a tenth, and leaves words, colours and the root as they are', () => {
    const root = '<svg role="img" aria-label="0.123456" viewBox="0 0 1.234 5">'
    const inner =
      '<g class="a" transform="translate(1.26,-0.04)"><path aria-label="step: 1.234" role="graphics-symbol" d="M0.333,5L1.96,1e-7" opacity="0.55"/><text opacity="1">1.2345</text></g>'
    expect(compactSvg(`${root}${inner}</svg>`)).toBe(
      `${root}<g transform="translate(1.3,0)"><path d="M0.3,5L2,1e-7" opacity="0.55"/><text>1.2345</text></g></svg>`,
    )
  })

  it('draws what was drawn, in far fewer bytes', async () => {
    const whole = await toSvg(
      funnelSpec([
        { name: 'files', count: 3 },
        { name: 'melodies', count: 2 },
      ]),
    )
    const compact = compactSvg(whole)
    const words = (svg: string): string[] => [...svg.matchAll(/>([^<>]+)</g)].map(([, text]) => text!)
    expect(words(compact)).toEqual(words(whole))
    expect(compact.length).toBeLessThan(0.7 * whole.length)
    expect(compact).toMatch(/^<svg role="img" aria-label="[^"]+"/)
  })
})
