import { LOSS_PLACES, type LossParts, type LossPlace, type TestSet } from '../results/summary.ts'
import type { TableRow } from '../support/text/table.ts'
import { intervalText } from './evaluationTables.ts'
import { cssPalette, type Palette } from './palette.ts'
import { type Channel, chart, type ChartPanel, type VegaLiteSpec } from './vegaLite.ts'
import type { LegendOptions } from './evaluation.ts'

/** What the places are called. */
export const PLACE_TITLES: Readonly<Record<LossPlace, string>> = {
  all: 'all steps',
  repeat: 'inside a repeat',
  fresh: 'fresh',
  firstEightBars: 'bars 1 to 8',
  secondEightBars: 'bars 9 to 16',
  laterBars: 'later bars',
}

const KINDS = { rhythm: 'rhythm', pitch: 'pitch' } as const

/** The places that some predictor has steps in, but for all of them. */
const placesIn = (rows: readonly LossParts[]): LossPlace[] =>
  LOSS_PLACES.filter((place) => place !== 'all' && rows.some(({ parts }) => parts[place].steps > 0))

/** Where each predictor loses what it loses on one test set: a panel per place, and in it what goes to rhythm and to pitch. */
export function lossPartsSpec(rows: readonly LossParts[], set: TestSet, options: LegendOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const places = placesIn(rows)
  const losses = rows.flatMap(({ parts }) => places.map((place) => parts[place].rhythm + parts[place].pitch))
  const most = Math.max(...losses.filter((loss) => !Number.isNaN(loss)), 0)
  const panels = places.map((place, n) => placePanel(rows, { place, palette, options, most, isFirst: n === 0 }))
  const said = rows.map(
    ({ predictor, parts }) =>
      `${predictor} ${places.map((place) => `${PLACE_TITLES[place]} ${text(parts[place].loss.value)}`).join(', ')}`,
  )
  const body = { hconcat: panels, spacing: 16 } satisfies VegaLiteSpec
  return chart(`Loss on the ${set} test melodies by place, nats per step: ${said.join('; ')}`, body, palette)
}

const text = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(3))

interface PlacePanel {
  readonly place: LossPlace
  readonly palette: Palette
  readonly options: LegendOptions
  /** The largest loss of any panel: all have one scale. */
  readonly most: number
  readonly isFirst: boolean
}

const TOOLTIP = [
  { field: 'predictor', title: 'predictor' },
  { field: 'kind', title: 'paid for' },
  { field: 'value', title: 'nats per step', format: '.3f' },
] satisfies Channel<'tooltip'>

function placePanel(rows: readonly LossParts[], { place, palette, options, most, isFirst }: PlacePanel): ChartPanel {
  const values = rows.flatMap(({ predictor, parts }) =>
    (['rhythm', 'pitch'] as const).flatMap((kind) => {
      const value = parts[place][kind]
      return Number.isNaN(value) ? [] : [{ predictor, kind: KINDS[kind], value }]
    }),
  )
  const labels = isFirst ? { ticks: false, domain: false } : null
  const y = { field: 'predictor', type: 'nominal', sort: null, title: null, axis: labels } satisfies Channel<'y'>
  const x = {
    field: 'value',
    type: 'quantitative',
    title: null,
    scale: { domain: [0, most] },
    axis: { tickCount: 3 },
  } satisfies Channel<'x'>
  const colour = {
    field: 'kind',
    type: 'nominal',
    scale: { domain: Object.values(KINDS), range: [palette.first, palette.second] },
    legend: options.legends === false ? null : { title: null, orient: 'top' },
  } satisfies Channel<'color'>
  return {
    title: { text: PLACE_TITLES[place], subtitle: ' ' },
    data: { values },
    width: options.width ?? 110,
    height: { step: 22 },
    mark: { type: 'bar' },
    encoding: {
      x,
      y,
      color: colour,
      order: { field: 'kind', sort: 'descending' },
      tooltip: TOOLTIP,
    },
  }
}

/** The same in numbers: nats per step of the place with its interval, and in brackets rhythm and pitch. */
export function lossPartsTable(rows: readonly LossParts[]): TableRow[] {
  const places = placesIn(rows)
  return rows.map(({ predictor, parts }) => ({
    predictor,
    ...Object.fromEntries(
      places.map((place) => {
        const { loss, rhythm, pitch } = parts[place]
        return [PLACE_TITLES[place], `${intervalText('loss', loss)}; ${text(rhythm)} + ${text(pitch)}`]
      }),
    ),
  }))
}

/** What the loss inside repeats says of a network that looks back, and what of fresh music; none without one. */
export function repeatSentences(rows: readonly LossParts[], set: TestSet): string[] {
  const [before, after] = ['iteration 2.1', 'iteration 3.1'].map((name) =>
    rows.find(({ predictor }) => predictor === name),
  )
  if (before === undefined || after === undefined) return []
  const { repeat, fresh, all } = after.parts
  const gain = (place: 'repeat' | 'fresh'): number => before.parts[place].loss.value - after.parts[place].loss.value
  const part = (repeat.steps * gain('repeat')) / (repeat.steps * gain('repeat') + fresh.steps * gain('fresh'))
  const where = set === 'general' ? 'On the general test melodies' : "On the style's test melodies"
  const percent = (share: number): string => `${(100 * share).toFixed(0)}%`
  return [
    `${where} ${percent(repeat.steps / all.steps)} of the steps lie inside a repeat. There iteration 3.1 loses ` +
      `${text(repeat.loss.value)} nats per step and iteration 2.1 ${text(before.parts.repeat.loss.value)}; in fresh music ` +
      `${text(fresh.loss.value)} and ${text(before.parts.fresh.loss.value)}. Repeats make ${percent(part)} of what iteration 3.1 gains.`,
  ]
}
