import type { ControlReport } from '../results/controlReport.ts'
import { cssPalette } from './palette.ts'
import { chart, type ChartOptions, type ChartPanel, type VegaLiteSpec } from './vegaLite.ts'

/** What is asked for, in words, with the factor by which it is shown. */
const SLIDERS = {
  density: { title: 'notes per quarter', factor: 1 },
  range: { title: 'range (half-tones)', factor: 1 },
  stepwise: { title: 'moves by step (%)', factor: 100 },
  repetition: { title: 'notes in repeated motifs (%)', factor: 100 },
} as const
/** Groups of the values asked for: wide enough for some 30 pieces each. */
const GROUPS = 6

/** A quantity that is asked for, and what was measured of it. */
export type Slider = ControlReport['sliders'][number]

/** One group of pieces that were asked for about the same. */
export interface CostPoint {
  readonly asked: number
  readonly measured: number
  /** What control cost, in bits per note. */
  readonly bits: number
  /** What the model gives what was written, in nats per step. */
  readonly nats: number
  readonly pieces: number
}

/** Pieces by what was asked of them, in groups of equal width: means of each. */
export function costPoints({ asked: [least, most], points }: Slider): CostPoint[] {
  const groups = Array.from({ length: GROUPS }, (): (readonly [number, number, number, number])[] => [])
  for (const point of points) {
    const place = Math.floor((GROUPS * (point[0] - least)) / (most - least))
    groups[Math.min(GROUPS - 1, Math.max(0, place))]?.push(point)
  }
  return groups.flatMap((group) => {
    const mean = (of: (point: (typeof group)[number]) => number): number =>
      group.reduce((sum, point) => sum + of(point), 0) / group.length
    if (group.length === 0) return []
    const means = { asked: mean(([asked]) => asked), bits: mean(([, , bits]) => bits), nats: mean((point) => point[3]) }
    return [{ ...means, measured: mean(([, measured]) => measured), pieces: group.length }]
  })
}

/** The frontier of control against likelihood: what it costs to ask for more or less of something, one panel per quantity. */
export function controlCostSpec({ sliders }: Pick<ControlReport, 'sliders'>, options: ChartOptions = {}): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const most = Math.max(...sliders.flatMap((slider) => costPoints(slider).map(({ bits }) => bits)))
  const body = {
    hconcat: sliders.map((slider) => costPanel(slider, { most, ...options })),
    bounds: 'flush',
    spacing: 36,
  } satisfies VegaLiteSpec
  const said = sliders.map((slider) => {
    const costs = costPoints(slider).map(({ bits }) => bits)
    return `${SLIDERS[slider.control].title}: ${Math.min(...costs).toFixed(2)} to ${Math.max(...costs).toFixed(2)}`
  })
  return chart(`Bits per note that control costs, by what is asked for. ${said.join('; ')}`, body, palette)
}

function costPanel(slider: Slider, { most, ...options }: ChartOptions & { readonly most: number }): ChartPanel {
  const palette = options.palette ?? cssPalette
  const { title, factor } = SLIDERS[slider.control]
  const values = costPoints(slider).map((point) => ({
    ...{ ...point, asked: point.asked * factor, measured: point.measured * factor },
  }))
  return {
    title: { text: title, subtitle: 'cost (bits per note)' },
    width: options.width ?? 150,
    height: options.height ?? 170,
    data: { values },
    mark: { type: 'line', strokeWidth: 1.5, color: palette.first, point: { filled: true, color: palette.first } },
    encoding: {
      x: { field: 'asked', type: 'quantitative', title: 'asked for', scale: { zero: false }, axis: { tickCount: 4 } },
      y: { field: 'bits', type: 'quantitative', title: null, scale: { domain: [0, most] }, axis: { tickCount: 4 } },
      tooltip: [
        { field: 'asked', title: 'asked for', format: '.2f' },
        { field: 'measured', title: 'measured', format: '.2f' },
        { field: 'bits', title: 'cost, bits per note', format: '.2f' },
        { field: 'nats', title: 'log-likelihood, nats per step', format: '.2f' },
        { field: 'pieces', title: 'pieces' },
      ],
    },
  }
}
