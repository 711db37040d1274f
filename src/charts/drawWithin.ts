import { toSvg, type VegaLiteSpec } from './vegaLite.ts'

/** A chart and its drawing. */
export interface DrawnChart {
  readonly spec: VegaLiteSpec
  readonly svg: string
}

/** Panels that would be narrower than this share of what they ask for stand in fewer columns. */
const READABLE = 0.6
/** Panels below each other keep this share, however long the words beside them. */
const NARROWEST = 0.25

/**
 * Draws a chart at most so wide: where it would be wider, its panels are made narrower, and where they would be too narrow to
 * read, some go below the others. Titles and labels keep their size. The specification comes back with the widths that were drawn.
 * @throws as `toSvg`.
 */
export async function drawWithin(spec: VegaLiteSpec, width: number): Promise<DrawnChart> {
  const first = await drawn(spec, 1)
  if (first.width <= width) return first
  const narrow = await narrowed(first, width)
  const fewer = withFewerColumns(spec)
  return fewer === null || (narrow.width <= width && narrow.factor >= READABLE) ? narrow : drawWithin(fewer, width)
}

interface Drawing extends DrawnChart {
  readonly width: number
  /** What its panels have of the width they ask for. */
  readonly factor: number
}

async function narrowed(first: Drawing, width: number): Promise<Drawing> {
  const { spec } = first
  let [wide, narrow] = [first, await drawn(spec, Math.max(NARROWEST, width / first.width))]
  while (narrow.width > width && narrow.width < wide.width && narrow.factor > NARROWEST) {
    // Two drawings tell how much of the width belongs to panels; the rest are the words beside them.
    const panels = (wide.width - narrow.width) / (wide.factor - narrow.factor)
    const factor = narrow.factor - (narrow.width - width + 1) / panels
    ;[wide, narrow] = [narrow, await drawn(spec, Math.max(NARROWEST, factor))]
  }
  return narrow
}

/** The panels of a chart in one column fewer; null where they are one below the other, or one alone. */
function withFewerColumns(spec: VegaLiteSpec): VegaLiteSpec | null {
  if ('hconcat' in spec) {
    const { hconcat, ...rest } = spec
    return hconcat.length < 2 ? null : { ...rest, concat: hconcat, columns: hconcat.length - 1 }
  }
  if (!('concat' in spec)) return null
  const columns = Math.min(spec.columns ?? spec.concat.length, spec.concat.length) - 1
  return columns < 1 ? null : { ...spec, columns }
}

async function drawn(spec: VegaLiteSpec, factor: number): Promise<Drawing> {
  const narrower = factor === 1 ? spec : (scaled(spec, factor) as VegaLiteSpec)
  const svg = await toSvg(narrower)
  return { spec: narrower, svg, width: drawnWidth(svg), factor }
}

/** Width of a drawing in pixels, as its root element says. */
export const drawnWidth = (svg: string): number => Number(/^<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1] ?? 0)

/** What holds panels. */
const HOLDERS = ['hconcat', 'vconcat', 'concat', 'layer', 'spec']

function scaled(view: unknown, factor: number): unknown {
  if (Array.isArray(view)) return view.map((each) => scaled(each, factor))
  if (typeof view !== 'object' || view === null) return view
  const entries = Object.entries(view).map(([name, value]: [string, unknown]): [string, unknown] => {
    if (name === 'width' && typeof value === 'number') return [name, Math.max(40, Math.floor(value * factor))]
    return [name, HOLDERS.includes(name) ? scaled(value, factor) : value]
  })
  return Object.fromEntries(entries)
}
