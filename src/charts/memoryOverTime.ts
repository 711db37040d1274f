import type { MemoryOverTime } from '../results/stepsReport.ts'
import { itemAt } from '../support/itemAt.ts'
import type { LegendOptions } from './evaluation.ts'
import { shareText } from './measures.ts'
import { cssPalette, type Palette } from './palette.ts'
import { type Channel, chart, type ChartLayer, type ChartPanel, type VegaLiteSpec } from './vegaLite.ts'

/** What is drawn over the steps; each panel has its own pair, and the first the minibatches of the log as well. */
const SERIES = {
  memory: 'melodies it was trained on',
  heldOut: 'melodies of the style it was not trained on',
  other: 'general music',
  logged: 'logged minibatches, dropout on',
} as const

interface Point {
  readonly step: number
  readonly value: number
  readonly series: string
}

const PLACES = {
  'left, below': { align: 'left', baseline: 'top', dy: 3 },
  'right, above': { align: 'right', baseline: 'bottom', dy: -3 },
} as const

interface Panel {
  readonly title: string
  readonly format: string
  readonly points: readonly Point[]
  /** A line across: what was to be reached, or what is usual; its words stand where nothing else is. */
  readonly rule: { readonly value: number; readonly words: string; readonly place: keyof typeof PLACES } | null
}

/**
 * A transfer from its first step to its last: accuracy on what it was trained on and on what it was not, with the minibatches
 * the study printed one of; loss on the style and on general music; how much of a training melody it recites. The steps grow
 * towards the end, where little happens.
 */
export function memorySpec(memory: MemoryOverTime, options: LegendOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const panels = [accuracyPanel(memory), lossPanel(memory), copiedPanel(memory)]
  const body = {
    hconcat: panels.map((panel) => drawn(panel, palette, options)),
    bounds: 'flush',
    spacing: 48,
  } satisfies VegaLiteSpec
  return chart(describe(memory), body, palette)
}

const ownSteps = ({ points }: MemoryOverTime, step: number): number => step - itemAt(points, 0).step

function accuracyPanel(memory: MemoryOverTime): Panel {
  const { points, logged, threshold } = memory
  const at = (step: number, value: number, series: string): Point => {
    return { step: ownSteps(memory, step), value: 100 * value, series }
  }
  return {
    title: 'accuracy (%)',
    format: '.1f',
    points: [
      ...points.flatMap(({ step, train, test }) => [
        at(step, train.accuracy.value, SERIES.memory),
        at(step, test.style.accuracy.value, SERIES.heldOut),
      ]),
      ...logged.map(({ step, accuracy }) => at(step, accuracy, SERIES.logged)),
    ],
    rule: { value: 100 * threshold, words: 'the study', place: 'left, below' },
  }
}

function lossPanel(memory: MemoryOverTime): Panel {
  const points = memory.points.flatMap(({ step, train, test }) => {
    const own = { step: ownSteps(memory, step) }
    return [
      { ...own, value: train.loss.value, series: SERIES.memory },
      { ...own, value: test.style.loss.value, series: SERIES.heldOut },
      { ...own, value: test.general.loss.value, series: SERIES.other },
    ]
  })
  return { title: 'loss (nats per step)', format: '.3f', points, rule: null }
}

function copiedPanel(memory: MemoryOverTime): Panel {
  const { points, human } = memory
  return {
    title: 'recited (moves in a row)',
    format: '.1f',
    points: points.map(({ step, copied }) => {
      return { step: ownSteps(memory, step), value: copied.longest.mean, series: SERIES.memory }
    }),
    rule: { value: human.longest.mean, words: 'people', place: 'right, above' },
  }
}

/** Places on the axis of steps, about as far apart under a square root. */
const TICKS = [0, 2_000, 10_000, 25_000, 50_000]

function drawn(panel: Panel, palette: Palette, options: LegendOptions): ChartPanel {
  const width = options.width ?? 180
  return {
    title: { text: panel.title, subtitle: ' ' },
    width,
    height: options.height ?? 190,
    layer: [...lineLayers(panel, palette, options), ...ruleLayers(panel, palette, width)],
  }
}

function lineLayers(panel: Panel, palette: Palette, options: LegendOptions): ChartLayer[] {
  const { title, format, points } = panel
  const legend = { title: null, orient: 'bottom', direction: 'vertical', columns: 1 } as const
  const color = {
    field: 'series',
    type: 'nominal',
    scale: { domain: Object.values(SERIES), range: [palette.first, palette.second, palette.given, palette.muted] },
    legend: options.legends === false ? null : legend,
  } satisfies Channel<'color'>
  const tooltip = [
    { field: 'series', title: 'of' },
    { field: 'step', format: ',.0f' },
    { field: 'value', title, format },
  ] satisfies Channel<'tooltip'>
  const isLogged = { field: 'series', equal: SERIES.logged } as const
  const dashes = { condition: { test: isLogged, value: [2, 2] }, value: [1, 0] }
  const kept = points.filter(({ series }) => series !== SERIES.logged)
  const encoding = { ...axesOf(panel), color, tooltip }
  return [
    {
      data: { values: points },
      mark: { type: 'line', strokeWidth: 1.5 },
      encoding: { ...encoding, strokeDash: dashes },
    },
    { data: { values: kept }, mark: { type: 'point', filled: true, size: 30, opacity: 1 }, encoding },
  ]
}

function axesOf({ points }: Panel) {
  const last = Math.max(...points.map(({ step }) => step))
  const x = {
    field: 'step',
    type: 'quantitative',
    title: 'steps of the transfer',
    scale: { type: 'sqrt' },
    axis: {
      values: TICKS.filter((step) => step <= last),
      labelExpr: "datum.value === 0 ? '0' : datum.value / 1000 + 'k'",
      grid: false,
    },
  } satisfies Channel<'x'>
  const y = {
    field: 'value',
    type: 'quantitative',
    title: null,
    scale: { zero: false, padding: 8 },
    axis: { tickCount: 5 },
  } satisfies Channel<'y'>
  return { x, y }
}

function ruleLayers({ rule }: Panel, { muted }: Palette, width: number): ChartLayer[] {
  if (rule === null) return []
  const data = { values: [rule] }
  const y = { field: 'value', type: 'quantitative' } satisfies Channel<'y'>
  const place = PLACES[rule.place]
  const x = { value: place.align === 'right' ? width : 4 }
  return [
    { data, mark: { type: 'rule', strokeDash: [6, 4], color: muted }, encoding: { y } },
    {
      data,
      mark: { type: 'text', ...place, fontSize: 11, color: muted },
      encoding: { x, y, text: { field: 'words' } },
    },
  ]
}

function describe({ iteration, points }: MemoryOverTime): string {
  const ends = [itemAt(points, 0), itemAt(points, -1)].map(
    ({ step, train, test }) =>
      `at step ${step.toLocaleString('en')} ${shareText(train.accuracy.value)} of the steps of training melodies and ${shareText(test.style.accuracy.value)} of those of test melodies`,
  )
  return `Memory of iteration ${iteration} over its steps. It names the right event on ${ends.join('; ')}`
}
