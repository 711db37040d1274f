import type { AnyMark } from 'vega-lite/types_unstable/mark.js'
import {
  type Contrast,
  type FidelityReport,
  type MetricReport,
  type MusicalReport,
  type NoveltyReport,
  type SetName,
  isDecided,
  stepsDiffer,
  stepsMade,
} from '../results/musicalReport.ts'
import { ITERATIONS, STUDY_ITERATIONS } from '../config/scales.ts'
import { cssPalette, type Palette, scaleOfVoices } from './palette.ts'
import { pitchName } from '../melody/pitchName.ts'
import {
  type Channel,
  chart,
  type ChartLayer,
  type ChartOptions,
  type ChartPanel,
  type VegaLiteSpec,
} from './vegaLite.ts'
import { itemAt, itemWhere } from '../support/itemAt.ts'

type Definitions = MusicalReport['definitions']

/** Sets in the order they are read: what people wrote, what ours wrote, what the study's did. */
export const SET_ORDER: readonly SetName[] = [
  ...(['human general', 'human style'] as const),
  ...ITERATIONS.map((name) => `ours ${name}` as const),
  ...STUDY_ITERATIONS.map((name) => `study ${name}` as const),
]

const kindOf = (set: SetName): string => itemAt(set.split(' '), 0)
const voiceChannel = (field: string, names: readonly string[], palette: Palette): Channel<'color'> => ({
  field,
  type: 'nominal',
  scale: scaleOfVoices(names, palette),
  legend: null,
})

/**
 * Small multiples, a panel a metric: the mean and the middle half of each set, with the middle half of the human general
 * melodies as a band behind. Nothing is scaled to look alike: each panel has its own unit.
 * @param ids metrics to show, in that order.
 */
export function bandsSpec(
  { metrics, definitions }: Pick<MusicalReport, 'metrics' | 'definitions'>,
  ids: readonly string[],
  options: ChartOptions & { readonly columns?: number } = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const panels = ids.map((id) =>
    bandPanel(
      itemWhere(metrics, (metric) => metric.id === id),
      definitions,
      palette,
      options.width ?? 200,
    ),
  )
  const body = {
    concat: panels,
    columns: options.columns ?? 3,
    spacing: { row: 26, column: 26 },
  } satisfies VegaLiteSpec
  const titles = ids.map((id) => titleOf(definitions, id)).join(', ')
  return chart(`Each set of melodies against the middle half of human ones: ${titles}`, body, palette)
}

const titleOf = (definitions: Definitions, id: string): string =>
  definitions.find((each) => each.id === id)?.title ?? id

function bandPanel({ id, sets }: MetricReport, definitions: Definitions, palette: Palette, width: number): ChartPanel {
  const definition = definitions.find((each) => each.id === id)
  const values = SET_ORDER.flatMap((set) => {
    const spread = sets[set]
    if (spread === undefined || spread.n === 0) return []
    return [
      {
        set,
        kind: kindOf(set),
        mean: spread.mean,
        low: spread.percentiles[1],
        high: spread.percentiles[3],
        n: spread.n,
      },
    ]
  })
  const human = sets['human general']
  const color = voiceChannel('set', SET_ORDER, palette)
  const y = {
    field: 'set',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { ticks: false, domain: false },
  } satisfies Channel<'y'>
  const x = {
    type: 'quantitative',
    title: definition?.unit ?? null,
    scale: { zero: false, padding: 6 },
    axis: { tickCount: 4 },
  } satisfies Channel<'x'>
  const tooltip = [
    { field: 'set' },
    { field: 'mean', format: '.3f' },
    { field: 'low', title: 'middle half from', format: '.3f' },
    { field: 'high', title: 'to', format: '.3f' },
    { field: 'n', title: 'pieces' },
  ] satisfies Channel<'tooltip'>
  return {
    title: { text: definition?.title ?? id },
    width,
    height: { step: 17 },
    layer: [
      ...(human === undefined ? [] : [humanBand(human.percentiles, palette)]),
      {
        data: { values },
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 46, opacity: 1 },
        // The scale of the layer before holds for this one as well.
        encoding: { y, x: { ...x, field: 'mean' }, color: { field: 'set', type: 'nominal', legend: null }, tooltip },
      },
    ],
  }
}

function humanBand(percentiles: readonly number[], palette: Palette): ChartLayer {
  return {
    data: { values: [{ from: percentiles[1], to: percentiles[3] }] },
    mark: { type: 'rect', color: palette.given, opacity: 0.18 },
    encoding: { x: { field: 'from', type: 'quantitative' }, x2: { field: 'to' } },
  }
}

/**
 * Forest plot of the differences between two sets over all primers, in units of effect (Cliff's delta) so that metrics can
 * stand beside each other; those that the test decides after correction are filled.
 */
export function contrastsSpec(
  { contrasts, definitions, runs }: Pick<MusicalReport, 'contrasts' | 'definitions' | 'runs'>,
  from: SetName,
  to: SetName,
  options: ChartOptions = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = contrasts
    .filter(
      (each) => each.from === from && each.to === to && each.primer === 'all' && Number.isFinite(each.effect ?? NaN),
    )
    .map((each) => ({ ...contrastRow(each), metric: titleOf(definitions, each.metric) }))
    .sort((a, b) => b.effect - a.effect)
  const body = {
    title: {
      text: `From ${from} to ${to}`,
      subtitle: ['filled: decided after correction', ...confounded([from, to], runs)],
    },
    data: { values },
    width: options.width ?? 320,
    height: { step: 17 },
    encoding: {
      x: {
        field: 'effect',
        type: 'quantitative',
        title: "Cliff's delta",
        scale: { domain: [-1, 1] },
        axis: { tickCount: 5 },
      },
    },
    layer: [
      { mark: { type: 'rule', color: palette.given }, encoding: { x: { datum: 0 } } },
      {
        mark: { type: 'point', size: 55, strokeWidth: 1.5 },
        encoding: {
          y: {
            field: 'metric',
            type: 'nominal',
            sort: null,
            title: null,
            axis: { ticks: false, domain: false },
          },
          color: { value: palette.first },
          fill: { condition: { test: 'datum.decided', value: palette.first }, value: palette.background },
          tooltip: [
            { field: 'metric' },
            { field: 'difference', format: '.3f' },
            { field: 'low', title: '95% from', format: '.3f' },
            { field: 'high', title: '95% to', format: '.3f' },
            { field: 'effect', format: '.2f' },
            { field: 'adjusted', title: 'probability, corrected', format: '.3f' },
            { field: 'n', title: 'pieces' },
          ],
        },
      },
    ],
  } satisfies VegaLiteSpec
  const decided = values.filter((row) => row.decided).map(({ metric, effect }) => `${metric} ${effect.toFixed(2)}`)
  return chart(`Differences from ${from} to ${to}; decided: ${decided.join(', ') || 'none'}`, body, palette)
}

/** A line for a chart that looks like one of data alone and is not. */
function confounded([from, to]: readonly [SetName, SetName], runs: MusicalReport['runs']): string[] {
  if (from !== 'ours 1' || to !== 'ours 2.1' || !stepsDiffer({ from: '1', to: '2.1' }, runs)) return []
  const steps = [runs['1'], runs['2.1']].map((run) => stepsMade(run).toLocaleString('en'))
  return [`more data and more steps: ${steps[0]} and ${steps[1]}`]
}

function contrastRow(contrast: Contrast) {
  const { difference, effect, adjusted } = contrast
  const { value, low, high, n } = difference
  return { difference: value, low, high, n, effect, adjusted, decided: isDecided(contrast) }
}

/** From none to all: however strong a cell, the count upon it keeps a contrast of 4.5:1, on light ground and on dark. */
export const CELL_OPACITY = [0.03, 0.55] as const

/** Of each primer's continuations, how many are most like each primer. */
export function fidelitySpec(report: FidelityReport, options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = report.primers.flatMap((primer, row) => {
    const counts = itemAt(report.confusion, row)
    const all = counts.reduce((sum, count) => sum + count, 0)
    return report.primers.map((found, column) => ({
      primer,
      found,
      share: all === 0 ? 0 : itemAt(counts, column) / all,
      count: counts[column],
    }))
  })
  const body = {
    title: {
      text: report.set,
      subtitle: `${(report.share * 100).toFixed(0)}% find their own; chance ${(report.chance * 100).toFixed(0)}%`,
    },
    data: { values },
    width: { step: 44 },
    height: { step: 30 },
    encoding: {
      x: {
        field: 'found',
        type: 'nominal',
        sort: null,
        title: 'most like',
        axis: { labelAngle: 0, orient: 'top', ticks: false },
      },
      y: { field: 'primer', type: 'nominal', sort: null, title: 'continues', axis: { ticks: false } },
    },
    layer: [
      {
        mark: { type: 'rect', color: palette.first },
        encoding: {
          opacity: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], range: [...CELL_OPACITY] },
            legend: null,
          },
        },
      },
      { mark: { type: 'text', color: palette.ink }, encoding: { text: { field: 'count', type: 'quantitative' } } },
    ],
  } satisfies VegaLiteSpec
  return chart(
    `Which primer the continuations of ${report.set} are most like: ${(report.share * 100).toFixed(0)}% their own`,
    body,
    palette,
  )
}

/** What each set shares with the training melodies: the spread of the longest stretch, human test melodies as the yardstick. */
export function noveltySpec(reports: readonly NoveltyReport[], options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = reports.map(({ set, trainedOn, longest }) => {
    const [p5, p25, p50, p75, p95] = longest.percentiles
    return { name: `${set} (training of ${trainedOn})`, kind: kindOf(set), p5, p25, p50, p75, p95, n: longest.n }
  })
  const y = {
    field: 'name',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { ticks: false, domain: false },
  } satisfies Channel<'y'>
  const x = {
    type: 'quantitative',
    title: 'longest shared stretch (moves from note to note)',
    scale: { zero: true },
  } satisfies Channel<'x'>
  const layer = (mark: AnyMark, from: string, to?: string): ChartLayer => ({
    mark,
    encoding: { x: { ...x, field: from }, ...(to === undefined ? {} : { x2: { field: to } }) },
  })
  const body = {
    data: { values },
    width: options.width ?? 340,
    height: { step: 24 },
    encoding: {
      y,
      color: voiceChannel(
        'name',
        values.map(({ name }) => name),
        palette,
      ),
      tooltip: [
        { field: 'name' },
        ...['p5', 'p25', 'p50', 'p75', 'p95'].map((field) => ({ field, format: '.1f' })),
        { field: 'n' },
      ],
    },
    layer: [
      layer({ type: 'rule', strokeWidth: 1 }, 'p5', 'p95'),
      layer({ type: 'bar', height: 8 }, 'p25', 'p75'),
      layer(
        { type: 'point', filled: true, size: 50, opacity: 1, color: palette.background, stroke: palette.ink },
        'p50',
      ),
    ],
  } satisfies VegaLiteSpec
  const said = values.map(({ name, p50, p95 }) => `${name} median ${p50}, 95th percentile ${p95}`).join('; ')
  return chart(`Longest stretch shared with the training melodies: ${said}`, body, palette)
}

/** A repeated motif, as `developments` finds it: indices of first notes, and how. */
export interface ShownOccurrence {
  readonly from: number
  readonly to: number
  readonly by: string
}

/** The notes of a melody with its motifs joined to their repetitions, coloured by kind. */
export function motifMapSpec(
  notes: readonly { readonly pitch: number; readonly startStep: number; readonly endStep: number }[],
  occurrences: readonly ShownOccurrence[],
  options: ChartOptions & { readonly title?: string } = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const bars = notes.map(({ pitch, startStep, endStep }) => ({
    pitch,
    from: startStep,
    to: endStep,
    name: pitchName(pitch),
  }))
  const lowest = Math.min(...notes.map(({ pitch }) => pitch))
  const arcs = occurrences.map(({ from, to, by }, n) => ({
    by,
    from: itemAt(notes, from).startStep,
    to: itemAt(notes, to).startStep,
    row: lowest - 2 - (n % 12) * 0.6,
  }))
  const body = {
    title: { text: options.title ?? 'Motifs', subtitle: 'lines join a motif to its repetitions' },
    width: options.width ?? 620,
    height: options.height ?? 240,
    layer: [
      {
        data: { values: bars },
        mark: { type: 'bar', color: palette.ink, height: 5 },
        encoding: {
          x: { field: 'from', type: 'quantitative', title: 'step', axis: { grid: false, tickCount: 8 } },
          x2: { field: 'to' },
          y: { field: 'pitch', type: 'quantitative', title: 'pitch', scale: { zero: false }, axis: { tickCount: 6 } },
          tooltip: [{ field: 'name' }, { field: 'from', title: 'step' }],
        },
      },
      {
        data: { values: arcs },
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: {
          x: { field: 'from', type: 'quantitative' },
          x2: { field: 'to' },
          y: { field: 'row', type: 'quantitative' },
          color: {
            field: 'by',
            type: 'nominal',
            scale: { domain: [...new Set(occurrences.map(({ by }) => by))], scheme: 'tableau10' },
            legend: { title: null, orient: 'right' },
          },
          tooltip: [
            { field: 'by', title: 'repeated' },
            { field: 'from', title: 'step' },
            { field: 'to', title: 'again at' },
          ],
        },
      },
    ],
  } satisfies VegaLiteSpec
  return chart(`${notes.length} notes and ${occurrences.length} repetitions of motifs`, body, palette)
}

/** Which quarters of a melody sound like which: dark off the diagonal means repetition. */
export function similaritySpec(
  similarity: readonly (readonly number[])[],
  options: ChartOptions & { readonly title?: string } = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = similarity.flatMap((row, y) => row.map((value, x) => ({ x, y, value: Number(value.toFixed(3)) })))
  const size = options.width ?? 260
  const axis = { ticks: false, labelOverlap: true, labelAngle: 0 }
  const body = {
    title: { text: options.title ?? 'Self-similarity' },
    data: { values },
    width: size,
    height: size,
    mark: { type: 'rect', color: palette.first },
    encoding: {
      x: { field: 'x', type: 'ordinal', title: 'quarter', axis },
      y: { field: 'y', type: 'ordinal', title: 'quarter', axis },
      opacity: { field: 'value', type: 'quantitative', scale: { domain: [0, 1], range: [0, 1] }, legend: null },
      tooltip: [{ field: 'x' }, { field: 'y' }, { field: 'value' }],
    },
  } satisfies VegaLiteSpec
  return chart(`Self-similarity of ${similarity.length} quarters`, body, palette)
}
