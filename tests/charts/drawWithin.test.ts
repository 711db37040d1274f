import { describe, expect, it } from 'vitest'
import { drawnWidth, drawWithin } from '../../src/charts/drawWithin.ts'
import { chart } from '../../src/charts/vegaLite.ts'

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

  it('leaves panels a quarter of their width, however long the words beside them', async () => {
    expect((await drawWithin(spec, 100)).spec).toMatchObject({ hconcat: [{ width: 125 }, { width: 125 }] })
  })
})
