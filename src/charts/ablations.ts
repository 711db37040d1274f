import type { AblationReport, AblationRow } from '../results/ablationReport.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import type { TestSet } from '../results/summary.ts'
import { cssPalette, type Palette, scaleOfVoices } from './palette.ts'
import { type Channel, chart, type ChartOptions, type ChartPanel, type VegaLiteSpec } from './vegaLite.ts'
import { itemAt } from '../support/itemAt.ts'

const LOSS_FORMAT = '.3f'
const TOOLTIP = [
  { field: 'title', title: 'network' },
  { field: 'value', title: 'loss', format: LOSS_FORMAT },
  { field: 'parameters', format: ',d' },
] satisfies Channel<'tooltip'>
const lossOf = ({ spread }: AblationRow, set: TestSet): number => spread[set].mean

/** What the network loses without each of its parts, and with other encodings: test loss and its interval, a row each. */
export function ablationsSpec(
  { rows }: Pick<AblationReport, 'rows'>,
  { set = 'general', ...options }: ChartOptions & { readonly set?: TestSet } = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = rows
    .filter(({ group }) => group === 'parts' || group === 'encoding')
    .map((row) => {
      const { low, high } = itemAt(row.runs, 0).test[set].loss
      return { title: row.title, group: row.group, value: lossOf(row, set), low, high, parameters: row.parameters }
    })
  const x = {
    field: 'value',
    type: 'quantitative',
    title: `loss on ${set === 'general' ? 'general music' : 'the style'} (nats per step)`,
    scale: { zero: false, padding: 8 },
    axis: { tickCount: 5 },
  } satisfies Channel<'x'>
  const color = {
    field: 'group',
    type: 'nominal',
    scale: { domain: ['parts', 'encoding'], range: [palette.first, palette.given] },
    legend: null,
  } satisfies Channel<'color'>
  const body = {
    data: { values },
    width: options.width ?? 340,
    height: { step: 24 },
    encoding: { y: { field: 'title', type: 'nominal', sort: null, title: null }, color, tooltip: TOOLTIP },
    layer: [
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 60, opacity: 1 }, encoding: { x } },
    ],
  } satisfies VegaLiteSpec
  const said = values.map(({ title, value }) => `${title} ${value.toFixed(3)}`).join(', ')
  return chart(`Loss without parts of the network, nats per step: ${said}`, body, palette)
}

/** How the loss falls with the number of parameters and with that of training melodies, everything else alike. */
export function scalingSpec({ rows }: Pick<AblationReport, 'rows'>, options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const curves = [
    { group: 'size', field: 'parameters', title: 'parameters' },
    { group: 'melodies', field: 'trainingMelodies', title: 'training melodies' },
  ] as const
  const panels = curves.map(({ group, field, title }) => {
    const own = rows.filter((row) => row.group === group || row.id === 'reference')
    return scalingPanel(
      own.map((row) => ({
        x: row[field],
        row: row.title,
        general: lossOf(row, 'general'),
        style: lossOf(row, 'style'),
      })),
      title,
      { ...options, palette },
    )
  })
  const body = { hconcat: panels, bounds: 'flush', spacing: 56 } satisfies VegaLiteSpec
  return chart('Loss against the number of parameters and of training melodies, nats per step', body, palette)
}

interface ScalingRow {
  readonly x: number
  readonly row: string
  readonly general: number
  readonly style: number
}

const KINDS = { general: 'general music', style: 'the style' } as const

function scalingPanel(
  rows: readonly ScalingRow[],
  title: string,
  options: ChartOptions & { readonly palette: Palette },
): ChartPanel {
  const { first, second } = options.palette
  const values = rows.flatMap(({ x, row, ...losses }) =>
    (['general', 'style'] as const).map((kind) => ({ x, row, kind: KINDS[kind], loss: losses[kind] })),
  )
  return {
    width: options.width ?? 250,
    height: options.height ?? 190,
    data: { values },
    mark: { type: 'line', point: true, strokeWidth: 1.5 },
    encoding: {
      x: { field: 'x', type: 'quantitative', title, scale: { type: 'log' }, axis: { format: '~s', tickCount: 4 } },
      y: { field: 'loss', type: 'quantitative', title: 'loss (nats per step)', scale: { zero: false } },
      color: {
        field: 'kind',
        type: 'nominal',
        scale: { domain: Object.values(KINDS), range: [first, second] },
        legend: { title: null, orient: 'top', direction: 'horizontal' },
      },
      tooltip: [
        { field: 'row', title: 'network' },
        { field: 'x', title, format: ',d' },
        { field: 'kind', title: 'on' },
        { field: 'loss', format: LOSS_FORMAT },
      ],
    },
  }
}

/** Validation loss over minutes of training: what two networks reach in the same time on the same machine. */
export function lossOverTimeSpec(
  results: readonly Pick<IterationResult, 'config' | 'curve'>[],
  options: ChartOptions = {},
): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const values = results.flatMap(({ config: { iteration }, curve }) =>
    curve
      .filter(({ kind, seconds }) => kind === 'test' && seconds > 0)
      .map(({ seconds, loss }) => ({ iteration, minutes: seconds / 60, loss })),
  )
  const iterations = results.map(({ config }) => config.iteration)
  const body = {
    width: options.width ?? 420,
    height: options.height ?? 220,
    data: { values },
    mark: { type: 'line', point: true, strokeWidth: 1.5 },
    encoding: {
      x: { field: 'minutes', type: 'quantitative', title: 'minutes of training', scale: { type: 'log' } },
      y: { field: 'loss', type: 'quantitative', title: 'validation loss (nats per step)', scale: { zero: false } },
      color: {
        field: 'iteration',
        type: 'nominal',
        scale: scaleOfVoices(iterations, palette),
        legend: { title: 'iteration', orient: 'top', direction: 'horizontal' },
      },
      tooltip: [{ field: 'iteration' }, { field: 'minutes', format: '.1f' }, { field: 'loss', format: LOSS_FORMAT }],
    },
  } satisfies VegaLiteSpec
  return chart(`Validation loss of iterations ${iterations.join(' and ')} over minutes of training`, body, palette)
}
