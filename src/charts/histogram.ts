import type { PositionFieldDef } from 'vega-lite/types_unstable/channeldef.js'
import { cssPalette } from './palette.ts'
import { pitchName } from '../melody/pitchName.ts'
import { chart, type ChartOptions, type VegaLiteSpec } from './vegaLite.ts'

/** Counts of MIDI pitches 0-127 over all melodies; events without a pitch are skipped. */
export function countPitches(melodies: readonly { readonly events: readonly number[] }[]): number[] {
  const counts = new Array<number>(128).fill(0)
  for (const { events } of melodies)
    for (const event of events) if (event >= 0) counts[event] = (counts[event] ?? 0) + 1
  return counts
}

/** The widest interval that has a bar of its own; wider ones count in the outermost bars. */
export const WIDEST_INTERVAL = 12

/**
 * Steps from a note to the next one of its melody, in semitones: entry `i` counts the interval `i - WIDEST_INTERVAL`,
 * the first and the last also all that are wider.
 * @example countIntervals([{ events: [60, -2, 62] }])[WIDEST_INTERVAL + 2] // 1
 */
export function countIntervals(melodies: readonly { readonly events: readonly number[] }[]): number[] {
  const counts = new Array<number>(2 * WIDEST_INTERVAL + 1).fill(0)
  for (const { events } of melodies) {
    let last: number | null = null
    for (const event of events) {
      if (event < 0) continue
      if (last !== null) {
        const index = Math.max(-WIDEST_INTERVAL, Math.min(WIDEST_INTERVAL, event - last)) + WIDEST_INTERVAL
        counts[index] = (counts[index] ?? 0) + 1
      }
      last = event
    }
  }
  return counts
}

interface HistogramOptions extends ChartOptions {
  readonly title: string
  readonly unit: string
  readonly countOf: string
}

interface Column {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly label: string
}

function columns(values: Column[], x: PositionFieldDef<string>, options: HistogramOptions): VegaLiteSpec {
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
  } satisfies VegaLiteSpec
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
  } satisfies PositionFieldDef<string>
  return columns(values, x, { title: 'Pitches', unit: 'pitch (C4 = middle C)', countOf: 'notes', ...options })
}

/** The end bars hold all wider intervals too: their ticks say so. */
const END_LABELS = `abs(datum.value) < ${WIDEST_INTERVAL} ? datum.label : (datum.value < 0 ? '≤ ' : '≥ ') + datum.label`

/** How often a melody moves by each interval, from falling to rising; `counts` as `countIntervals` gives them. */
export function intervalHistogramSpec(counts: readonly number[], options: ChartOptions = {}): VegaLiteSpec {
  const values = counts.map((count, index) => {
    const semitones = index - WIDEST_INTERVAL
    return { from: semitones - 0.45, to: semitones + 0.45, count, label: intervalLabel(semitones) }
  })
  const ticks = Array.from({ length: 9 }, (_, tick) => 3 * tick - WIDEST_INTERVAL)
  const x = {
    scale: { domain: [-WIDEST_INTERVAL - 0.5, WIDEST_INTERVAL + 0.5], nice: false },
    axis: { values: ticks, grid: false, format: '+d', labelExpr: END_LABELS },
  } satisfies PositionFieldDef<string>
  const unit = 'interval to the next note (semitones)'
  return columns(values, x, { title: 'Intervals', unit, countOf: 'intervals', ...options })
}

function intervalLabel(semitones: number): string {
  const size = Math.abs(semitones)
  const wide = size === WIDEST_INTERVAL ? `${size} or more` : String(size)
  return semitones === 0 ? 'the same pitch' : `${wide} ${semitones > 0 ? 'up' : 'down'}`
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
  } satisfies PositionFieldDef<string>
  return columns(values, x, { title: 'Lengths', unit: 'length (bars)', countOf: 'melodies', ...options })
}
