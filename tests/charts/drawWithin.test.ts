import { describe, expect, it } from 'vitest'
import { drawnWidth, drawWithin } from '../../src/charts/drawWithin.ts'
import { chart } from '../../src/charts/vegaLite.ts'
import { display, type MimeBundle } from '../../src/notebook/display.ts'
import { chartCases } from './chartCases.ts'

const panel = (name: string) => ({
  width: 500,
  data: { values: [{ name, y: 1 }] },
  mark: 'bar' as const,
  encoding: { y: { field: 'name', type: 'nominal' as const }, x: { field: 'y', type: 'quantitative' as const } },
})
const spec = chart('two panels', { hconcat: [panel('a long name of a bar'), panel('another name')] })

describe('drawWithin', () => {
  it('makes the panels of a wide chart narrower, and leaves a narrow one as it is', async () => {
    const { spec: narrow, svg } = await drawWithin(spec, 700)
    expect(drawnWidth(svg)).toBeLessThanOrEqual(700)
    expect(drawnWidth(svg)).toBeGreaterThan(680)
    expect((await drawWithin(narrow, 700)).spec).toEqual(narrow)
  })

  it('puts panels below each other before they are too narrow to read', async () => {
    const { spec: two, svg } = await drawWithin(spec, 720)
    expect(two).toMatchObject({ columns: 1, concat: [{ width: 500 }, { width: 500 }] })
    expect(drawnWidth(svg)).toBeLessThanOrEqual(720)
    const three = chart('three', { concat: ['a', 'b', 'c'].map(panel), columns: 3 })
    expect((await drawWithin(three, 1000)).spec).toMatchObject({ columns: 2 })
  })

  it('leaves panels below each other a quarter of their width, however long the words beside them', async () => {
    expect((await drawWithin(spec, 100)).spec).toMatchObject({ columns: 1, concat: [{ width: 125 }, { width: 125 }] })
  })
})

describe('every chart', () => {
  it.each(Object.entries(chartCases))('%s fits a cell of a notebook', async (_, each) => {
    const shown: MimeBundle[] = []
    const output = { raw: () => undefined, bundle: (data: MimeBundle) => void shown.push(data) }
    await display({ display: output, newDisplay: () => output }).chart(each)
    const svg = String(shown[0]?.['image/svg+xml'])
    expect(drawnWidth(svg)).toBeGreaterThan(0)
    expect(drawnWidth(svg)).toBeLessThanOrEqual(900)
  })
})
