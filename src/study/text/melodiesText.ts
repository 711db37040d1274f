import type { ExtractionConfig } from '../../config/experimentConfig.ts'
import type { MelodiesSummary, ScoreMelodies } from '../../dataset/extractFiles.ts'
import { DEFAULT_EXTRACTION, type ScorePart } from '../../dataset/scoreToMelodies.ts'
import { melodyBars } from '../../generation/choosePrimer.ts'
import { type Melody, melodyNotes } from '../../melody/melody.ts'
import { pitchName } from '../../melody/pitchName.ts'
import { ignoredText } from '../../score/ignoredText.ts'
import { unreadableText } from '../../score/unreadableText.ts'
import { clockText } from '../../support/text/clockText.ts'
import { counted } from '../../support/text/counted.ts'

/** The row as one line of JSON. */
export function jsonLine(row: ScoreMelodies): string {
  if (!row.ok) return JSON.stringify(row)
  const parts = row.parts.map(({ startTimeOffset, stepsPerBar, melodies, dropped }) => ({
    startTimeOffset,
    stepsPerBar,
    melodies: melodies.map(({ instrument, startStep, endStep, events }) => ({
      instrument,
      startStep,
      endStep,
      events,
    })),
    dropped,
  }))
  return JSON.stringify({ file: row.file, ok: true, ...row.about, parts, ignored: row.ignored })
}

/** What each reason means to someone who looks for a tune that is missing, and what to do about it. */
export function reasonText(reason: string, { minBars, minPitches, stepsPerQuarter }: ExtractionConfig): string {
  const texts: Record<string, string> = {
    polyphonic: 'polyphonic, two notes start together (--ignore-polyphonic keeps the highest)',
    'too-short': `too short, no stretch of ${minBars} bars (--min-bars)`,
    'too-few-pitches': `too few pitches, not ${minPitches} pitch classes (--min-pitches)`,
    'non-integer-steps-per-bar': `a bar does not divide into whole steps at ${stepsPerQuarter} per quarter (--steps-per-quarter)`,
    drums: 'drums',
    'no-notes': 'no notes',
  }
  return texts[reason] ?? reason
}

function melodyText(melody: Melody, firstBar: number): string {
  const { events, stepsPerBar } = melody
  const pitches = melodyNotes(events).map((note) => note.pitch)
  const lowest = pitchName(pitches.reduce((low, pitch) => Math.min(low, pitch), 127))
  const highest = pitchName(pitches.reduce((high, pitch) => Math.max(high, pitch), 0))
  const bars = Number((events.length / stepsPerBar).toFixed(1))
  return `melody of ${counted(bars, 'bar')} from bar ${melodyBars(melody, firstBar).first}: ${counted(pitches.length, 'note')}, ${lowest} to ${highest}`
}

/** A line of the table, cell by cell. */
export type Cells = readonly [file: string, number: string, start: string, track: string, result: string]

interface PartPlace {
  readonly file: string
  readonly firstBar: number
  /** Number of its first melody; null if the numbers would not be those of `--primer`. */
  readonly firstNumber: number | null
}

function partRows(part: ScorePart, { file, firstBar, firstNumber }: PartPlace, extraction: ExtractionConfig): Cells[] {
  const start = clockText(part.startTimeOffset)
  const melodies = part.melodies.map((melody, n) => {
    const number = firstNumber === null ? '' : String(firstNumber + n)
    return { number, track: melody.instrument, text: melodyText(melody, firstBar) }
  })
  const dropped = part.dropped.map(({ instrument, reason }) => {
    return { number: '', track: instrument, text: `nothing: ${reasonText(reason, extraction)}` }
  })
  return [...melodies, ...dropped]
    .sort((a, b) => (a.track ?? -1) - (b.track ?? -1))
    .map(({ number, track, text }) => [file, number, start, track === null ? 'all' : String(track), text])
}

/** Heads of the columns. */
export const HEADINGS: Cells = ['file', '#', 'from', 'track', 'result']

/** A line of the table, its cells below their heads. */
export function tableLine([file, number, start, track, result]: Cells, fileWidth: number): string {
  return `${file.padEnd(fileWidth)}  ${number.padStart(3)}  ${start.padStart(6)}  ${track.padStart(5)}  ${result}`
}

/**
 * The rows of one score for a person: a line per melody, with the number that `cantus generate --primer FILE#n` takes, and a
 * line with the reason for each track that gave none.
 */
export function tableLines(row: ScoreMelodies, extraction: ExtractionConfig, fileWidth: number): string[] {
  const cells: Cells[] = row.ok
    ? [...aboutRows(row), ...melodyRows(row, extraction), ...ignoredRows(row)]
    : [[row.file, '', '-', '-', `cannot be read: ${unreadableText(row.error.message)}`]]
  // The name once: a score of twenty tracks is one block.
  return cells.map(([file, ...rest], index) => tableLine([index === 0 ? file : '', ...rest], fileWidth))
}

type ReadRow = Extract<ScoreMelodies, { ok: true }>

function melodyRows({ file, parts, firstBars }: ReadRow, extraction: ExtractionConfig): Cells[] {
  const isNumbered = JSON.stringify(Object.entries(extraction).sort()) === DEFAULT_KEY
  let next = 1
  return parts.flatMap((part, n) => {
    const rows = partRows(
      part,
      { file, firstBar: firstBars?.[n] ?? 1, firstNumber: isNumbered ? next : null },
      extraction,
    )
    next += part.melodies.length
    return rows
  })
}

const DEFAULT_KEY = JSON.stringify(Object.entries(DEFAULT_EXTRACTION).sort())

/** Title and mode of a tune, where it has them. */
function aboutRows({ file, about }: ReadRow): Cells[] {
  const words = [about?.title, about?.mode].filter(Boolean).join(', ')
  return words === '' ? [] : [[file, '', '-', '-', `tune: ${words}`]]
}

function ignoredRows({ file, ignored }: ReadRow): Cells[] {
  return ignored === undefined ? [] : [[file, '', '-', '-', `note: ${ignoredText(ignored)}`]]
}

/** The last line of the table. */
export function summaryLine({ scores, unreadable, melodies, dropped }: MelodiesSummary): string {
  const reasons = Object.entries(dropped).map(([reason, times]) => `${times} ${reason}`)
  const parts = [
    `${counted(melodies, 'melody', 'melodies')} in ${counted(scores, 'score')}`,
    ...(unreadable > 0 ? [`${unreadable} could not be read`] : []),
    ...(reasons.length > 0 ? [`without melody: ${reasons.join(', ')}`] : []),
  ]
  return parts.join('; ')
}
