import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SCORE_KINDS, scoreFormat } from '../corpus/scoreFormat.ts'
import { linksLine, otherFilesLine, walkFolder } from '../corpus/walkFolder.ts'
import { tunePaths } from './scanCorpus.ts'
import { MidiConversionError } from '../score/midiConversionError.ts'
import { MIDI_LIMITS } from '../score/midiLimits.ts'
import type { NoteSequence } from '../score/noteSequence.ts'
import { AbcConversionError } from '../score/readAbc.ts'
import { openScores, type ScoreEntry } from '../score/readScore.ts'
import { UserError, errorCode } from '../support/errors.ts'
import { systemReason } from '../support/systemProblem.ts'

/** A path a person named that holds no score file, or cannot be read. */
export class ScoreFileError extends UserError {
  override readonly name = 'ScoreFileError'
}

/** Why a score could not be read, for whoever reads our output: the error's class and its message. */
export interface ScoreFailure {
  readonly name: string
  readonly message: string
}

/** What a tune of an ABC file says of itself. */
export type TuneAbout = NonNullable<ScoreEntry['about']>

/** A score, or why it is missing; `file` is the path, of one tune of a tunebook `book.abc#X`, of a record `notes.tfrecord#1`. */
export type FileScore =
  | { readonly file: string; readonly ok: true; readonly score: NoteSequence; readonly about?: TuneAbout }
  | UnreadableScore

/** The row of a file without a score. */
export interface UnreadableScore {
  readonly file: string
  readonly ok: false
  readonly error: ScoreFailure
}

/**
 * The files a person means: each file as named, each folder replaced by the scores in it and below, in order of their
 * paths. Every path that a person names is answered: one that holds no score is a row with the reason.
 * @param say hears of what a folder holds besides: links, which are not followed, and files of other kinds.
 */
export async function findScoreFilesOrReasons(
  paths: readonly string[],
  say: (line: string) => void,
): Promise<(string | UnreadableScore)[]> {
  const found: (string | UnreadableScore)[] = []
  for (const path of paths) {
    const read = await attempt(path, async () => {
      const { file } = locateTune(path)
      const isFolder = await whereSystemAllows(path, async () => (await stat(file)).isDirectory())
      return isFolder ? scoresBelow(path, say) : [path]
    })
    found.push(...(read.ok ? read.value : [read]))
  }
  return found
}

async function scoresBelow(folder: string, say: (line: string) => void): Promise<(string | UnreadableScore)[]> {
  const { scores, links, others, closed } = await walkFolder(folder)
  for (const line of [linksLine(folder, links), otherFilesLine(folder, others)]) if (line !== null) say(line)
  if (scores.length + closed.length === 0) throw new ScoreFileError(`no ${SCORE_KINDS} file in ${folder}`)
  const shut = closed.map(({ inside, failure }) => {
    return reason(join(folder, inside), `cannot look into this folder (${failure}): check its permissions`)
  })
  const rows = scores.map(({ inside, location }) => {
    const file = join(folder, inside)
    return typeof location === 'string' ? file : reason(file, `its name is not UTF-8: ${RENAME}`)
  })
  return [...shut, ...rows].sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1))
}

const RENAME = 'rename it, for example with "convmv -r -f latin1 -t utf8 --notest FOLDER"'
const pathOf = (found: string | UnreadableScore): string => (typeof found === 'string' ? found : found.file)
const reason = (file: string, message: string): UnreadableScore => {
  return { file, ok: false, error: { name: ScoreFileError.name, message } }
}

/** What `action` gives; a refusal by the operating system becomes one line a person can act on. */
async function whereSystemAllows<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    const why = code === 'ENOENT' ? 'there is no such file or folder' : systemReason(code)
    throw new ScoreFileError(`cannot read ${path} (${why}): check the path`)
  }
}

/** `book.abc#12` is a tune of `book.abc`, `notes.tfrecord#12` a record. */
function locateTune(path: string): { readonly file: string; readonly tune: string | null } {
  const file = path.slice(0, path.lastIndexOf('#'))
  const format = scoreFormat(basename(file))
  return file !== '' && path.includes('#') && (format === 'abc' || format === 'tfrecord')
    ? { file, tune: path }
    : { file: path, tune: null }
}

/**
 * Reads a file into its score, a tunebook of several tunes into one per tune (`book.abc#X` into that tune), a TFRecord into one per record. What cannot be read is
 * a row with its reason, never an exception.
 */
export async function readScoreFile(path: string): Promise<FileScore[]> {
  const { file, tune } = locateTune(path)
  const all = await readWhole(file)
  if (tune === null || (all.length === 1 && all[0]?.ok === false)) return all
  const chosen = all.filter((each) => each.file === tune)
  const named = all.map((each) => each.file)
  const there = named.slice(0, 3).join(', ') + (named.length > 3 ? ' …' : '')
  return chosen.length > 0
    ? chosen
    : [
        reason(
          tune,
          `no ${scoreFormat(basename(file)) === 'abc' ? 'tune' : 'record'} ${tune} in ${file}: it has ${there}`,
        ),
      ]
}

async function readWhole(file: string): Promise<FileScore[]> {
  const read = await attempt(file, () => readBounded(file))
  if (!read.ok) return [read]
  const bytes = read.value
  const opened = await attempt(file, () => openScores(bytes, file))
  if (!opened.ok) return [opened]
  const names = tunePaths(
    file,
    opened.value.map(({ reference }) => reference),
  )
  return Promise.all(
    opened.value.map(async ({ about, read }, n) => scoreRow(await attempt(names[n] ?? file, read), about)),
  )
}

/** The bytes of a regular file within the limit of both formats; a larger one is not even opened. */
async function readBounded(file: string): Promise<Uint8Array> {
  return whereSystemAllows(file, async () => {
    const found = await stat(file)
    if (!found.isFile()) throw new ScoreFileError(`cannot read ${file}: it is not a regular file`)
    if (found.size <= MIDI_LIMITS.fileBytes) return readFile(file)
    const limit = `limit-bytes: ${found.size} bytes, more than ${MIDI_LIMITS.fileBytes}`
    throw scoreFormat(basename(file)) === 'abc' ? new AbcConversionError(limit) : new MidiConversionError(limit)
  })
}

type Attempt<T> = { file: string; ok: true; value: T } | UnreadableScore

async function attempt<T>(file: string, action: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    return { file, ok: true, value: await action() }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { file, ok: false, error: { name: error.name, message: error.message } }
  }
}

function scoreRow(read: Attempt<NoteSequence>, about?: TuneAbout): FileScore {
  return read.ok ? { file: read.file, ok: true, score: read.value, ...(about && { about }) } : read
}
