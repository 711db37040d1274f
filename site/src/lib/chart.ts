// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- types of an untyped package are not a module to import
/// <reference path="./vega-scenegraph.d.ts" />
import { createHash } from 'node:crypto'
import type { Spec } from 'vega'
import { compile } from 'vega-lite'
// A part of vega, at the version that the lockfile gives it.
import { textMetrics } from 'vega-scenegraph'
import { toSvg, type VegaLiteSpec } from '../../../src/charts/vegaLite.ts'
import { narrowChart, PHONE_WIDTH } from './narrowChart.ts'
import { textWidth } from './textWidth.ts'
import { isRecord as isObject, listOf } from '../../../src/support/records.ts'

// Without a canvas vega takes every letter for a wide one, and leaves that much room beside the names.
textMetrics.width = ({ fontSize = 11 }, text) => textWidth(String(text ?? ''), fontSize)

/** A chart as it stands on the page: drawn now, and the same as a vega specification for who points at it. */
interface DrawnChart {
  readonly svg: string
  readonly vega: Spec
}

/** @param describedBy id of the element that says at length what the label says in short. */
export async function drawChart(spec: VegaLiteSpec, describedBy: string): Promise<DrawnChart> {
  const vega = compile(spec).spec
  const svg = asOneImage(await toSvg({ ...spec, description: chartTitle(spec) }))
  return { svg: svg.replace('<svg ', `<svg aria-describedby="${describedBy}" `), vega }
}

/** Width of a drawing, in pixels. */
export const widthOf = ({ svg }: DrawnChart): number => Number(/ width="([\d.]+)"/.exec(svg)?.[1] ?? 0)

/** The chart as a phone shows it; null if the drawing has room there as it is. */
export async function drawForPhone(
  spec: VegaLiteSpec,
  drawn: DrawnChart,
  describedBy: string,
): Promise<DrawnChart | null> {
  const width = widthOf(drawn)
  if (width <= PHONE_WIDTH) return null
  return drawChart({ ...narrowChart(spec, width), description: chartTitle(spec) }, describedBy)
}

/**
 * The drawing without roles and labels of its parts, and without style attributes: to who cannot see it, it is one image
 * with the label it has; the page's style sheet says how wide it is.
 */
function asOneImage(svg: string): string {
  const end = svg.indexOf('>') + 1
  const root = svg.slice(0, end).replace(/ style="[^"]*"/, '')
  return root + svg.slice(end).replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, '')
}

/** What a chart shows, in full. */
export const chartSummary = ({ description = 'chart' }: VegaLiteSpec): string => description

/** The same in short: its title, or its summary up to the first colon. */
export function chartTitle(spec: VegaLiteSpec): string {
  const { title } = spec
  if (typeof title === 'string' && title !== '') return title
  if (typeof title === 'object' && title !== null && 'text' in title) return [title.text].flat().join(' ')
  return chartSummary(spec).replace(/:[\s\S]*$/, '')
}

/** Names a figure by what it shows and its data: the same in a notebook and on a page, however large it is drawn. */
export function figureId(spec: VegaLiteSpec): string {
  // A stored notebook has the members of its objects in the order of their names.
  const rows = dataOf(spec).map((value) => JSON.stringify(value, isObject(value) ? Object.keys(value).sort() : []))
  const shown = [chartSummary(spec), ...rows.sort()].join('\n')
  return `figure-${createHash('sha256').update(shown).digest('hex').slice(0, 8)}`
}

/** All rows of data in a chart and its parts. */
function dataOf(node: object): unknown[] {
  return Object.entries<unknown>({ ...node }).flatMap(([key, value]) => {
    if (key === 'data' && isObject(value)) return listOf(value['values'] ?? [])
    return listOf(value).filter(isObject).flatMap(dataOf)
  })
}

/** The panels of a row or grid as charts of their own, so that a narrow page can put them below each other. */
export function panels(spec: VegaLiteSpec): VegaLiteSpec[] {
  if ('hconcat' in spec) {
    const { hconcat, spacing: _spacing, bounds: _bounds, ...shared } = spec
    return hconcat.map((panel) => ({ ...shared, ...panel }) as VegaLiteSpec)
  }
  if (!('concat' in spec)) return [spec]
  const { concat, columns: _columns, spacing: _spacing, bounds: _bounds, ...shared } = spec
  return concat.map((panel) => ({ ...shared, ...panel }) as VegaLiteSpec)
}

/** What a colour of a chart stands for. */
interface LegendEntry {
  readonly label: string
  readonly colour: string
}

/** The legend that the panels of a chart share: that of the first scale of colours that has a legend. */
export function legendOf(node: object): LegendEntry[] {
  for (const [key, value] of Object.entries<unknown>({ ...node })) {
    if (key === 'data' || key === 'config') continue
    if (key === 'color' && isObject(value) && value['legend'] !== null && isObject(value['scale'])) {
      const { domain, range } = value['scale']
      if (Array.isArray(domain) && Array.isArray(range))
        return domain.map((label, n) => ({ label: String(label), colour: String(range[n]) }))
    }
    for (const child of listOf(value).filter(isObject)) {
      const found = legendOf(child)
      if (found.length > 0) return found
    }
  }
  return []
}

/**
 * The chart without the legends of its scales, for a page that has one legend for several panels.
 * @example withoutLegends({ encoding: { color: { field: 'a', legend: {} } } }) // { encoding: { color: { field: 'a', legend: null } } }
 */
export function withoutLegends(spec: VegaLiteSpec): VegaLiteSpec {
  const noLegend = (key: string, value: unknown): unknown =>
    key === 'color' && isObject(value) ? { ...value, legend: null } : value
  return { ...spec, ...mapObject({ ...spec }, noLegend) }
}

type Members = Readonly<Record<string, unknown>>

/** The same tree with `change` applied to every member but those of data and config, outermost first. */
function mapObject(object: Members, change: (key: string, value: unknown) => unknown): Members {
  const inner = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inner)
    return isObject(value) ? mapObject(value, change) : value
  }
  const entries = Object.entries(object).map(([key, value]): [string, unknown] =>
    key === 'data' || key === 'config' ? [key, value] : [key, inner(change(key, value))],
  )
  return Object.fromEntries(entries)
}
