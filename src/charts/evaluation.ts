import type { StudyRecord } from '../results/studyRecord.ts'
import type { Interval, MeasureName, TestScores, Gap, Summary, TestSet } from '../results/summary.ts'
import type { IterationName, StudyIterationName } from '../config/experimentConfig.ts'
import { studyIterationOf } from '../config/scales.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import type { MetricRow } from '../results/metrics.ts'
import { BASELINE_TITLES, isShare, MEASURE_TITLES, shareText } from './measures.ts'
import { cssPalette, type Palette, scaleOfVoices } from './palette.ts'
import { thin } from './trainingCurve.ts'
import { type Channel, chart, type ChartOptions, type ChartPanel, type VegaLiteSpec } from './vegaLite.ts'

const titleOf = (measure: MeasureName): string => `${MEASURE_TITLES[measure]}${isShare(measure) ? ' (%)' : ''}`
const shown = (measure: MeasureName, value: number): number => (isShare(measure) ? value * 100 : value)

interface Row {
  readonly name: string
  readonly kind: 'model' | 'baseline'
  readonly scores: TestScores
}

/** The iterations, then the predictors without a network, on one test set. */
function rowsOf({ iterations, baselines }: Pick<Summary, 'iterations' | 'baselines'>, set: TestSet): Row[] {
  const models = Object.entries(iterations).flatMap(([name, { test, last }]): Row[] => [
    { name: `iteration ${name}`, kind: 'model', scores: test[set] },
    ...(last === undefined
      ? []
      : [{ name: `${name}, end of its run`, kind: 'model' as const, scores: last.test[set] }]),
  ])
  const others = baselines[set].map(({ name, trainedOn, test }): Row => {
    const title = BASELINE_TITLES[name]
    return { name: trainedOn === set ? title : `${title}, ${trainedOn}`, kind: 'baseline', scores: test }
  })
  return [...models, ...others]
}

/**
 * Each model and baseline on one test set: a point and its 95% interval in each measure, each voice in its colour.
 * @param measures one panel each.
 */
export function scoresSpec(
  summary: Pick<Summary, 'iterations' | 'baselines'>,
  set: TestSet,
  options: ChartOptions & { readonly measures?: readonly MeasureName[] } = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const measures = options.measures ?? ['loss', 'bitsPerNote', 'eventAccuracy']
  const rows = rowsOf(summary, set)
  const said = rows.map(({ name, scores }) => `${name} ${scores.loss.value.toFixed(3)}`).join(', ')
  const panels = measures.map((measure) =>
    scorePanel(rows, measure, palette, options.width ?? besideNames(rows, measures)),
  )
  const body = { hconcat: panels, spacing: 24 } satisfies VegaLiteSpec
  return chart(`Loss on the ${set} test melodies, nats per step: ${said}`, body, palette)
}

/** Width of a page's column, and of a letter of a row's name, in pixels. */
const [COLUMN, LETTER] = [850, 5.8]

/** As wide as the panels can be beside each other, each with the names of its rows: 190 pixels at most. */
function besideNames(rows: readonly Row[], panels: readonly unknown[]): number {
  const names = LETTER * Math.max(...rows.map(({ name }) => name.length))
  return Math.round(Math.min(190, Math.max(110, COLUMN / panels.length - 24 - names)))
}

function scorePanel(rows: readonly Row[], measure: MeasureName, palette: Palette, width: number): ChartPanel {
  const values = rows.map(({ name, kind, scores }) => ({ name, kind, ...inUnit(measure, scores[measure]) }))
  const y = {
    field: 'name',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { ticks: false, domain: false, grid: true },
  } satisfies Channel<'y'>
  const x = {
    field: 'value',
    type: 'quantitative',
    title: null,
    scale: { zero: false, nice: true, padding: 8 },
    axis: { tickCount: 5 },
  } satisfies Channel<'x'>
  const colour = {
    field: 'name',
    type: 'nominal',
    scale: scaleOfVoices(
      rows.map(({ name }) => name),
      palette,
    ),
    legend: null,
  } satisfies Channel<'color'>
  const tooltip = [
    { field: 'name', title: 'predictor' },
    { field: 'value', title: titleOf(measure), format: '.3f' },
    { field: 'low', title: '95% from', format: '.3f' },
    { field: 'high', title: '95% to', format: '.3f' },
  ] satisfies Channel<'tooltip'>
  return {
    title: { text: titleOf(measure), subtitle: ' ' },
    data: { values },
    width,
    height: { step: 24 },
    encoding: { y, color: colour, tooltip },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } },
      },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { x } },
    ],
  }
}

function inUnit(measure: MeasureName, { value, low, high }: Interval): Interval {
  return { value: shown(measure, value), low: shown(measure, low), high: shown(measure, high) }
}

/** A page that says in words what the colours mean leaves the legends out. */
export interface LegendOptions extends ChartOptions {
  readonly legends?: boolean
}

const GAP_SERIES = { train: 'training minibatches (dropout on)', heldOut: 'validation melodies (dropout off)' } as const

/** Training against validation accuracy and loss over the steps of one training: where they part, it memorises. */
export function gapSpec({ iteration, curve, atTheEnd }: Gap, options: LegendOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const { train, test } = atTheEnd
  const panel = (measure: 'accuracy' | 'loss'): ChartPanel => {
    const values = (['train', 'heldOut'] as const).flatMap((side) => {
      const all = curve.map((point) => ({ step: point.step, value: shown(measure, point[side][measure]) }))
      return thin(all, MOST_POINTS).map((point) => ({ ...point, series: GAP_SERIES[side] }))
    })
    return linePanel(titleOf(measure), values, Object.values(GAP_SERIES), [palette.first, palette.second], options)
  }
  const said = `At the end, dropout off: training melodies ${shareText(train.accuracy.value)}, test melodies ${shareText(test.accuracy.value)}`
  const body = { hconcat: [panel('accuracy'), panel('loss')], bounds: 'flush', spacing: 56 } satisfies VegaLiteSpec
  return chart(`Accuracy and loss of iteration ${iteration} over its steps. ${said}`, body, palette)
}

function linePanel(
  title: string,
  values: readonly { step: number; value: number; series: string }[],
  domain: string[],
  range: string[],
  options: LegendOptions,
): ChartPanel {
  const legend = options.legends === false ? null : ({ title: null, orient: 'top', direction: 'vertical' } as const)
  const colour = { field: 'series', type: 'nominal', scale: { domain, range }, legend } satisfies Channel<'color'>
  const x = {
    field: 'step',
    type: 'quantitative',
    title: 'step',
    axis: { format: '~s', tickCount: 4, grid: false },
  } satisfies Channel<'x'>
  const y = {
    field: 'value',
    type: 'quantitative',
    title: null,
    scale: { zero: false },
    axis: { tickCount: 5 },
  } satisfies Channel<'y'>
  return {
    title: { text: title, subtitle: ' ' },
    width: options.width ?? 250,
    height: options.height ?? 190,
    data: { values },
    mark: { type: 'line', strokeWidth: 1.5 },
    encoding: {
      x,
      y,
      color: colour,
      tooltip: [
        { field: 'series', title: 'series' },
        { field: 'step', format: ',.0f' },
        { field: 'value', title, format: '.3f' },
      ],
    },
  }
}

type CurveName = 'accuracy' | 'loss' | 'lossPerStep' | 'noEventAccuracy' | 'eventAccuracy'

const CURVES: Readonly<
  Record<CurveName, { title: string; row: 'accuracy' | 'loss' | 'noEventAccuracy' | 'eventAccuracy'; note: string }>
> = {
  accuracy: { title: 'accuracy (%)', row: 'accuracy', note: ' ' },
  loss: { title: 'loss (nats per step)', row: 'loss', note: ' ' },
  lossPerStep: { title: 'loss_per_step', row: 'loss', note: 'the same as loss, by construction' },
  noEventAccuracy: { title: 'no-event accuracy (%)', row: 'noEventAccuracy', note: 'the study stored no log of it' },
  eventAccuracy: { title: 'event accuracy (%)', row: 'eventAccuracy', note: 'the study did not report it' },
}

/** Points of a series at most: a page of many series stays light. */
const MOST_POINTS = 70

/**
 * The study's figure: accuracy, loss, loss_per_step and no-event accuracy of iterations 2.1 and 2.2 in one picture, and the
 * event accuracy beside them; ours in training and validation, the study's own log (single minibatches) behind them.
 */
export function studyCurvesSpec(
  results: readonly Pick<IterationResult, 'config' | 'curve'>[],
  study: StudyRecord | null,
  options: LegendOptions = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const names: readonly CurveName[] = ['accuracy', 'loss', 'lossPerStep', 'noEventAccuracy', 'eventAccuracy']
  const panels = names.map((name) => curvePanel(name, results, study, palette, options))
  const iterations = results.map(({ config }) => config.iteration).join(' and ')
  const body = { concat: panels, columns: 3, spacing: { row: 36, column: 40 } } satisfies VegaLiteSpec
  return chart(
    `Training curves of iterations ${iterations}: ours in training and validation, and the study's own log`,
    body,
    palette,
  )
}

interface SeriesRow {
  readonly step: number
  readonly value: number
  readonly iteration: string
  readonly source: string
}

const SOURCES = ['ours, validation', 'ours, training', "the study's log"] as const

function curvePanel(
  name: CurveName,
  results: readonly Pick<IterationResult, 'config' | 'curve'>[],
  study: StudyRecord | null,
  palette: Palette,
  options: LegendOptions,
): ChartPanel {
  const { title, row, note } = CURVES[name]
  const values = results.flatMap(({ config: { iteration }, curve }) => [
    ...seriesOf(iteration, SOURCES[2], studyPoints(study, studyIterationOf(iteration), row)),
    ...seriesOf(iteration, SOURCES[1], pointsOf(curve, 'train', row)),
    ...seriesOf(iteration, SOURCES[0], pointsOf(curve, 'test', row)),
  ])
  const iterations = results.map(({ config }) => config.iteration)
  const shared = { title: null, orient: 'top', direction: 'horizontal' } as const
  const legend = options.legends === false ? null : shared
  return {
    title: { text: title, subtitle: note },
    width: options.width ?? 250,
    height: options.height ?? 200,
    data: { values: values.map(({ value, ...rest }) => ({ ...rest, value: shown(row, value) })) },
    mark: { type: 'line' },
    encoding: {
      x: { field: 'step', type: 'quantitative', title: 'step', axis: { format: '~s', tickCount: 5, grid: false } },
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false }, axis: { tickCount: 5 } },
      color: {
        field: 'iteration',
        type: 'nominal',
        scale: scaleOfVoices(iterations, palette),
        legend,
      },
      strokeDash: {
        field: 'source',
        type: 'nominal',
        scale: {
          domain: [...SOURCES],
          range: [
            [1, 0],
            [2, 2],
            [7, 3],
          ],
        },
        legend,
      },
      strokeWidth: { condition: { test: `datum.source === '${SOURCES[0]}'`, value: 2.5 }, value: 1.2 },
      opacity: { condition: { test: `datum.source === "${SOURCES[2]}"`, value: 0.6 }, value: 1 },
      tooltip: [
        { field: 'iteration', title: 'iteration' },
        { field: 'source', title: 'from' },
        { field: 'step', format: ',.0f' },
        { field: 'value', title, format: '.3f' },
      ],
    },
  }
}

type Points = readonly { step: number; value: number }[]

function seriesOf(iteration: IterationName, source: string, points: Points): SeriesRow[] {
  return thin(points, MOST_POINTS).map((point) => ({ ...point, iteration, source }))
}

function pointsOf(curve: readonly MetricRow[], kind: MetricRow['kind'], row: keyof MetricRow & MeasureName): Points {
  return curve
    .filter((each) => each.kind === kind && Number.isFinite(each[row] ?? NaN))
    .map((each) => ({ step: each.step, value: each[row] }))
}

function studyPoints(study: StudyRecord | null, iteration: StudyIterationName, row: string): Points {
  const curve = study?.iterations[iteration].log?.curve ?? []
  if (row !== 'accuracy' && row !== 'loss') return []
  return curve.map((each) => ({ step: each.step, value: each[row] }))
}
