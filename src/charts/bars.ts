import { dropReasonText } from './dropReasons.ts'
import { cssPalette } from './palette.ts'
import { type Channel, chart, type ChartOptions, type VegaLiteSpec } from './vegaLite.ts'

/** Options of bar charts. */
export interface BarsOptions extends ChartOptions {
  readonly title?: string
  /** What is counted: the title of the axis. */
  readonly unit: string
}

/** Horizontal bars in the order given, each with its number behind it. */
export function barsSpec(
  rows: readonly { readonly name: string; readonly count: number }[],
  options: BarsOptions,
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const most = Math.max(1, ...rows.map((row) => row.count))
  const y = {
    field: 'name',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { ticks: false, domain: false },
  } satisfies Channel<'y'>
  // Room for the number behind the longest bar.
  const x = {
    field: 'count',
    type: 'quantitative',
    title: options.unit,
    scale: { domain: [0, most * 1.15], nice: false },
    axis: { tickCount: 5, tickMinStep: 1, format: ',d', grid: false },
  } satisfies Channel<'x'>
  const body = {
    ...(options.title === undefined ? {} : { title: options.title }),
    data: { values: rows.map(({ name, count }) => ({ name, count })) },
    width: options.width ?? 420,
    height: { step: 26 },
    encoding: { y, x },
    layer: [
      { mark: { type: 'bar', color: palette.first, height: { band: 0.7 } } },
      {
        mark: { type: 'text', align: 'left', dx: 5, color: palette.ink },
        encoding: { text: { field: 'count', type: 'quantitative', format: ',' } },
      },
    ],
  } satisfies VegaLiteSpec
  const said = rows.map((row) => `${row.name} ${row.count}`).join(', ')
  return chart(`${options.title ?? options.unit}: ${said}`, body, palette)
}

/** How many tracks or files each reason dropped, the commonest first. */
export function dropReasonsSpec(dropped: Readonly<Record<string, number>>, options: ChartOptions = {}): VegaLiteSpec {
  const rows = Object.entries(dropped)
    .map(([reason, count]) => ({ name: dropReasonText(reason), count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
  return barsSpec(rows, { unit: 'dropped tracks, parts and files', title: 'Why something gave no melody', ...options })
}

/** How many files state each mode, the commonest first. */
export function modesSpec(modes: Readonly<Record<string, number>>, options: ChartOptions = {}): VegaLiteSpec {
  const rows = Object.entries(modes)
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
  return barsSpec(rows, { unit: 'files', title: 'Mode by the key field', ...options })
}

/** What became of one source's files. */
export interface SourceStages {
  readonly source: string
  readonly files: number
  readonly readable: number
  readonly withMelodies: number
}

const STAGES = [
  ['unreadable', 'muted', ({ files, readable }: SourceStages) => files - readable],
  ['read, no melody', 'second', ({ readable, withMelodies }: SourceStages) => readable - withMelodies],
  ['gave a melody', 'first', ({ withMelodies }: SourceStages) => withMelodies],
] as const

/** Sums of the rows of one source, which may have one row per style. */
function sumBySource(rows: readonly SourceStages[]): SourceStages[] {
  const sums = new Map<string, SourceStages>()
  for (const { source, files, readable, withMelodies } of rows) {
    const sum = sums.get(source) ?? { source, files: 0, readable: 0, withMelodies: 0 }
    sums.set(source, {
      source,
      files: sum.files + files,
      readable: sum.readable + readable,
      withMelodies: sum.withMelodies + withMelodies,
    })
  }
  return [...sums.values()]
}

/** The files of each source by how far they came: one bar per source, the largest first, shares stacked. */
export function sourceFunnelSpec(sources: readonly SourceStages[], options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const rows = sumBySource(sources).sort((a, b) => b.files - a.files || (a.source < b.source ? -1 : 1))
  const values = rows.flatMap((row) =>
    [...STAGES]
      .reverse()
      .map(([stage, , countOf], order) => ({ source: row.source, stage, files: countOf(row), order })),
  )
  const colour = {
    domain: STAGES.map(([stage]) => stage).reverse(),
    range: STAGES.map(([, name]) => palette[name]).reverse(),
  }
  const title = 'From files to melodies, by source'
  const body = {
    title,
    data: { values },
    width: options.width ?? 420,
    height: { step: 26 },
    mark: { type: 'bar', height: { band: 0.7 } },
    encoding: {
      y: {
        field: 'source',
        type: 'nominal',
        sort: null,
        title: null,
        axis: { ticks: false, domain: false },
      },
      x: {
        field: 'files',
        type: 'quantitative',
        title: 'files',
        axis: { tickCount: 5, tickMinStep: 1, format: ',d', grid: false },
      },
      color: { field: 'stage', type: 'nominal', scale: colour, legend: { title: null, orient: 'bottom' } },
      order: { field: 'order' },
      tooltip: [{ field: 'source' }, { field: 'stage' }, { field: 'files', format: ',' }],
    },
  } satisfies VegaLiteSpec
  const said = rows.map((row) => `${row.source} ${row.withMelodies} of ${row.files}`).join(', ')
  return chart(`${title}: ${said}`, body, palette)
}

/** From files to melodies: one bar per stage, in the order given. */
export function funnelSpec(
  stages: readonly { readonly name: string; readonly count: number }[],
  options: ChartOptions = {},
): VegaLiteSpec {
  return barsSpec(stages, { unit: 'count', title: 'From files to melodies', ...options })
}
