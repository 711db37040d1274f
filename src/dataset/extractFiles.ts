import type { ExtractionConfig } from '../config/experimentConfig.ts'
import { MelodyLimitError } from '../melody/extractMelodies.ts'
import type { IgnoredChanges } from '../score/noteSequence.ts'
import { scoreBars } from '../score/scoreBars.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import {
  findScoreFilesOrReasons,
  readScoreFile,
  type FileScore,
  type TuneAbout,
  type UnreadableScore,
} from './scoreFiles.ts'
import { scoreToMelodies, type ScorePart } from './scoreToMelodies.ts'

/** What became of one score: its melodies part by part, or why it could not be read. */
export type ScoreMelodies =
  | {
      readonly file: string
      readonly ok: true
      /** Title and mode; absent where the file has no place for them, as MIDI. */
      readonly about?: TuneAbout
      readonly parts: readonly ScorePart[]
      /** The bar of the score in which each part begins, from 1; a fraction within a bar. Absent = every part in bar 1. */
      readonly firstBars?: readonly number[]
      /** Absent where nothing of the file is ignored. */
      readonly ignored?: IgnoredChanges
    }
  | UnreadableScore

/** Options of `extractFiles`. */
export interface MelodiesOptions {
  /** Files, and folders to search for scores. */
  readonly paths: readonly string[]
  readonly extraction: ExtractionConfig
  /** Called with each score's row as soon as it is read, in order. */
  readonly onScore: (row: ScoreMelodies) => void
}

/** The melodies of the files, with totals. */
export interface MelodiesSummary {
  readonly scores: number
  readonly unreadable: number
  readonly melodies: number
  /** Tracks (or whole parts) without melodies, by reason. */
  readonly dropped: Readonly<Record<string, number>>
}

/**
 * Reads scores and extracts their melodies, naming the reason for every track, part and file that gives none; a path
 * that is not there gets a row as well.
 * @throws InterruptedError when stopped.
 */
export async function extractFiles(options: MelodiesOptions, effects: Effects): Promise<MelodiesSummary> {
  const files = await findScoreFilesOrReasons(options.paths, effects.reporter.line)
  const bar = effects.reporter.bar('Reading scores', files.length, 'files')
  const dropped: Record<string, number> = {}
  const summary = { scores: 0, unreadable: 0, melodies: 0, dropped }
  try {
    for (const [done, file] of files.entries()) {
      if (effects.signal.aborted) throw new InterruptedError(`stopped after ${done} of ${files.length} files`)
      for (const read of typeof file === 'string' ? await readScoreFile(file) : [file]) {
        const row = scoreMelodies(read, options.extraction)
        options.onScore(row)
        count(summary, row)
      }
      bar.update(done + 1)
    }
  } finally {
    bar.stop()
  }
  return summary
}

function scoreMelodies(read: FileScore, extraction: ExtractionConfig): ScoreMelodies {
  if (!read.ok) return read
  const { file, score } = read
  const about = read.about === undefined ? {} : { about: read.about }
  try {
    const parts = scoreToMelodies(score, extraction)
    const bars = scoreBars(score)
    const ignored = score.ignored === undefined ? {} : { ignored: score.ignored }
    return {
      file,
      ok: true,
      ...about,
      parts,
      firstBars: parts.map((part) => bars.barAt(part.startTimeOffset)),
      ...ignored,
    }
  } catch (error) {
    if (!(error instanceof MelodyLimitError)) throw error
    return { file, ok: false, error: { name: error.name, message: error.message } }
  }
}

function count(summary: { -readonly [K in keyof MelodiesSummary]: MelodiesSummary[K] }, row: ScoreMelodies): void {
  summary.scores++
  if (!row.ok) {
    summary.unreadable++
    return
  }
  const dropped: Record<string, number> = { ...summary.dropped }
  for (const part of row.parts) {
    summary.melodies += part.melodies.length
    for (const { reason } of part.dropped) dropped[reason] = (dropped[reason] ?? 0) + 1
  }
  summary.dropped = dropped
}
