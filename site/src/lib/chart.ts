import type { Spec } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { toSvg, type VegaLiteSpec } from '../../../src/charts/vegaLite.ts'

/** A chart as it stands on the page: drawn now, and the same as a vega specification for who points at it. */
export interface DrawnChart {
  readonly svg: string
  readonly vega: Spec
}

export async function drawChart(spec: VegaLiteSpec): Promise<DrawnChart> {
  const vega = compile(spec as unknown as TopLevelSpec).spec
  return { svg: asOneImage(await toSvg(spec)), vega }
}

/** The drawing without roles and labels of its parts: to who cannot see it, it is one image with the label it has. */
function asOneImage(svg: string): string {
  const end = svg.indexOf('>') + 1
  return svg.slice(0, end) + svg.slice(end).replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, '')
}

/** The panels of a row or grid as charts of their own, so that a narrow page can put them below each other. */
export function panels(spec: VegaLiteSpec): VegaLiteSpec[] {
  const { hconcat, concat = hconcat, columns: _columns, spacing: _spacing, description, ...shared } = spec
  if (!Array.isArray(concat)) return [spec]
  return (concat as VegaLiteSpec[]).map((panel) => ({
    ...shared,
    ...panel,
    description: `${panelTitle(panel)}. ${String(description)}`,
  }))
}

function panelTitle({ title }: VegaLiteSpec): string {
  return typeof title === 'object' && title !== null && 'text' in title ? String(title.text) : String(title)
}

/**
 * The chart without the legends of its scales, for a page that has one legend for several panels.
 * @example withoutLegends({ encoding: { color: { field: 'a', legend: {} } } }) // { encoding: { color: { field: 'a', legend: null } } }
 */
export function withoutLegends(spec: VegaLiteSpec): VegaLiteSpec {
  return mapObject(spec, (key, value) => (key === 'color' && isObject(value) ? { ...value, legend: null } : value))
}

const isObject = (value: unknown): value is VegaLiteSpec =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same tree with `change` applied to every member but those of data and config, outermost first. */
function mapObject(object: VegaLiteSpec, change: (key: string, value: unknown) => unknown): VegaLiteSpec {
  const inner = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inner)
    return isObject(value) ? mapObject(value, change) : value
  }
  const entries = Object.entries(object).map(([key, value]) =>
    key === 'data' || key === 'config' ? [key, value] : [key, inner(change(key, value))],
  )
  return Object.fromEntries(entries) as VegaLiteSpec
}
