import type { Transfer } from '../results/transferReport.ts'
import { cssPalette, type Palette } from './palette.ts'
import { type Channel, chart, type ChartOptions, type ChartPanel, type VegaLiteSpec } from './vegaLite.ts'
import { itemAt, itemWhere } from '../support/itemAt.ts'

const LOSS_FORMAT = '.3f'

/** The losses of what stands between a general model and the one that was transferred: the style's over that of general music. */
export function dialSpec({ forgetting, dial: { points, chosen } }: Transfer, options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const [general, style] = forgetting
  const values = points.map(({ style: share, by, test }) => ({
    ...{ share, by, general: test.general, style: test.style },
    chosen: share === chosen.style && by === chosen.by,
  }))
  const { x, y, color, tooltip } = dialChannels(style.iteration, palette)
  const ends = [0, 1].map((share) => itemWhere(values, (value) => value.share === share))
  const names = [general.iteration, style.iteration]
  const body = {
    width: options.width ?? 380,
    height: options.height ?? 280,
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color, order: { field: 'share' } } },
      {
        mark: { type: 'point', filled: true, opacity: 1 },
        encoding: { x, y, color, tooltip, size: { condition: { test: 'datum.chosen', value: 140 }, value: 30 } },
      },
      {
        data: { values: ends.map((end, n) => ({ ...end, name: itemAt(names, n) })) },
        mark: { type: 'text', align: 'left', dx: 8, dy: -6 },
        encoding: { x, y, text: { field: 'name' } },
      },
    ],
  } satisfies VegaLiteSpec
  const at = `${chosen.test.general.toFixed(3)} on general music and ${chosen.test.style.toFixed(3)} on the style`
  const description = `Loss between iterations ${names.join(' and ')}, by weights and by outputs. Chosen on validation melodies: ${chosen.style.toFixed(1)} of ${style.iteration} by ${chosen.by}, ${at}`
  return chart(description, body, palette)
}

/** Where a place of the dial stands, and in which colour. */
function dialChannels(iteration: string, palette: Palette) {
  const axis = (field: 'general' | 'style', title: string) =>
    ({ field, type: 'quantitative', title, scale: { zero: false, padding: 8 }, axis: { tickCount: 5 } }) as const
  const x = axis('general', 'loss on general music (nats per step)') satisfies Channel<'x'>
  const y = axis('style', 'loss on the style (nats per step)') satisfies Channel<'y'>
  const color = {
    field: 'by',
    type: 'nominal',
    scale: { domain: ['weights', 'outputs'], range: [palette.first, palette.second] },
    legend: { title: 'mixed', orient: 'top', direction: 'horizontal' },
  } satisfies Channel<'color'>
  const tooltip = [
    { field: 'by', title: 'mixed' },
    { field: 'share', title: `share of ${iteration}`, format: '.1f' },
    { field: 'general', title: 'loss on general music', format: LOSS_FORMAT },
    { field: 'style', title: 'loss on the style', format: LOSS_FORMAT },
  ] satisfies Channel<'tooltip'>
  return { x, y, color, tooltip }
}

const SERIES = { train: 'training minibatches (dropout on)', heldOut: 'validation melodies (dropout off)' } as const

/** Training against validation loss over the steps of each transfer: where they part, it memorises. */
export function transferGapSpec(transfers: readonly Transfer[], options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const body = {
    hconcat: transfers.map((transfer) => gapPanel(transfer, options)),
    bounds: 'flush',
    spacing: 56,
  } satisfies VegaLiteSpec
  const said = transfers.map(({ forgetting: [, { iteration }], gap: { published } }) => {
    const [train, test] = [published.train, published.test].map(({ loss }) => loss.value.toFixed(3))
    return `iteration ${iteration} as published: ${train} on training melodies, ${test} on test melodies`
  })
  return chart(`Training and validation loss over the steps of each transfer. ${said.join('; ')}`, body, palette)
}

function gapPanel({ forgetting, gap: { curve } }: Transfer, options: ChartOptions): ChartPanel {
  const palette = options.palette ?? cssPalette
  const [general, { iteration }] = forgetting
  const values = curve.flatMap(({ step, ...point }) =>
    (['train', 'heldOut'] as const).map((side) => ({
      ...{ step: step - general.step, value: point[side].loss, series: SERIES[side] },
    })),
  )
  return {
    title: { text: `iteration ${iteration}`, subtitle: 'loss (nats per step)' },
    width: options.width ?? 250,
    height: options.height ?? 190,
    data: { values },
    mark: { type: 'line', strokeWidth: 1.5 },
    encoding: {
      x: { field: 'step', type: 'quantitative', title: 'steps of the transfer', axis: { format: '~s', tickCount: 4 } },
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false }, axis: { tickCount: 5 } },
      color: {
        field: 'series',
        type: 'nominal',
        scale: { domain: Object.values(SERIES), range: [palette.first, palette.second] },
        legend: { title: null, orient: 'top', direction: 'vertical' },
      },
      tooltip: [
        { field: 'series', title: 'series' },
        { field: 'step', format: ',.0f' },
        { field: 'value', title: 'loss', format: LOSS_FORMAT },
      ],
    },
  }
}
