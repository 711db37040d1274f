import type { MetricRow, Metrics } from '../results/metrics.ts'
import { cssPalette, type Palette } from './palette.ts'
import {
  chart,
  type ChartEncoding,
  type ChartLayer,
  type ChartOptions,
  type ChartPanel,
  type VegaLiteSpec,
} from './vegaLite.ts'

/** A metric of the training curve. */
export type CurveMetric = 'loss' | 'accuracy' | 'eventAccuracy'

/** Options of the training curve. */
export interface TrainingCurveOptions extends ChartOptions {
  /** One panel each, side by side; default: all three. */
  readonly metrics?: readonly CurveMetric[]
  /** Drawn as dashed rules: what a model has to beat, measured on the test melodies and not on those of the curves. */
  readonly baselines?: { readonly unigramLoss: number; readonly majorityAccuracy: number }
}

const titles: Record<CurveMetric, string> = {
  loss: 'loss (nats per step)',
  accuracy: 'accuracy (%)',
  eventAccuracy: 'event accuracy (%)',
}
/** Points a series keeps at most: more of them than a panel can show make a page and a notebook heavy. */
const MOST_POINTS = 100

const series = { train: 'training (dropout on)', test: 'validation (dropout off)' } as const

/** Losses as they are, ratios in percent; null if the row has no such number (an empty denominator). */
function shown(metric: CurveMetric, value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null
  return metric === 'loss' ? value : value * 100
}

/**
 * Means over neighbours, so that at most `most` points are left: a long noisy log shows its course. Short logs stay as
 * they are.
 * @example thin([{ step: 1, value: 2 }, { step: 2, value: 4 }], 1) // [{ step: 1.5, value: 3 }]
 */
export function thin(
  points: readonly { step: number; value: number }[],
  most: number,
): { step: number; value: number }[] {
  const size = Math.ceil(points.length / most)
  if (size <= 1) return [...points]
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  return Array.from({ length: Math.ceil(points.length / size) }, (_, bucket) => {
    const part = points.slice(bucket * size, (bucket + 1) * size)
    return { step: mean(part.map((point) => point.step)), value: mean(part.map((point) => point.value)) }
  })
}

interface CurvePoint {
  readonly step: number
  readonly value: number
  readonly series: string
}

function points(rows: readonly MetricRow[], kind: MetricRow['kind'], metric: CurveMetric): CurvePoint[] {
  const all = rows
    .filter((row) => row.kind === kind)
    .map((row) => ({ step: row.step, value: shown(metric, row[metric satisfies keyof Metrics]) }))
    .filter((point): point is { step: number; value: number } => point.value !== null)
  return thin(all, MOST_POINTS).map(({ step, value }) => ({ step, value, series: series[kind] }))
}

function baselineOf(metric: CurveMetric, options: TrainingCurveOptions): number | null {
  if (!options.baselines || metric === 'eventAccuracy') return null
  return metric === 'loss' ? options.baselines.unigramLoss : options.baselines.majorityAccuracy * 100
}

/** The dashed rule of a baseline; its tooltip says what it is, and so does the panel's subtitle. */
function baselineLayer(value: number, colour: string): ChartLayer {
  return {
    data: { values: [{ value }] },
    mark: { type: 'rule', strokeDash: [5, 4], color: colour, strokeWidth: 1.5 },
    encoding: { y: { field: 'value', type: 'quantitative' }, tooltip: { field: 'value', format: '.3f' } },
  }
}

/** Where a value of a metric stands, and in which colour. */
function channels(metric: CurveMetric, { first, second }: Palette): ChartEncoding {
  return {
    x: { field: 'step', type: 'quantitative', title: 'step', axis: { format: ',d', tickCount: 4, grid: false } },
    y: {
      field: 'value',
      type: 'quantitative',
      title: null,
      scale: { zero: metric === 'eventAccuracy' },
      axis: { tickCount: 5 },
    },
    color: {
      field: 'series',
      type: 'nominal',
      scale: { domain: [series.train, series.test], range: [first, second] },
      legend: { title: null, orient: 'top', direction: 'horizontal' },
    },
  }
}

/** The marks of both series. Validation rows are few: each is marked. Training rows are many: theirs only answer the pointer. */
function marks(metric: CurveMetric, palette: Palette): ChartLayer[] {
  const encoding = channels(metric, palette)
  const tooltip = [
    { field: 'series', title: 'series' },
    { field: 'step', format: ',.0f' },
    { field: 'value', title: titles[metric], format: '.3f' },
  ]
  const opacity = { condition: { test: `datum.series === '${series.test}'`, value: 1 }, value: 0 }
  return [
    { mark: { type: 'line', strokeWidth: 1.5 }, encoding },
    { mark: { type: 'point', filled: true, size: 26 }, encoding: { ...encoding, opacity, tooltip } },
  ]
}

function panel(rows: readonly MetricRow[], metric: CurveMetric, options: TrainingCurveOptions): ChartPanel {
  const palette = options.palette ?? cssPalette
  const baseline = baselineOf(metric, options)
  const values = [...points(rows, 'train', metric), ...points(rows, 'test', metric)]
  const rule = metric === 'loss' ? 'dashed: label frequencies, test' : 'dashed: commonest label, test'
  return {
    title: { text: titles[metric], subtitle: baseline === null ? ' ' : rule },
    width: options.width ?? 178,
    height: options.height ?? 180,
    data: { values },
    layer: [...(baseline === null ? [] : [baselineLayer(baseline, palette.given)]), ...marks(metric, palette)],
  }
}

/**
 * How a model learnt: a panel a metric, training and validation lines over optimizer steps, baselines dashed.
 * Takes the rows of `metrics.jsonl`; a metric that is NaN or null in a row is left out there.
 */
export function trainingCurveSpec(rows: readonly MetricRow[], options: TrainingCurveOptions = {}): VegaLiteSpec {
  const metrics = options.metrics ?? ['loss', 'accuracy', 'eventAccuracy']
  const description = `Training curves: ${metrics.map((metric) => titles[metric]).join(', ')} over optimizer steps`
  const body = {
    hconcat: metrics.map((metric) => panel(rows, metric, options)),
    bounds: 'flush',
    spacing: 56,
  } satisfies VegaLiteSpec
  return chart(description, body, options.palette)
}
