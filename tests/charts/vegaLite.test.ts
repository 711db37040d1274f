import { describe, expect, it } from 'vitest'
import { ForeignDataError, toSvg, type VegaLiteSpec } from '../../src/charts/vegaLite.ts'

const encoding = { x: { field: 'x', type: 'quantitative' } } as const

describe('toSvg', () => {
  it.each<[VegaLiteSpec]>([
    [{ data: { url: 'package.json' }, mark: 'point', encoding }],
    [{ layer: [{ data: { url: 'http://127.0.0.1:9/' }, mark: 'point', encoding }] }],
    [{ data: { values: [{ x: 1 }] }, mark: { type: 'image', url: 'package.json' }, encoding }],
    [
      {
        data: { values: [{ x: 1 }] },
        transform: [{ lookup: 'x', from: { data: { url: 'package.json' }, key: 'name', fields: ['version'] } }],
        mark: 'point',
        encoding,
      },
    ],
  ])('draws no chart that asks for a file or an address: %j', async (spec) => {
    await expect(toSvg(spec)).rejects.toThrow(ForeignDataError)
  })

  it('draws rows that have a column of that name, and interprets expressions', async () => {
    const values = [{ x: 1, url: 'https://example.org/' }]
    const transform = [{ calculate: "'sum ' + (datum.x + 41)", as: 'text' }]
    const svg = await toSvg({ data: { values }, transform, mark: 'text', encoding: { text: { field: 'text' } } })
    expect(svg).toContain('sum 42')
  })
})
