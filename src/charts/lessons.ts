import { cssPalette } from './palette.ts'
import { type Channel, chart, type ChartOptions, type VegaLiteSpec } from './vegaLite.ts'

/** A named line of a chart: a value at each x. */
export interface Line {
  readonly name: string
  readonly values: readonly number[]
}

/** Options of `linesSpec`. */
export interface LinesOptions extends ChartOptions {
  /** Titles of the axes. */
  readonly x: string
  readonly y: string
  /** X of the first value, and how far the next one is from it. Default: 0 and 1. */
  readonly from?: number
  readonly every?: number
  /** A level to compare with, dashed. */
  readonly level?: { readonly name: string; readonly value: number }
}

const WIDTH = 720

/**
 * Lines over steps, each with its name in the legend.
 * @example linesSpec([{ name: 'loss', values: [4, 2, 1] }], { x: 'step', y: 'loss (nats per step)' })
 */
export function linesSpec(lines: readonly Line[], options: LinesOptions): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const { from = 0, every = 1, level } = options
  const values = lines.flatMap(({ name, values }) => values.map((y, n) => ({ name, x: from + n * every, y })))
  const names = [...lines.map(({ name }) => name), ...(level === undefined ? [] : [level.name])]
  const color = {
    field: 'name',
    type: 'nominal',
    title: null,
    scale: { domain: names, range: [palette.first, palette.second, palette.ink, palette.given] },
    legend: { orient: 'top' },
  } satisfies Channel<'color'>
  const y = { field: 'y', type: 'quantitative', title: options.y, scale: { zero: false } } satisfies Channel<'y'>
  const body = {
    width: options.width ?? WIDTH,
    height: options.height ?? 200,
    layer: [
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 2 },
        encoding: { x: { field: 'x', type: 'quantitative', title: options.x }, y, color },
      },
      ...(level === undefined
        ? []
        : [
            {
              data: { values: [{ name: level.name, y: level.value }] },
              mark: { type: 'rule' as const, strokeDash: [5, 4], strokeWidth: 1.5 },
              encoding: { y, color },
            },
          ]),
    ],
  } satisfies VegaLiteSpec
  const said = lines.map(({ name, values }) => `${name} from ${short(values[0])} to ${short(values.at(-1))}`)
  const than = level === undefined ? '' : `; ${level.name} ${short(level.value)}`
  return chart(`${options.y} over ${options.x}: ${said.join(', ')}${than}`, body, palette)
}

const short = (value: number | undefined): string => (value === undefined ? 'nothing' : value.toPrecision(3))

/** A matrix to be shown as colours. */
export interface Heat {
  /** Row by row; the first row is drawn at the bottom, unless `topDown`. */
  readonly rows: readonly (readonly number[])[]
  readonly rowNames?: readonly string[]
  readonly columnNames?: readonly string[]
}

/** Options of `heatSpec`. */
export interface HeatOptions extends ChartOptions {
  readonly x: string
  readonly y: string
  /** What a cell is. */
  readonly value: string
  readonly topDown?: boolean
}

/**
 * A matrix as a picture: the stronger the colour, the larger the value.
 * @example heatSpec({ rows: [[0, 1], [1, 0]] }, { x: 'step', y: 'row', value: 'input' })
 */
export function heatSpec(heat: Heat, options: HeatOptions): VegaLiteSpec {
  const { rows, rowNames, columnNames } = heat
  const palette = options.palette ?? cssPalette
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const body = {
    data: { values: cellsOf(heat) },
    width: options.width ?? Math.min(WIDTH, Math.max(240, columns * 16)),
    height: options.height ?? Math.min(420, Math.max(80, rows.length * 14)),
    mark: { type: 'rect', color: palette.first },
    encoding: {
      x: { field: 'c', title: options.x, ...places(columns, columnNames) },
      y: {
        field: 'r',
        title: options.y,
        sort: options.topDown === true ? 'ascending' : 'descending',
        ...places(rows.length, rowNames),
      },
      opacity: { field: 'value', type: 'quantitative', scale: { range: [0.05, 1] }, legend: null },
      tooltip: [
        { field: 'row', title: options.y },
        { field: 'column', title: options.x },
        { field: 'value', title: options.value, format: '.3f' },
      ],
    },
  } satisfies VegaLiteSpec
  return chart(
    `${options.value} by ${options.y} and ${options.x}: ${rows.length} rows, ${columns} columns`,
    body,
    palette,
  )
}

/** Cells that are not zero. */
function cellsOf({ rows, rowNames, columnNames }: Heat) {
  const cells = rows.flatMap((row, r) =>
    row.map((value, c) => ({ r, c, value, row: rowNames?.[r] ?? String(r), column: columnNames?.[c] ?? String(c) })),
  )
  return cells.filter(({ value }) => value !== 0)
}

/** An axis of whole places from 0 up, with their names. */
function places(count: number, names: readonly string[] | undefined) {
  const labelExpr = names === undefined ? 'datum.value' : `${JSON.stringify(names)}[datum.value]`
  return {
    type: 'ordinal',
    scale: { domain: Array.from({ length: count }, (_, n) => n), paddingInner: 0 },
    axis: { labelExpr, labelAngle: 0, labelOverlap: 'parity', ticks: false },
  } as const
}

/** A named share of a whole, 0-1. */
export interface NamedShare {
  readonly name: string
  readonly share: number
}

/**
 * Shares as bars with their percentages, the largest first, at most `most` of them.
 * @example sharesSpec([{ name: 'C4', share: .5 }], { title: 'What comes next' })
 */
export function sharesSpec(
  shares: readonly NamedShare[],
  { title, most = 12, ...options }: ChartOptions & { readonly title: string; readonly most?: number },
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const kept = shares.toSorted((a, b) => b.share - a.share).slice(0, most)
  const values = kept.map(({ name, share }) => ({ name, share, text: `${(100 * share).toFixed(1)}%` }))
  const largest = Math.max(0.01, ...kept.map(({ share }) => share))
  const body = {
    title,
    data: { values },
    width: options.width ?? 420,
    height: { step: 20 },
    encoding: {
      y: { field: 'name', type: 'nominal', sort: null, title: null, axis: { ticks: false, domain: false } },
      x: {
        field: 'share',
        type: 'quantitative',
        title: 'probability',
        scale: { domain: [0, Math.min(1, largest * 1.2)] },
        axis: { format: '.0%', tickCount: 5, grid: false },
      },
    },
    layer: [
      { mark: { type: 'bar', color: palette.first, height: { band: 0.7 } } },
      { mark: { type: 'text', align: 'left', dx: 5, color: palette.ink }, encoding: { text: { field: 'text' } } },
    ],
  } satisfies VegaLiteSpec
  return chart(`${title}: ${values.map(({ name, text }) => `${name} ${text}`).join(', ')}`, body, palette)
}
