import { toSvg, type VegaLiteSpec } from './vegaLite.ts'

/** A chart and its drawing. */
export interface DrawnChart {
  readonly spec: VegaLiteSpec
  readonly svg: string
}

/** Panels that would be narrower than this share of what they ask for stay as wide. */
const NARROWEST = 0.25

/**
 * Draws a chart at most so wide: where it would be wider, its panels are made narrower; titles and labels keep their size. The
 * specification comes back with the widths that were drawn.
 * @throws as `toSvg`.
 */
export async function drawWithin(spec: VegaLiteSpec, width: number): Promise<DrawnChart> {
  const first = await drawn(spec, 1)
  if (first.width <= width) return first
  const second = await drawn(spec, width / first.width)
  if (second.width <= width || second.width === first.width) return second
  // Two drawings tell what of the width belongs to panels and what to the words beside them.
  const panels = (first.width - second.width) / (1 - width / first.width)
  const factor = (width - (first.width - panels) - 1) / panels
  return drawn(spec, Math.max(NARROWEST, factor))
}

async function drawn(spec: VegaLiteSpec, factor: number): Promise<DrawnChart & { readonly width: number }> {
  const narrower = factor === 1 ? spec : (scaled(spec, factor) as VegaLiteSpec)
  const svg = await toSvg(narrower)
  return { spec: narrower, svg, width: drawnWidth(svg) }
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
