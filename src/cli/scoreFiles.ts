import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { scoreFormat } from '../corpus/listFolders.js'
import { tunePaths } from '../dataset/scanCorpus.js'
import { MidiConversionError } from '../score/midiConversionError.js'
import { MIDI_LIMITS } from '../score/midiLimits.js'
import type { NoteSequence } from '../score/noteSequence.js'
import { AbcConversionError, readAbc, splitTunebook } from '../score/readAbc.js'
import { decodeText, isAbc, readScore } from '../score/readScore.js'
import { UserError } from '../support/errors.js'

/** A path a person named that holds no score file, or cannot be read. */
export class ScoreFileError extends UserError {
  override readonly name = 'ScoreFileError'
}

/** Why a score could not be read, for whoever reads our output: the error's class and its message. */
export interface ScoreFailure {
  readonly name: string
  readonly message: string
}

/** A score or the reason there is none; `file` is the path, of one tune of a tunebook `book.abc#X`. */
export type FileScore = { readonly file: string; readonly ok: true; readonly score: NoteSequence } | UnreadableScore

/** The row of a file without a score. */
export interface UnreadableScore {
  readonly file: string
  readonly ok: false
  readonly error: ScoreFailure
}

/**
 * The files a person means: each file as named, each folder replaced by the .mid, .midi, .kar and .abc files in it and
 * below, in order of their paths. Links within a folder are not followed.
 * @throws ScoreFileError for a path that does not exist, or a folder without any score.
 */
export async function findScoreFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const isFolder = await whereSystemAllows(path, async () => (await stat(path)).isDirectory())
    if (!isFolder) found.push(path)
    else for (const file of await scoresBelow(path)) found.push(file)
  }
  return found
}

/**
 * As `findScoreFiles`, but a path that holds no score is a row with the reason in its place: every path that a person
 * names is answered.
 */
export async function findScoreFilesOrReasons(paths: readonly string[]): Promise<(string | UnreadableScore)[]> {
  const found = await Promise.all(paths.map((path) => attempt(path, () => findScoreFiles([path]))))
  return found.flatMap((read): (string | UnreadableScore)[] => (read.ok ? read.value : [read]))
}

async function scoresBelow(folder: string): Promise<string[]> {
  const entries = await whereSystemAllows(folder, () => readdir(folder, { recursive: true, withFileTypes: true }))
  const files = entries
    .filter((entry) => entry.isFile() && scoreFormat(entry.name) !== null)
    .map((entry) => join(entry.parentPath, entry.name))
  if (files.length === 0) throw new ScoreFileError(`no .mid, .midi, .kar or .abc file in ${folder}`)
  return files.sort()
}

/** What `action` gives; a refusal by the operating system becomes one line a person can act on. */
async function whereSystemAllows<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const why = code === 'ENOENT' ? 'there is no such file or folder' : code
    throw new ScoreFileError(`cannot read ${path} (${why}): check the path`)
  }
}

/**
 * Reads a file into its score, a tunebook of several tunes into one a tune. What cannot be read is a row with its
 * reason, never an exception.
 */
export async function readScoreFile(file: string): Promise<FileScore[]> {
  const read = await attempt(file, () => readBounded(file))
  if (!read.ok) return [read]
  const bytes = read.value
  const tunes = isAbc(bytes, file) ? splitTunebook(decodeText(bytes)) : []
  if (tunes.length < 2) return [scoreRow(await attempt(file, () => readScore(bytes, file)))]
  const names = tunePaths(
    file,
    tunes.map((tune) => tune.reference),
  )
  return Promise.all(tunes.map(async ({ abc }, n) => scoreRow(await attempt(names[n] ?? file, () => readAbc(abc)))))
}

/** The bytes of a regular file within the limit of both formats; a larger one is not even opened. */
async function readBounded(file: string): Promise<Uint8Array> {
  return whereSystemAllows(file, async () => {
    const found = await stat(file)
    if (!found.isFile()) throw new ScoreFileError(`cannot read ${file}: it is no regular file`)
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

function scoreRow(read: Attempt<NoteSequence>): FileScore {
  return read.ok ? { file: read.file, ok: true, score: read.value } : read
}
