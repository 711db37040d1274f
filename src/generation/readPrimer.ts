import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { decodeText, isAbc, readScore } from '../score/readScore.js'
import { splitTunebook } from '../score/splitTunebook.js'
import { UserError } from '../support/errors.js'
import type { Reporter } from '../support/progress.js'
import {
  PRIMER_NAMES,
  PrimerError,
  type PrimerMelody,
  type PrimerName,
  primerOfEvents,
  primerOfScore,
  primers,
} from './primers.js'

/** A primer's file must be small enough to be one: a melody of hours is under a megabyte. */
const MAX_FILE_BYTES = 20_000_000
const CHOICE = `one of ${PRIMER_NAMES.join(', ')}, events such as "60,-2,62", or a MIDI or ABC file`

export interface NamedPrimer {
  /** Part of the melodies' file names. */
  readonly name: string
  readonly primer: PrimerMelody
}

/**
 * A primer as written on the command line: one of the study's names, events such as `60,-2,62`, or the path of a MIDI or
 * ABC file (its first melody; the first tune of a tunebook).
 * @throws PrimerError with the value and what would do.
 */
export async function readPrimer(text: string, appendix: boolean, reporter: Reporter): Promise<NamedPrimer> {
  if (isPrimerName(text)) return { name: text, primer: primerOfEvents(primers[text], appendix) }
  if (looksLikeEvents(text)) return { name: 'custom', primer: primerOfEvents(parseEvents(text), appendix) }
  const bytes = await readBytes(text)
  return { name: fileName(text), primer: primerOfFile(text, bytes, appendix, reporter) }
}

function isPrimerName(text: string): text is PrimerName {
  return (PRIMER_NAMES as readonly string[]).includes(text)
}

/** Nothing but numbers and their punctuation, or brackets or commas without any dot or slash of a path. */
function looksLikeEvents(text: string): boolean {
  return /^[\s\d,[\]+.-]+$/.test(text) || text.trim() === '' || (text.includes(',') && !/[./\\]/.test(text))
}

function parseEvents(text: string): number[] {
  const inner = text
    .trim()
    .replace(/^\[(.*)\]$/s, '$1')
    .trim()
  if (inner === '') return []
  return inner.split(inner.includes(',') ? ',' : /\s+/).map((word, index) => parseEvent(word.trim(), index))
}

function parseEvent(word: string, index: number): number {
  if (/^[+-]?\d{1,9}$/.test(word)) return Number(word)
  throw new PrimerError(
    `invalid primer step ${index + 1}: ${word || 'nothing'} (0–127 a note, -1 note off, -2 no event)`,
  )
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const file = await stat(path)
    if (!file.isFile()) throw new PrimerError(`invalid primer ${path}: it is no file (${CHOICE})`)
    if (file.size > MAX_FILE_BYTES)
      throw new PrimerError(`invalid primer ${path}: it has ${file.size} bytes (at most ${MAX_FILE_BYTES})`)
    return await readFile(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === undefined) throw error
    const why = code === 'ENOENT' ? 'no such file' : code
    throw new PrimerError(`invalid primer ${path}: ${CHOICE} (${why})`, { cause: error })
  }
}

function primerOfFile(path: string, bytes: Uint8Array, appendix: boolean, reporter: Reporter): PrimerMelody {
  try {
    const score = readScore(firstTune(path, bytes, reporter), path)
    if (new Set(score.notes.map((note) => note.instrument)).size > 1)
      reporter.line(`${path} has several voices: the primer is the melody of the first one`)
    return primerOfScore(score, appendix)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new PrimerError(`invalid primer ${path}: ${error.message}`, { cause: error })
  }
}

/** Of a tunebook the first tune alone; every other file as it is. */
function firstTune(path: string, bytes: Uint8Array, reporter: Reporter): Uint8Array {
  if (!isAbc(bytes, path)) return bytes
  const tunes = splitTunebook(decodeText(bytes))
  const [first] = tunes
  if (first === undefined || tunes.length === 1) return bytes
  reporter.line(`${path} holds ${tunes.length} tunes: the primer is the first, "${first.title}"`)
  return new TextEncoder().encode(first.abc)
}

/** The file's name as part of another: letters, digits, underscores and hyphens. */
function fileName(path: string): string {
  return basename(path, extname(path)).replace(/[^A-Za-z0-9_-]+/g, '-') || 'file'
}
