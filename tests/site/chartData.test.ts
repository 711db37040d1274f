import { describe, expect, it } from 'vitest'
import { chartTables, csv } from '../../site/src/lib/chartData.ts'
import { figureId, legendOf, panels } from '../../site/src/lib/chart.ts'
import type { ChartLayer, VegaLiteSpec } from '../../src/charts/vegaLite.ts'
import { headings } from '../../site/src/lib/headings.ts'

const values = [
  { x: 1, y: 2, kind: 'a' },
  { x: 2, y: 3, kind: 'b' },
]
const encoding = {
  x: { field: 'x', title: 'step' },
  y: { field: 'y', title: null },
  order: { field: 'kind' },
  tooltip: [{ field: 'y', title: 'loss (nats)' }],
}

describe('chartTables', () => {
  it('has the fields that are shown, under the names the chart gives them', () => {
    expect(chartTables({ data: { values }, encoding, mark: 'line' })).toEqual([
      [
        { 'loss (nats)': 2, step: 1 },
        { 'loss (nats)': 3, step: 2 },
      ],
    ])
  })

  it('reads layers with data of their own, the largest first, each once', () => {
    const rule = { data: { values: [{ y: 9 }] }, mark: 'rule', encoding: { y: { field: 'y' } } } satisfies ChartLayer
    const layered: VegaLiteSpec = {
      data: { values },
      layer: [rule, { mark: 'line', encoding }, { mark: 'point', encoding }],
    }
    expect(chartTables(layered).map((rows) => rows.length)).toEqual([2, 1])
  })
})

describe('csv', () => {
  it('quotes what needs it and leaves what is not defined empty', () => {
    expect(
      csv([
        { a: 'x, "y"', b: null },
        { a: 'z', b: 1.5 },
      ]),
    ).toBe('a,b\r\n"x, ""y""",\r\nz,1.5\r\n')
  })

  it('hands out no formula, and numbers as they are', () => {
    expect(csv([{ '@a': '=1+1', b: -1.5, c: '-2', d: '-x' }])).toBe("'@a,b,c,d\r\n'=1+1,-1.5,-2,'-x\r\n")
  })
})

describe('figureId', () => {
  const chart = { description: 'What it shows', data: { values }, mark: 'line', width: 100 } satisfies VegaLiteSpec
  it('is the same however large a chart is drawn and in whatever order its rows keep their members', () => {
    const stored = { ...chart, width: 300, data: { values: values.map(({ x, y, kind }) => ({ kind, y, x })) } }
    expect(figureId(stored)).toBe(figureId(chart))
  })

  it('differs when the words or the data do', () => {
    expect(figureId({ ...chart, description: 'Else' })).not.toBe(figureId(chart))
    expect(figureId({ ...chart, data: { values: values.slice(1) } })).not.toBe(figureId(chart))
  })
})

describe('legendOf', () => {
  it('finds the scale that has a legend, and none where it was taken away', () => {
    const color = { field: 'kind', scale: { domain: ['a', 'b'], range: ['red', 'blue'] } }
    const chart = { hconcat: [{ mark: 'line', encoding: { color } }] } satisfies VegaLiteSpec
    expect(legendOf(chart)).toEqual([
      { label: 'a', colour: 'red' },
      { label: 'b', colour: 'blue' },
    ])
    expect(legendOf({ hconcat: [{ encoding: { color: { ...color, legend: null } } }] })).toEqual([])
    expect(panels({ ...chart, width: 1 })).toEqual([{ width: 1, mark: 'line', encoding: { color } }])
  })
})

describe('headings', () => {
  it('lists those with an anchor, without their tags', () => {
    expect(
      headings('<h2 id="a">The <em>data</em></h2><h2>No</h2><h2 class="x" id="b">B</h2><h3 id="c">C</h3>'),
    ).toEqual([
      { id: 'a', text: 'The data' },
      { id: 'b', text: 'B' },
    ])
  })
})
