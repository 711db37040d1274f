import type { IgnoredChanges, NoteSequence } from '../score/noteSequence.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { type FileScore, findScoreFilesOrReasons, readScoreFile, type ScoreFailure } from './scoreFiles.ts'

/** What is in a score, or why it cannot be read: the row that `--json` prints. Times are in seconds. */
export type InspectLine =
  | {
      readonly file: string
      readonly ok: true
      readonly ticksPerQuarter: number
      readonly totalTime: number
      readonly tempos: readonly (readonly [time: number, qpm: number])[]
      readonly timeSignatures: readonly (readonly [time: number, numerator: number, denominator: number])[]
      readonly notes: readonly InspectedNote[]
      /** What the score calls its instruments, by their numbers; absent where it has no names for them. */
      readonly names?: readonly string[]
      /** Absent where nothing of the file is ignored. */
      readonly ignored?: IgnoredChanges
    }
  | { readonly file: string; readonly ok: false; readonly error: ScoreFailure }

/** `isDrum` is 0 or 1. */
export type InspectedNote = readonly [
  instrument: number,
  program: number,
  isDrum: number,
  pitch: number,
  velocity: number,
  start: number,
  end: number,
]

/** Options of `inspectFiles`. */
export interface InspectOptions {
  /** Files, and folders to search for scores. */
  readonly paths: readonly string[]
  /** Called with each row as soon as it is there, in order. */
  readonly onLine: (line: InspectLine) => void
}

/** What the files hold, with totals. */
export interface InspectSummary {
  readonly scores: number
  readonly unreadable: number
}

/** Reads one file: a row, or one per tune of a tunebook. Never throws for what is in the file. */
export async function inspectFile(file: string): Promise<InspectLine[]> {
  return (await readScoreFile(file)).map(inspectScore)
}

/**
 * Reads scores and says what is in each. Every path gets a row, also one that does not exist.
 * @throws InterruptedError when stopped.
 */
export async function inspectFiles({ paths, onLine }: InspectOptions, effects: Effects): Promise<InspectSummary> {
  const files = await findScoreFilesOrReasons(paths, effects.reporter.line)
  const bar = effects.reporter.bar('Reading scores', files.length, 'files')
  let scores = 0
  let unreadable = 0
  try {
    for (const [done, file] of files.entries()) {
      if (effects.signal.aborted) throw new InterruptedError(`stopped after ${done} of ${files.length} files`)
      for (const line of typeof file === 'string' ? await inspectFile(file) : [file]) {
        onLine(line)
        scores++
        if (!line.ok) unreadable++
      }
      bar.update(done + 1)
    }
  } finally {
    bar.stop()
  }
  return { scores, unreadable }
}

function inspectScore(read: FileScore): InspectLine {
  if (!read.ok) return read
  const { ticksPerQuarter, totalSeconds, tempos, timeSignatures, notes, instrumentNames, ignored } = read.score
  return {
    file: read.file,
    ok: true,
    ticksPerQuarter,
    totalTime: totalSeconds,
    tempos: tempos.map(({ timeSeconds, qpm }) => [timeSeconds, qpm]),
    timeSignatures: timeSignatures.map(({ timeSeconds, numerator, denominator }) => [
      timeSeconds,
      numerator,
      denominator,
    ]),
    notes: notes.map(noteRow),
    ...(instrumentNames && { names: instrumentNames }),
    ...(ignored && { ignored }),
  }
}

function noteRow(note: NoteSequence['notes'][number]): InspectedNote {
  const { instrument, program, isDrum, pitch, velocity, startSeconds, endSeconds } = note
  return [instrument, program, isDrum ? 1 : 0, pitch, velocity, startSeconds, endSeconds]
}
