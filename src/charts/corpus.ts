import { barsSpec } from './bars.ts'
import { cssPalette } from './palette.ts'
import type { TableRow } from '../support/text/table.ts'
import { type Channel, chart, type ChartOptions, type VegaLiteSpec } from './vegaLite.ts'
import { entriesOf } from '../support/records.ts'

/** What one policy makes of a source's files. */
export interface Yield {
  readonly withMelodies: number
  readonly melodies: number
}

/** A source by both policies for tracks with two notes at once: `strict` drops them, `loose` keeps their top line. */
export interface YieldOfSource {
  /** The archive or folder it lies in. */
  readonly corpus: string
  readonly source: string
  readonly files: number
  readonly strict: Yield
  readonly loose: Yield
}

/** Sums by corpus: one row each, in the order they come. */
export function yieldsByCorpus(yields: readonly YieldOfSource[]): YieldOfSource[] {
  return merged(yields, ({ corpus }) => corpus).map((row) => ({ ...row, source: row.corpus }))
}

/** Sums by source, where several rows (of several styles, say) are of one source. */
export function yieldsBySource(yields: readonly YieldOfSource[]): YieldOfSource[] {
  return merged(yields, ({ corpus, source }) => `${corpus}/${source}`)
}

function merged(yields: readonly YieldOfSource[], keyOf: (row: YieldOfSource) => string): YieldOfSource[] {
  const sums = new Map<string, YieldOfSource>()
  for (const row of yields) {
    const sum = sums.get(keyOf(row))
    sums.set(keyOf(row), sum === undefined ? row : addYields(sum, row))
  }
  return [...sums.values()]
}

function addYields(a: YieldOfSource, b: YieldOfSource): YieldOfSource {
  const add = (x: Yield, y: Yield): Yield => ({
    withMelodies: x.withMelodies + y.withMelodies,
    melodies: x.melodies + y.melodies,
  })
  return { ...a, files: a.files + b.files, strict: add(a.strict, b.strict), loose: add(a.loose, b.loose) }
}

/** Both policies side by side, one row per source. */
export function yieldTable(yields: readonly YieldOfSource[]): TableRow[] {
  return yields.map(({ source, files, strict, loose }) => ({
    source,
    files,
    'with a melody (strict)': strict.withMelodies,
    'melodies (strict)': strict.melodies,
    'with a melody (loose)': loose.withMelodies,
    'melodies (loose)': loose.melodies,
  }))
}

const number = (value: number): string => value.toLocaleString('en')

/** What both policies make of one corpus, in a sentence; null if it is not there. */
export function yieldSentence(yields: readonly YieldOfSource[], corpus: string, what: string): string | null {
  const row = yieldsByCorpus(yields).find((each) => each.corpus === corpus)
  if (row === undefined) return null
  const { files, strict, loose } = row
  return (
    `Of ${number(files)} ${what}, ${number(strict.withMelodies)} give a melody by the study's strict rule ` +
    `(${number(strict.melodies)} melodies in all); by the loose one ${number(loose.withMelodies)} do (${number(loose.melodies)} melodies).`
  )
}

/** Melodies per file by both policies, one line per source: what the strict rule costs. */
export function yieldsSpec(yields: readonly YieldOfSource[], options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const rows = yields.map(({ source, files, strict, loose }) => {
    return { source, files, strict: strict.melodies / files, loose: loose.melodies / files }
  })
  const values = rows.flatMap(({ source, files, strict, loose }) => [
    { source, files, policy: 'strict', rate: strict, strict, loose },
    { source, files, policy: 'loose', rate: loose, strict, loose },
  ])
  const y = { field: 'source', type: 'nominal', sort: null, title: null, axis: { grid: true } } satisfies Channel<'y'>
  const x = {
    type: 'quantitative',
    title: 'melodies per file',
    axis: { tickCount: 8, grid: false },
  } satisfies Channel<'x'>
  const colour = { domain: ['strict', 'loose'], range: [palette.first, palette.second] }
  const title = 'What the strict rule costs'
  const body = {
    title,
    data: { values },
    width: options.width ?? 420,
    height: { step: 20 },
    encoding: { y },
    layer: [
      {
        mark: { type: 'rule', color: palette.muted },
        encoding: { x: { ...x, field: 'strict' }, x2: { field: 'loose' } },
      },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: {
          x: { ...x, field: 'rate' },
          color: { field: 'policy', type: 'nominal', scale: colour, legend: { title: null, orient: 'bottom' } },
          tooltip: [
            { field: 'source' },
            { field: 'policy' },
            { field: 'rate', title: 'melodies per file', format: '.2f' },
            { field: 'files', format: ',' },
          ],
        },
      },
    ],
  } satisfies VegaLiteSpec
  const said = rows.map((row) => `${row.source} ${row.strict.toFixed(2)} and ${row.loose.toFixed(2)}`).join(', ')
  return chart(`${title}: melodies per file, strict and loose: ${said}`, body, palette)
}

/** How the longest stretches that test melodies share with training melodies are spread. */
export interface LeakSeries {
  readonly name: string
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly melodies: number }[]
}

/** Stretches from here on are shown together: the tail is long and thin. */
const LONG_STRETCH = 64

/** Shares of test melodies by the longest stretch they share with any training melody, two splits side by side. */
export function leakHistogramSpec(series: readonly LeakSeries[], options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = series.flatMap(({ name, histogram }) => {
    const all = histogram.reduce((sum, bin) => sum + bin.melodies, 0)
    return joinTail(histogram).map(({ label, melodies }) => ({ name, label, melodies, share: melodies / all }))
  })
  const colour = { domain: series.map(({ name }) => name), range: [palette.first, palette.second] }
  const title = 'The longest stretch a test melody shares with a training melody'
  const body = {
    title,
    data: { values },
    width: options.width ?? 560,
    height: options.height ?? 200,
    mark: { type: 'bar' },
    encoding: {
      x: {
        field: 'label',
        type: 'nominal',
        sort: null,
        title: 'moves in a row (interval and rhythm alike, in any key)',
        axis: { labelAngle: 0 },
      },
      xOffset: { field: 'name', sort: null },
      y: {
        field: 'share',
        type: 'quantitative',
        title: 'share (log scale)',
        scale: { type: 'symlog', constant: 0.002, domain: [0, 1] },
        axis: { values: [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1], format: '.1~%' },
      },
      color: {
        field: 'name',
        type: 'nominal',
        scale: colour,
        legend: { title: null, orient: 'bottom' },
      },
      tooltip: [
        { field: 'name', title: 'split' },
        { field: 'label', title: 'moves in a row' },
        { field: 'melodies', format: ',' },
        { field: 'share', format: '.2%' },
      ],
    },
  } satisfies VegaLiteSpec
  return chart(`${title}: ${series.map(tailInWords).join('; ')}`, body, palette)
}

function joinTail(histogram: LeakSeries['histogram']): { label: string; melodies: number }[] {
  const bins = histogram.filter(({ from }) => from < LONG_STRETCH)
  const tail = histogram.filter(({ from }) => from >= LONG_STRETCH)
  const long = tail.reduce((sum, { melodies }) => sum + melodies, 0)
  return [
    ...bins.map(({ from, to, melodies }) => ({ label: `${from}–${to - 1}`, melodies })),
    ...(tail.length === 0 ? [] : [{ label: `${LONG_STRETCH}+`, melodies: long }]),
  ]
}

function tailInWords({ name, histogram }: LeakSeries): string {
  const bins = joinTail(histogram)
  return `${name} ${bins.map(({ label, melodies }) => `${label} ${melodies}`).join(', ')}`
}

/** Families by the number of their files. @param sizes number of families by number of files. */
export function familySizesSpec(sizes: Readonly<Record<string, number>>, options: ChartOptions = {}): VegaLiteSpec {
  const classes: readonly (readonly [name: string, from: number, to: number])[] = [
    ['1 file', 1, 1],
    ['2 files', 2, 2],
    ['3 files', 3, 3],
    ['4–9 files', 4, 9],
    ['10–19 files', 10, 19],
    ['20 files and more', 20, Infinity],
  ]
  const rows = classes.map(([name, from, to]) => {
    const own = Object.entries(sizes).filter(([size]) => Number(size) >= from && Number(size) <= to)
    return { name, count: own.reduce((sum, [, families]) => sum + families, 0) }
  })
  return barsSpec(rows, { unit: 'families', title: 'Families by size', ...options })
}

/** The major scales from C up, in semitones. */
export const MAJOR_SCALES = ['C', 'D♭', 'D', 'E♭', 'E', 'F', 'G♭', 'G', 'A♭', 'A', 'B♭', 'B']

/** Melodies by the major scale that holds most of their notes. @param counts from C up in semitones; ties counted as fractions. */
export function scalesSpec(counts: readonly number[], options: ChartOptions = {}): VegaLiteSpec {
  const rows = counts.map((count, n) => ({ name: `${MAJOR_SCALES[n]} major scale`, count: Math.round(count) }))
  return barsSpec(rows, {
    unit: 'melodies (shared where several scales fit equally)',
    title: 'The scale that fits best',
    ...options,
  })
}

/** A summary of stretches shared with training melodies. */
export interface LeakNumbers {
  readonly melodies: number
  readonly median: number
  readonly percentile95: number
  readonly longest: number
  /** Share that lies in the training set as a whole, 0-1. */
  readonly copied: number
}

/** One row of a table of leaks. */
export function leakRow(name: string, leaks: LeakNumbers): TableRow {
  return {
    split: name,
    'test melodies': leaks.melodies,
    'median stretch': leaks.median,
    '95 % have at most': leaks.percentile95,
    longest: leaks.longest,
    'lie whole in training (%)': Number((100 * leaks.copied).toFixed(2)),
  }
}

/** Counts by side of the split. */
export type Numbers = Readonly<Record<'train' | 'validation' | 'test', number>>

/** What is said of an iteration's data set. */
export interface PartNumbers {
  readonly iteration: string
  readonly files: Numbers
  readonly families: number
  readonly melodies: Numbers
  readonly removed: { readonly copies: number; readonly heldOut: number; readonly capped: number }
  readonly trainingSteps: number
}

/** The data sets of the iterations, a row each. */
export function partTable(parts: readonly PartNumbers[]): TableRow[] {
  return parts.map(({ iteration, files, families, melodies, removed, trainingSteps }) => ({
    iteration,
    files: files.train + files.validation + files.test,
    families,
    training: melodies.train,
    validation: melodies.validation,
    test: melodies.test,
    'events to learn from': trainingSteps,
    copies: removed.copies + removed.heldOut,
    capped: removed.capped,
  }))
}

/** What joins files to families, in words. */
export const edgeWords = {
  content: 'the same bytes',
  melody: 'a melody in common, in whatever key',
  near: 'half or more of a melody’s turns in common',
  tune: 'takes or settings of one piece, by its name in the collection',
  title: 'a title in common, among collections of tunes',
} as const

/** What joined files to families, in the order it was looked for. */
export function edgeTable(edges: Readonly<Record<keyof typeof edgeWords, number>>): TableRow[] {
  return entriesOf(edgeWords).map(([kind, words]) => ({ 'joined by': words, joins: edges[kind] }))
}
