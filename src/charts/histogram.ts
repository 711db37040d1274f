import { cssPalette } from './palette.js'
import { pitchName } from './pitchName.js'
import { chart, type ChartOptions, type VegaLiteSpec } from './vegaLite.js'

/** Counts of MIDI pitches 0-127 over all melodies; events that are no pitch are passed over. */
export function countPitches(melodies: readonly { readonly events: readonly number[] }[]): number[] {
  const counts = new Array<number>(128).fill(0)
  for (const { events } of melodies)
    for (const event of events) if (event >= 0) counts[event] = (counts[event] ?? 0) + 1
  return counts
}

interface HistogramOptions extends ChartOptions {
  readonly title: string
  readonly unit: string
  readonly countOf: string
}

function columns(values: readonly VegaLiteSpec[], x: VegaLiteSpec, options: HistogramOptions): VegaLiteSpec {
  const palette = options.palette ?? cssPalette
  const body = {
    title: options.title,
    data: { values },
    width: options.width ?? 560,
    height: options.height ?? 180,
    mark: { type: 'bar', color: palette.first },
    encoding: {
      x: { field: 'from', type: 'quantitative', title: options.unit, ...x },
      x2: { field: 'to' },
      y: {
        field: 'count',
        type: 'quantitative',
        title: options.countOf,
        axis: { tickCount: 5, tickMinStep: 1, format: ',d' },
      },
      y2: { datum: 0 },
      tooltip: [
        { field: 'label', title: options.unit },
        { field: 'count', title: options.countOf, format: ',' },
      ],
    },
  }
  return chart(`${options.title}: ${options.countOf} by ${options.unit}`, body, palette)
}

/** How often each pitch begins a note. `counts[p]` belongs to MIDI pitch p; labels are octaves' Cs. */
export function pitchHistogramSpec(counts: readonly number[], options: ChartOptions = {}): VegaLiteSpec {
  const used = counts.flatMap((count, pitch) => (count > 0 ? [pitch] : []))
  const low = Math.floor(Math.min(60, ...used) / 12) * 12
  const high = Math.ceil((Math.max(60, ...used) + 1) / 12) * 12
  const values = counts
    .map((count, pitch) => ({ from: pitch - 0.45, to: pitch + 0.45, count, label: pitchName(pitch) }))
    .slice(low, high)
  const cs = Array.from({ length: (high - low) / 12 + 1 }, (_, octave) => low + 12 * octave)
  const x = {
    scale: { domain: [low - 0.5, high + 0.5], nice: false },
    axis: { values: cs, grid: false, labelExpr: "'C' + (datum.value / 12 - 1)" },
  }
  return columns(values, x, { title: 'Pitches', unit: 'pitch (C4 = middle C)', countOf: 'notes', ...options })
}

/** How long melodies are, in bars; a melody of 8.5 bars counts in the bin 8-9. */
export function lengthHistogramSpec(lengthsBars: readonly number[], options: ChartOptions = {}): VegaLiteSpec {
  const longest = Math.max(1, Math.ceil(Math.max(0, ...lengthsBars)))
  const bin = Math.max(1, Math.ceil(longest / 40))
  const counts = new Array<number>(Math.floor(longest / bin) + 1).fill(0)
  for (const length of lengthsBars) {
    const index = Math.floor(length / bin)
    counts[index] = (counts[index] ?? 0) + 1
  }
  const values = counts.map((count, index) => {
    const from = index * bin
    return {
      from: from + bin * 0.05,
      to: from + bin * 0.95,
      count,
      label: bin === 1 ? `${from}` : `${from}-${from + bin}`,
    }
  })
  const x = {
    scale: { domain: [0, counts.length * bin], nice: false },
    axis: { grid: false, tickCount: 10, format: 'd' },
  }
  return columns(values, x, { title: 'Lengths', unit: 'length (bars)', countOf: 'melodies', ...options })
}
