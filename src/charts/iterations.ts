import type { IterationResult } from '../results/iterationResult.ts'
import { cssPalette, type Palette, scaleOfVoices } from './palette.ts'
import { type Channel, chart, type ChartOptions, type ChartPanel, type VegaLiteSpec } from './vegaLite.ts'

/** What the comparison reads of a result. */
export type ComparedResult = {
  readonly config: Pick<IterationResult['config'], 'iteration'>
} & Pick<IterationResult, 'test' | 'baselines'>

interface Panel {
  readonly title: string
  readonly value: (result: ComparedResult) => number
  readonly baseline: (result: ComparedResult) => number | null
  readonly format: string
}

const panels: readonly Panel[] = [
  {
    title: 'test loss (nats per step)',
    value: (r) => r.test.loss,
    baseline: (r) => r.baselines.unigramLoss,
    format: '.2f',
  },
  {
    title: 'test accuracy (%)',
    value: (r) => r.test.accuracy * 100,
    baseline: (r) => r.baselines.majorityAccuracy * 100,
    format: '.1f',
  },
  {
    title: 'test event accuracy (%)',
    value: (r) => r.test.eventAccuracy * 100,
    // The commonest label is "no event", which is never right on an event.
    baseline: () => null,
    format: '.1f',
  },
]

/** The iterations side by side. */
const PLACE = {
  field: 'iteration',
  type: 'nominal',
  title: 'iteration',
  sort: null,
  axis: { labelAngle: 0, ticks: false },
} satisfies Channel<'x'>

function panelSpec(results: readonly ComparedResult[], panel: Panel, palette: Palette, width: number): ChartPanel {
  const values = results
    .map((result) => ({
      iteration: result.config.iteration,
      value: panel.value(result),
      baseline: panel.baseline(result),
    }))
    .filter((row) => Number.isFinite(row.value))
  // All at zero: any scale will do, but it must have a height.
  const most = Math.max(0, ...values.flatMap((row) => [row.value, row.baseline ?? 0])) || 1
  const color = ownColour(values, palette)
  const y = (field: string): Channel<'y'> => ({
    field,
    type: 'quantitative',
    title: null,
    scale: { domain: [0, most * 1.15], nice: false },
    axis: { tickCount: 4 },
  })
  return {
    title: { text: panel.title, subtitle: values.some((row) => row.baseline !== null) ? 'line: baseline' : ' ' },
    data: { values },
    width,
    height: 180,
    layer: [
      { mark: { type: 'bar', width: { band: 0.55 } }, encoding: { x: PLACE, y: y('value'), color } },
      {
        mark: { type: 'tick', color: palette.second, thickness: 2, width: { band: 0.8 } },
        transform: [{ filter: 'datum.baseline !== null' }],
        encoding: { x: PLACE, y: y('baseline') },
      },
      {
        // Inside the bar's foot: above it, the number would meet the baseline's mark.
        mark: { type: 'text', baseline: 'bottom', dy: -4, color: palette.onFirst, fontWeight: 600 },
        encoding: { x: PLACE, y: { datum: 0 }, text: { field: 'value', type: 'quantitative', format: panel.format } },
      },
    ],
  }
}

const ownColour = (rows: readonly { readonly iteration: string }[], palette: Palette): Channel<'color'> => ({
  field: 'iteration',
  type: 'nominal',
  scale: scaleOfVoices(
    rows.map(({ iteration }) => iteration),
    palette,
  ),
  legend: null,
})

/**
 * The iterations beside each other, each on the test melodies of its own files (dropout off) with the baseline of that same set
 * as a line. Bars are comparable where the test sets are; the baselines show how hard each set is.
 */
export function iterationsSpec(results: readonly ComparedResult[], options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const said = results.map((r) => `iteration ${r.config.iteration} loss ${r.test.loss.toFixed(3)}`).join(', ')
  const body = {
    hconcat: panels.map((panel) => panelSpec(results, panel, palette, options.width ?? 170)),
    bounds: 'flush',
    spacing: 56,
  } satisfies VegaLiteSpec
  return chart(`Iterations compared: ${said}`, body, palette)
}
