import { measurePiece, tonicOf } from '../evaluation/musical/metrics.ts'
import { meanOf, type Piece, pieceOf } from '../evaluation/musical/piece.ts'
import { gridOf } from '../generation/continueMelody.ts'
import type { GeneratedMelody } from '../generation/generate.ts'
import type { MetricSpread } from '../results/musicalReport.ts'
import { STEPS_PER_BAR } from '../melody/melody.ts'
import { significant, type TableRow, textTable } from '../support/text/table.ts'
import { itemAt } from '../support/itemAt.ts'

/** Measures of human melodies by name: what is usual. */
export type HumanReference = Readonly<Record<string, MetricSpread>>

/** A melody among those it was made with. */
export interface RankedMelody<M extends Pick<GeneratedMelody, 'name' | 'sidecar'>> {
  readonly melody: M
  /** From 1, the nearest to people's medians; melodies that are degenerate stand last. */
  readonly rank: number
  /**
   * Mean over the measures of what was added: how far each lies from people's median, over the distance of their 5th and 95th
   * percentile. 0 = all at the medians; NaN without measures.
   */
  readonly distance: number
  /** Measures of what was added; NaN where one is not defined. */
  readonly values: Readonly<Record<string, number>>
  /** What is wrong with it, in words. */
  readonly flags: readonly string[]
}

/** Bars without an onset that make a melody degenerate, and the fewest pitches. */
const SILENT_BARS = 2
const LEAST_PITCHES = 3

/** Finds what melodies share with those that their model was trained on. */
export interface Copies {
  /** Longest shared stretches of people's melodies that were not trained on. */
  readonly reference: MetricSpread
  /** Moves in a row that events share with one training melody, in any key. */
  readonly longest: (events: readonly number[]) => number
}

/** What melodies are ranked by. */
export interface RankedBy {
  readonly reference: HumanReference
  /** Null where the training melodies are not at hand. */
  readonly copies: Copies | null
}

/** The melodies from the one that is most like people's to the one that is least so; of equal ones the earlier first. */
export function rankMelodies<M extends Pick<GeneratedMelody, 'name' | 'sidecar'>>(
  melodies: readonly M[],
  by: RankedBy,
): RankedMelody<M>[] {
  return melodies
    .map((melody) => ({ melody, ...measured(melody, by) }))
    .toSorted((a, b) => Number(a.flags.length > 0) - Number(b.flags.length > 0) || orLast(a) - orLast(b))
    .map((each, n) => ({ ...each, rank: n + 1 }))
}

const orLast = ({ distance }: { readonly distance: number }): number => (Number.isNaN(distance) ? Infinity : distance)

function measured(
  { sidecar: { events, conditionedOn, timeSignature } }: Pick<GeneratedMelody, 'sidecar'>,
  { reference, copies }: RankedBy,
): Pick<RankedMelody<never>, 'distance' | 'values' | 'flags'> {
  const stepsPerBar = gridOf(timeSignature)?.stepsPerBar ?? STEPS_PER_BAR
  const piece = pieceOf(events, { from: conditionedOn.length, stepsPerBar })
  const values = measurePiece(piece, { tonic: tonicOf(piece), primer: null })
  const apart = Object.entries(values).flatMap(([id, value]) => {
    const [low, , middle, , high] = reference[id]?.percentiles ?? [NaN, NaN, NaN, NaN, NaN]
    const away = Math.abs(value - middle) / (high - low)
    return Number.isFinite(away) ? [away] : []
  })
  const copied = copies?.longest(events.slice(conditionedOn.length)) ?? 0
  return {
    ...{ distance: meanOf(apart), values },
    flags: [
      ...flagsOf(piece, values, reference),
      ...above(copied, copies?.reference, (limit) => `${copied} moves copied from one training melody (${limit})`),
    ],
  }
}

function flagsOf(piece: Piece, values: Readonly<Record<string, number>>, reference: HumanReference): string[] {
  const { notes, steps, stepsPerBar } = piece
  const onsets = [0, ...notes.map(({ startStep }) => startStep), steps]
  const longest = onsets.slice(1).reduce((most, step, n) => Math.max(most, step - itemAt(onsets, n)), 0)
  const pitches = new Set(notes.map(({ pitch }) => pitch)).size
  const run = values.longestSamePitchRun ?? NaN
  return [
    ...(longest >= SILENT_BARS * stepsPerBar ? [`no note for ${Math.floor(longest / stepsPerBar)} bars`] : []),
    ...(pitches < LEAST_PITCHES ? [`${pitches} ${pitches === 1 ? 'pitch' : 'pitches'}`] : []),
    ...above(run, reference.longestSamePitchRun, (limit) => `one pitch ${run} times (${limit})`),
  ]
}

/** A flag for a value above people's 99th percentile; above their 95th where that was not measured. */
function above(value: number, spread: MetricSpread | undefined, flag: (limit: string) => string): string[] {
  if (spread === undefined) return []
  const { p99, percentiles } = spread
  const limit = p99 ?? percentiles[4]
  return value > limit ? [flag(`people's ${p99 === undefined ? '95' : '99'}th percentile: ${limit}`)] : []
}

/** Columns of the table, by the measures they show. */
const SHOWN = {
  noteDensity: 'notes per quarter',
  pitchRange: 'range',
  stepwiseShare: 'steps',
  motifCoverage: 'repetition',
} as const

/** The ranking as one table. */
export function rankingText(ranked: readonly RankedMelody<Pick<GeneratedMelody, 'name' | 'sidecar'>>[]): string {
  const rows = ranked.map(({ melody: { name, sidecar }, rank, distance, values, flags }): TableRow => {
    const shown = Object.entries(SHOWN).map(([id, title]): [string, string] => [title, significant(values[id])])
    return {
      ...{
        rank: String(rank),
        melody: name,
        temperature: String(sidecar.temperature),
        distance: significant(distance),
      },
      ...Object.fromEntries(shown),
      degenerate: flags.join('; '),
    }
  })
  return textTable(rows)
}
