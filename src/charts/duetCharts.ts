import type { DuetReport } from '../results/duetReport.ts'
import { cssPalette } from './palette.ts'
import { type Channel, chart, type ChartOptions, type ChartPanel, type VegaLiteSpec } from './vegaLite.ts'

/** What a third below costs by weight of the rule: thirds kept over bits per note beyond those of free notes, and notes outside the mode. */
export function duetFrontierSpec(frontier: DuetReport['frontier'], options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const free = frontier.find(({ lambda }) => lambda === 0)?.bitsPerNote ?? NaN
  const values = frontier.map(({ lambda, thirds, outOfMode, bitsPerNote }) => ({
    ...{ lambda, thirds: 100 * thirds, outOfMode: 100 * outOfMode, cost: bitsPerNote - free },
  }))
  const most = 1.1 * Math.max(...values.map(({ cost }) => cost))
  const body = {
    data: { values },
    hconcat: [
      frontierPanel('thirds', 'thirds below, of notes that begin together', { ...options, most }),
      frontierPanel('outOfMode', 'notes outside the mode', { ...options, most }),
    ],
    ...{ bounds: 'flush', spacing: 48 },
  } satisfies VegaLiteSpec
  const said = values.map(({ lambda, thirds, cost }) => `${lambda}: ${thirds.toFixed(0)}% at ${cost.toFixed(2)}`)
  return chart(`Thirds below and bits per note more, by weight of the rule. ${said.join('; ')}`, body, palette)
}

/** One share over the cost, a point per weight of the rule. */
function frontierPanel(
  field: 'thirds' | 'outOfMode',
  title: string,
  { most, ...options }: ChartOptions & { readonly most: number },
): ChartPanel {
  const { muted, first: color } = options.palette ?? cssPalette
  const x = {
    ...{ field: 'cost', type: 'quantitative', title: 'bits per note more than free', scale: { domain: [0, most] } },
  } satisfies Channel<'x'>
  const y = {
    ...{ field, type: 'quantitative', title: null, scale: { domain: [0, 100] }, axis: { tickCount: 5 } },
  } satisfies Channel<'y'>
  const tooltip = [
    { field: 'lambda', title: 'weight of the rule' },
    { field: 'thirds', title: 'thirds below (%)', format: '.0f' },
    { field: 'outOfMode', title: 'outside the mode (%)', format: '.1f' },
    { field: 'cost', title: 'bits per note more', format: '.2f' },
  ]
  return {
    ...{ title: { text: title, subtitle: '%' }, width: options.width ?? 290, height: options.height ?? 220 },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 1.5, color, point: { filled: true, color } },
        encoding: { x, y, order: { field: 'lambda' }, tooltip },
      },
      { mark: { type: 'text', dy: -10, fontSize: 11, color: muted }, encoding: { x, y, text: { field: 'lambda' } } },
    ],
  }
}

/** Times of the page by bins. */
export type DuetHistograms = NonNullable<NonNullable<DuetReport['page']>['histograms']>
const TIMES = {
  decisions: 'from the event to the decision',
  answers: 'from the key to the start of the answer',
  asynchronies: 'between both onsets',
} as const

/** How long the partner takes in the page: histograms in milliseconds. */
export function duetTimesSpec(histograms: DuetHistograms, options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const names = ['decisions', 'answers', 'asynchronies'] as const
  const panels = names.map((name): ChartPanel => {
    const { from, width, counts } = histograms[name]
    const values = counts.map((count, n) => ({ from: from + n * width, to: from + (n + 1) * width, count }))
    const used = values.filter(({ count }) => count > 0)
    return {
      title: { text: TIMES[name], subtitle: 'number' },
      ...{ width: options.width ?? 210, height: options.height ?? 150, data: { values: used } },
      mark: { type: 'bar', color: palette.first },
      encoding: {
        x: {
          field: 'from',
          type: 'quantitative',
          bin: { binned: true, step: width },
          title: 'ms',
          axis: { tickCount: 5 },
        },
        x2: { field: 'to' },
        y: { field: 'count', type: 'quantitative', title: null, axis: { tickCount: 4 } },
        tooltip: [
          { field: 'from', title: 'from (ms)' },
          { field: 'count', title: 'number', format: ',' },
        ],
      },
    }
  })
  const said = names.map((name) => {
    const total = histograms[name].counts.reduce((sum, count) => sum + count, 0)
    return `${TIMES[name]}: ${total.toLocaleString('en')} measured`
  })
  const body = { hconcat: panels, bounds: 'flush', spacing: 40 } satisfies VegaLiteSpec
  return chart(`Times of the partner in the page, in milliseconds. ${said.join('; ')}`, body, palette)
}
