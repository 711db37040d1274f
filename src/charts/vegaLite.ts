import type { TopLevelSpec } from 'vega-lite'
import { escapeText } from '../support/text/escapeText.ts'
import { cssPalette, type Palette } from './palette.ts'
import { isRecord } from '../support/records.ts'

/** A vega-lite specification, plain JSON: what the notebook shows, the site draws and a test compares. */
export type VegaLiteSpec = TopLevelSpec
/** One of the charts that stand beside each other in a specification. */
export type ChartPanel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number]
/** One of the charts that are laid over each other in a specification. */
export type ChartLayer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number]
/** The channels of a chart's layer. */
export type ChartEncoding = NonNullable<Extract<ChartLayer, { mark: unknown }>['encoding']>
/** What a channel of an encoding may be: `Channel<'x'>`. */
export type Channel<Name extends keyof ChartEncoding> = NonNullable<ChartEncoding[Name]>

/** Options of every chart. */
export interface ChartOptions {
  /** Width of the drawing area of one panel, in pixels. */
  readonly width?: number
  readonly height?: number
  readonly palette?: Palette
}

// JupyterLab 4.6 draws vega-lite 5; what is used here means the same in 5 and 6.
const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json'
const FONT = 'system-ui, sans-serif'
/** A name that is cut names nothing: what is drawn makes room for it. */
const NO_LIMIT = 0

/** Fonts and colours shared by all charts. */
function config(palette: Palette): NonNullable<VegaLiteSpec['config']> {
  const axis = {
    labelColor: palette.muted,
    titleColor: palette.ink,
    gridColor: palette.grid,
    domainColor: palette.muted,
    tickColor: palette.muted,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelOverlap: 'greedy',
    labelLimit: NO_LIMIT,
  } as const
  return {
    font: FONT,
    axis,
    legend: {
      labelColor: palette.ink,
      titleColor: palette.ink,
      labelFontSize: 12,
      labelLimit: NO_LIMIT,
      symbolStrokeWidth: 2,
    },
    title: { color: palette.ink, fontSize: 13, fontWeight: 600, anchor: 'start', subtitleColor: palette.muted },
    view: { stroke: null },
    text: { color: palette.ink, fontSize: 12 },
  }
}

/** `body` with the schema, the description a screen reader says, and the common look. */
export function chart(description: string, body: VegaLiteSpec, palette: Palette = cssPalette): VegaLiteSpec {
  return {
    $schema: SCHEMA,
    description,
    background: palette.background,
    padding: 4,
    config: config(palette),
    usermeta: { embedOptions: { actions: false, renderer: 'svg' } },
    ...(withoutEmptyLegends(body) as VegaLiteSpec), // what goes is optional
  }
}

/** A chart that asks for a file or an address: drawn, it would show what the machine that draws it can read. */
export class ForeignDataError extends Error {
  override readonly name = 'ForeignDataError'
}

function checkOwnData(spec: unknown): void {
  if (typeof spec !== 'object' || spec === null) return
  for (const [key, value] of Object.entries(spec)) {
    if (key === 'url')
      throw new ForeignDataError(`a chart must hold its own data, but asks for ${JSON.stringify(value)}`)
    // Rows of data may have any columns.
    if (key !== 'values') checkOwnData(value)
  }
}

/**
 * A spec in which no legend is of a scale without values: Vega 5, which JupyterLab draws with, lays such a legend out without
 * end and freezes the page. An empty list for a domain goes, so that the scale takes its domain from the data; where there
 * are no data either, the legends are removed.
 */
function withoutEmptyLegends(spec: unknown, hasData = true): unknown {
  if (Array.isArray(spec)) return spec.map((each) => withoutEmptyLegends(each, hasData))
  if (typeof spec !== 'object' || spec === null) return spec
  const data = isEmptyData(spec) ? false : 'data' in spec || hasData
  const entries = Object.entries(spec).filter(([name]) => name !== 'scale' || !isEmptyDomain(spec))
  const inner = Object.fromEntries(
    entries.map(([name, value]) => [name, name === 'data' ? value : withoutEmptyLegends(value, data)]),
  )
  if (!data && isRecord(inner['encoding'])) return { ...inner, encoding: withoutLegends(inner['encoding']) }
  return isEmptyDomain(spec) ? { ...inner, legend: null } : inner
}

type Channels = Readonly<Record<string, unknown>>

/** Channels that have a legend by default. */
const LEGENDS = ['color', 'fill', 'stroke', 'shape', 'size', 'opacity', 'fillOpacity', 'strokeOpacity', 'strokeDash']

function withoutLegends(encoding: Channels): Channels {
  const channels = Object.entries(encoding).map(([name, channel]): [string, unknown] => {
    const hasField = typeof channel === 'object' && channel !== null && 'field' in channel
    return [name, hasField && LEGENDS.includes(name) ? { ...channel, legend: null } : channel]
  })
  return Object.fromEntries(channels)
}

const isEmpty = (holder: unknown, name: string): boolean => {
  const list = isRecord(holder) ? holder[name] : undefined
  return Array.isArray(list) && list.length === 0
}

const isEmptyData = (spec: object): boolean => 'data' in spec && isEmpty(spec.data, 'values')

const isEmptyDomain = (channel: object): boolean => 'scale' in channel && isEmpty(channel.scale, 'domain')

/**
 * Draws a chart as SVG text, without a browser. The same spec gives the same text on every machine.
 * The root element scales down with its container and carries the description as its label.
 * @throws ForeignDataError for a chart that asks for a file or an address.
 */
export async function toSvg(spec: VegaLiteSpec): Promise<string> {
  // Imported here: both load slowly, neither can be `require`d, and a page that only needs the spec should not carry them.
  const [vega, vegaLite, { expressionInterpreter }] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('vega-interpreter'),
  ])
  const compiled = vegaLite.compile(spec).spec
  checkOwnData(compiled)
  // The charts of notebooks are anybody's: their expressions are interpreted, not made into functions.
  const view = new vega.View(vega.parse(compiled, undefined, { ast: true }), {
    renderer: 'none',
    logLevel: vega.Error,
    expr: expressionInterpreter,
  })
  try {
    const svg = await view.toSVG()
    const label = escapeText(spec.description ?? 'chart')
    return svg.replace('<svg ', `<svg role="img" aria-label="${label}" style="max-width:100%;height:auto" `)
  } finally {
    view.finalize()
  }
}
