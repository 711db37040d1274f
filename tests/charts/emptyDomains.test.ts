import { describe, expect, it } from 'vitest'
import { motifMapSpec } from '../../src/charts/musical.ts'
import { chart, toSvg, type VegaLiteSpec } from '../../src/charts/vegaLite.ts'

/** The channels of a spec whose scale has an empty list for a domain. */
function emptyDomains(spec: unknown): unknown[] {
  if (typeof spec !== 'object' || spec === null) return []
  const { scale } = spec as { scale?: { domain?: unknown[] } }
  const own = Array.isArray(scale?.domain) && scale.domain.length === 0 ? [spec] : []
  return [...own, ...Object.values(spec).flatMap(emptyDomains)]
}

/** A chart of parts that only this test needs: without marks, or with two kinds of panels. */
const partly = (description: string, body: object): unknown => chart(description, body as VegaLiteSpec)

const notes = [
  { pitch: 60, startStep: 0, endStep: 4 },
  { pitch: 64, startStep: 4, endStep: 8 },
]

describe('a scale without a domain', () => {
  it('has no legend in any chart, for JupyterLab would lay it out without end', () => {
    const color = { field: 'by', scale: { domain: [], scheme: 'tableau10' }, legend: { title: null } }
    const body = { layer: [{ mark: 'rule', encoding: { color } }], hconcat: [{ encoding: { color } }] }
    const spec = partly('two panels', body)
    expect(emptyDomains(body)).toHaveLength(2)
    expect(emptyDomains(spec)).toEqual([])
    expect(spec).toHaveProperty('layer', [{ mark: 'rule', encoding: { color: { field: 'by', legend: null } } }])
    const kept = { color: { field: 'by', scale: { domain: ['a'] }, legend: { title: null } } }
    expect(partly('one panel', { encoding: kept })).toHaveProperty('encoding', kept)
  })

  it('has no legend where there are no data to take a domain from', () => {
    const color = { field: 'by', type: 'nominal' }
    const encoding = { x: { field: 'step' }, color, strokeDash: { ...color, legend: { title: null } } }
    const empty = { data: { values: [] } }
    const quiet = { x: { field: 'step' }, color: { ...color, legend: null }, strokeDash: { ...color, legend: null } }
    expect(partly('no rows', { ...empty, encoding })).toHaveProperty('encoding', quiet)
    expect(partly('a panel', { ...empty, layer: [{ encoding }] })).toHaveProperty('layer', [{ encoding: quiet }])
    const own = { data: { values: [{ by: 'a' }] }, encoding }
    expect(partly('a panel of its own data', { ...empty, hconcat: [own] })).toHaveProperty('hconcat', [own])
    const mark = { data: { values: [] }, mark: 'rule', encoding: { color: { value: 'red' } } }
    expect(partly('a colour', { layer: [mark] })).toHaveProperty('layer', [mark])
  })

  it('is drawn for a melody without motifs, and names how each motif repeats', async () => {
    const [none, one] = [motifMapSpec(notes, []), motifMapSpec(notes, [{ from: 0, to: 1, by: 'transposed' }])]
    expect(emptyDomains(none)).toEqual([])
    expect(JSON.stringify(none)).toContain('"field":"by","type":"nominal","legend":null')
    expect(JSON.stringify(one)).toContain('"domain":["transposed"]')
    expect(await toSvg(none)).not.toMatch(/e\+30|NaN/)
  })
})
