import { significant, type TableRow, textTable } from '../support/text/table.ts'
import type { ExtractionConfig } from '../config/experimentConfig.ts'
import type { MetricSpread } from '../results/musicalReport.ts'
import type { Melody } from '../melody/melody.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { measurePiece, METRICS, type MusicalMetric, tonicOf } from './musical/metrics.ts'
import { type Piece, pieceOf } from './musical/piece.ts'
import { placeOf, type Standing, spreadOfValues } from './musical/reference.ts'
import { pitchClassName } from '../melody/pitchName.ts'
import { MAX_STEPS } from '../config/limits.ts'
import { extractFiles } from '../dataset/extractFiles.ts'

/** A piece's measures beside those of human melodies. */
export interface PieceProfile {
  readonly file: string
  readonly notes: number
  readonly bars: number
  /** Pitch class of the key found; null if there is none. */
  readonly tonic: number | null
  /** Melodies of the file that were left aside, having fewer notes. */
  readonly others: number
  /** Value of each metric; null if it is not defined. */
  readonly values: Readonly<Record<string, number | null>>
  readonly places: Readonly<Record<string, Standing>>
}

/** The profiles of the melodies of several files. */
export interface MusicalProfile {
  readonly pieces: readonly PieceProfile[]
  /** Files that gave none, with the reason. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[]
  /** What is usual: metrics of human melodies; null where no reference was published. */
  readonly reference: Readonly<Record<string, MetricSpread>> | null
}

/** Any melody is measured: nothing is too short or too plain; of chords the highest note is kept. */
const ANY_MELODY: ExtractionConfig = {
  stepsPerQuarter: 4,
  minBars: 0,
  maxSteps: MAX_STEPS + 1, // one too many is seen, and no more are made
  minPitches: 0,
  gapBars: 1_000_000,
  ignorePolyphonic: true,
}

/**
 * The musical profile of each file: of its melodies the one with most notes.
 * @throws UserError when no file has a melody; InterruptedError when stopped.
 */
export async function profileFiles(
  paths: readonly string[],
  reference: MusicalProfile['reference'],
  effects: Effects,
): Promise<MusicalProfile> {
  const pieces: PieceProfile[] = []
  const refused: { file: string; reason: string }[] = []
  await extractFiles(
    {
      paths,
      extraction: ANY_MELODY,
      onScore: (row) => {
        if (!row.ok) return void refused.push({ file: row.file, reason: row.error.message })
        const melodies = row.parts.flatMap((part) => part.melodies)
        const [first, ...others] = melodies.toSorted((a, b) => countNotes(b) - countNotes(a))
        const dropped = row.parts.flatMap((part) => part.dropped).map(({ reason }) => reason)
        if (first === undefined)
          refused.push({ file: row.file, reason: `no melody (${dropped.join(', ') || 'no notes'})` })
        else if (first.events.length > MAX_STEPS)
          refused.push({ file: row.file, reason: `its melody has more than ${MAX_STEPS} steps: cut the file` })
        else pieces.push(profileOf(row.file, first, others.length, reference))
      },
    },
    effects,
  )
  if (pieces.length === 0)
    throw new UserError(`no melody to measure: ${refused.map(({ file, reason }) => `${file}: ${reason}`).join('; ')}`)
  return { pieces, refused, reference }
}

const countNotes = ({ events }: Melody): number => events.filter((event) => event >= 0).length

function profileOf(
  file: string,
  { events, stepsPerBar, stepsPerQuarter }: Melody,
  others: number,
  reference: MusicalProfile['reference'],
): PieceProfile {
  const piece: Piece = pieceOf(events, { stepsPerBar, stepsPerQuarter })
  const tonic = tonicOf(piece)
  const values = measurePiece(piece, { tonic, primer: null })
  const places = Object.entries(values).map(([id, value]): [string, Standing] => [
    id,
    reference?.[id] ? placeOf(value, reference[id]) : 'undefined',
  ])
  return {
    file,
    notes: piece.notes.length,
    bars: Math.ceil(piece.steps / stepsPerBar),
    tonic,
    others,
    values: Object.fromEntries(Object.entries(values).map(([id, value]) => [id, Number.isNaN(value) ? null : value])),
    places: Object.fromEntries(places),
  }
}

const PLACES: Readonly<Record<Standing, string>> = {
  low: 'unusually low',
  high: 'unusually high',
  usual: '',
  undefined: '',
}

/** A profile to read: one piece metric by metric, several as their spread. */
export function profileText({ pieces, refused, reference }: MusicalProfile): string {
  const [first, ...others] = pieces
  const body = first !== undefined && others.length === 0 ? onePiece(first, reference) : manyPieces(pieces, reference)
  const notes = refused.map(({ file, reason }) => `left out: ${file}: ${reason}`)
  const usual =
    reference === null
      ? 'No reference of human melodies is published here: nothing says what is usual.'
      : 'Unusual: below the 5th or above the 95th percentile of human test melodies; the middle half lies between the two numbers shown.'
  return [body, '', usual, ...notes].join('\n')
}

function onePiece(piece: PieceProfile, reference: MusicalProfile['reference']): string {
  const home = piece.tonic === null ? 'no key' : `home ${pitchClassName(piece.tonic)}`
  const others = piece.others === 0 ? '' : `; ${counted(piece.others, 'other melody', 'other melodies')} in the file`
  const rows = METRICS.filter(({ id }) => !id.startsWith('primer')).map((metric): TableRow => {
    const value = piece.values[metric.id] ?? null
    return {
      ...labels(metric),
      value: value === null ? `– (${metric.undefinedWhen})` : significant(value),
      ...humanColumn(reference?.[metric.id]),
      '': PLACES[piece.places[metric.id] ?? 'undefined'],
    }
  })
  return `${piece.file}: ${counted(piece.notes, 'note')}, ${counted(piece.bars, 'bar')}, ${home}${others}\n\n${textTable(rows)}`
}

function manyPieces(pieces: readonly PieceProfile[], reference: MusicalProfile['reference']): string {
  const rows = METRICS.filter(({ id }) => !id.startsWith('primer')).map((metric): TableRow => {
    const { n, mean, percentiles } = spreadOfValues(pieces.map(({ values }) => values[metric.id] ?? NaN))
    const unusual = pieces.filter(({ places }) => ['low', 'high'].includes(places[metric.id] ?? '')).length
    return {
      ...labels(metric),
      n,
      mean: significant(mean),
      'middle half': `${significant(percentiles[1])} to ${significant(percentiles[3])}`,
      ...humanColumn(reference?.[metric.id]),
      ...(reference === null ? {} : { unusual }),
    }
  })
  return `${counted(pieces.length, 'piece')}\n\n${textTable(rows)}`
}

const labels = ({ criterion, title, unit }: MusicalMetric): TableRow => ({ criterion, metric: `${title} (${unit})` })

const humanColumn = (spread: MetricSpread | undefined): TableRow =>
  spread === undefined
    ? {}
    : { 'human melodies': `${significant(spread.percentiles[1])} to ${significant(spread.percentiles[3])}` }
