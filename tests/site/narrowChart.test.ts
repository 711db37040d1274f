import { describe, expect, it } from 'vitest'
import { barsSpec } from '../../src/charts/bars.ts'
import { CELL_OPACITY } from '../../src/charts/musical.ts'
import { darkPalette, lightPalette, type Palette } from '../../src/charts/palette.ts'
import { drawChart, drawForPhone, widthOf } from '../../site/src/lib/chart.ts'
import type { VegaLiteSpec } from '../../src/charts/vegaLite.ts'
import { narrowChart, PHONE_WIDTH } from '../../site/src/lib/narrowChart.ts'
import { linesOf, textWidth } from '../../site/src/lib/textWidth.ts'

const long = 'Irish ABC tunes of a deep learning course'
const bars = barsSpec(
  [
    { name: long, count: 12 },
    { name: 'short', count: 3 },
  ],
  { unit: 'files', title: 'A title that is far too long to stand on one line of a telephone, so it needs two' },
)

describe('linesOf', () => {
  it('fills each line with whole words', () => {
    expect(linesOf('one two three', 7 * 10 * 0.7, 10)).toEqual(['one two', 'three'])
    expect(linesOf('unbreakable', 1, 10)).toEqual(['unbreakable'])
    expect(textWidth('', 10)).toBe(0)
  })
})

describe('a chart on a phone', () => {
  it('has a narrower plot and letters of the same size, where it was too wide', async () => {
    const wide = await drawChart(bars, 'words')
    expect(widthOf(wide)).toBeGreaterThan(PHONE_WIDTH)
    const narrow = await drawForPhone(bars, wide, 'words')
    // The text of a page 390 pixels wide is 358 wide: 11 px shrink to no less than 9.
    expect(widthOf(narrow!)).toBeLessThan((PHONE_WIDTH * 11) / 9)
    expect(narrow!.svg).toContain(long) // a name is never cut
    expect(wide.svg).toContain(long)
    expect(narrow!.svg).toContain(
      'aria-label="A title that is far too long to stand on one line of a telephone, so it needs two"',
    )
    expect(narrow!.svg.match(/<tspan/g)?.length).toBeGreaterThan(1)
  })

  it('is the same drawing where there is room', async () => {
    const small = barsSpec([{ name: 'a', count: 1 }], { unit: 'files', width: 200 })
    expect(await drawForPhone(small, await drawChart(small, 'words'), 'words')).toBeNull()
  })

  it('keeps a width in steps, data, and tooltips', () => {
    const spec: VegaLiteSpec = {
      width: { step: 8 },
      data: { values: [{ title: 'a b' }] },
      mark: 'point',
      encoding: {
        x: { title: 'x', type: 'nominal' },
        color: { field: 'title', legend: { title: null } },
        tooltip: { field: 'title', title: 'a b' },
      },
    }
    const narrow = narrowChart(spec, 900)
    expect(narrow).toMatchObject({ width: { step: 8 }, data: spec.data })
    const encoding = { x: { title: ['x'] }, color: { legend: { columns: 1 } }, tooltip: { title: 'a b' } }
    expect(narrow).toMatchObject({ encoding })
  })
})

describe('the counts upon cells', () => {
  const channels = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  const luminance = (rgb: readonly number[]): number => {
    const [r = 0, g = 0, b = 0] = rgb.map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  it.each([
    ['light', lightPalette, '#fdfdfc'],
    ['dark', darkPalette, '#0f1419'],
  ] as const)('can be read on every cell: %s', (_, palette: Palette, ground) => {
    const [low, high] = CELL_OPACITY
    for (let share = 0; share <= 1; share += 0.01) {
      const opacity = low + share * (high - low)
      const [cell, page] = [channels(palette.first), channels(ground)]
      const mixed = cell.map((value, n) => value * opacity + page[n]! * (1 - opacity))
      const [a, b] = [luminance(mixed), luminance(channels(palette.ink))].sort((x, y) => y - x) as [number, number]
      expect((a + 0.05) / (b + 0.05)).toBeGreaterThanOrEqual(4.5)
    }
  })
})
