import type { VegaLiteSpec } from '../../../src/charts/vegaLite.ts'
import { linesOf } from './textWidth.ts'
import { isRecord as isObject, listOf } from '../../../src/support/records.ts'

/** Width of the text on a phone, in pixels: a wider chart is drawn again for it, because scaling would shrink its letters. */
export const PHONE_WIDTH = 358
/** A plot is at least this wide, however long its labels are. */
const NARROWEST_PLOT = 130
const [TITLE_SIZE, AXIS_SIZE] = [13, 12]

/**
 * The chart for a phone: its plot narrower by what it is too wide, its titles in lines, its legends one below the other.
 * A plot whose width is that of its steps stays as it is: its page lets it be scrolled.
 * @param drawnWidth what it took, names and legends included.
 */
export function narrowChart(spec: VegaLiteSpec, drawnWidth: number): VegaLiteSpec {
  if (!('width' in spec) || typeof spec.width !== 'number') return wrapped(spec, PHONE_WIDTH)
  const plot = Math.max(NARROWEST_PLOT, spec.width - Math.max(0, drawnWidth - PHONE_WIDTH))
  return { ...wrapped(spec, plot), width: plot }
}

/** Titles in lines of at most the plot's width, legends in one column: in every part but data and config. */
function wrapped<Node extends object>(node: Node, plot: number): Node {
  const entries = Object.entries(node).map(([key, value]): [string, unknown] => {
    if (key === 'data' || key === 'config' || key === 'tooltip') return [key, value]
    if (key === 'title') return [key, titleInLines(value, plot, 'type' in node ? AXIS_SIZE : TITLE_SIZE)]
    if (key === 'legend' && isObject(value)) return [key, { ...value, columns: 1, direction: 'vertical' }]
    if (Array.isArray(value)) return [key, listOf(value).map((each) => (isObject(each) ? wrapped(each, plot) : each))]
    return [key, isObject(value) ? wrapped(value, plot) : value]
  })
  return Object.fromEntries(entries) as Node // titles and legends stay what they are, in other words
}

/** A chart's title may reach over the names at its left; an axis's stands in the middle of the plot. */
function titleInLines(title: unknown, plot: number, size: number): unknown {
  const room = size === TITLE_SIZE ? PHONE_WIDTH : Math.max(plot, 220)
  if (typeof title === 'string') return linesOf(title, room, size)
  if (!isObject(title)) return title
  const { text, subtitle } = title
  return {
    ...title,
    ...(typeof text === 'string' ? { text: linesOf(text, room, TITLE_SIZE) } : {}),
    ...(typeof subtitle === 'string' && subtitle !== ' ' ? { subtitle: linesOf(subtitle, room, AXIS_SIZE) } : {}),
  }
}
