import { readFile } from 'node:fs/promises'
import { systemFailure, type CorpusFile, type ScoreFormat } from '../corpus/listFolders.js'
import { splitTunebook } from '../score/readAbc.js'
import { decodeText } from '../score/readScore.js'
import type { Effects } from '../support/effects.js'
import { InterruptedError } from '../support/errors.js'
import { sha256 } from '../support/files.js'

/** One score to convert: a MIDI file, or one tune of an ABC file. */
export interface ScoreUnit {
  /** The file's path; `book.abc#X` for a tune in a tunebook. */
  readonly path: string
  readonly location: string
  readonly format: ScoreFormat
  /** Of the file's bytes, or of the tune's text; empty when it could not be read. */
  readonly sha256: string
  /** Of the file, or of the tune's text. */
  readonly bytes: number
  /** The tune's text; `null` for MIDI, whose bytes are read when its turn comes. */
  readonly abc: string | null
  readonly source: string
  readonly licence: string
  readonly style: string | null
  readonly title: string | null
  readonly mode: string | null
  /** Names the tune or piece it is a setting of, among all sources. */
  readonly tuneId: string | null
  /** `<name>: <message>` when there is nothing to convert. */
  readonly failure: string | null
}

/** Larger than any score: 64 MiB of MIDI is some ten million notes. */
const MAX_BYTES = 64 * 2 ** 20
/** The largest public collection of ABC has some 50,000 settings. */
const MAX_TUNES = 100_000
const AT_ONCE = 32 // open files

/** Reads and hashes every file and takes tunebooks apart; the units are in the order of their files. */
export async function scanCorpus(files: readonly CorpusFile[], effects: Effects): Promise<ScoreUnit[]> {
  const bar = effects.reporter.bar('Looking at files', files.length, 'files')
  const units: ScoreUnit[] = []
  try {
    for (let start = 0; start < files.length; start += AT_ONCE) {
      if (effects.signal.aborted) throw new InterruptedError('stopped while looking at the corpus; nothing was written')
      const part = files.slice(start, start + AT_ONCE)
      for (const found of await Promise.all(part.map(scanFile))) units.push(...found)
      bar.update(start + part.length)
    }
  } finally {
    bar.stop()
  }
  return units
}

async function scanFile(file: CorpusFile): Promise<ScoreUnit[]> {
  const { path, location, format, source, licence, style, bytes, title = null, tuneId = null } = file
  const known = { path, location, format, source, licence, style, bytes, title, tuneId }
  const unit = { ...known, sha256: '', abc: null, mode: null }
  const failure = file.failure ?? sizeFailure(file.bytes)
  if (failure !== null) return [{ ...unit, failure }]
  try {
    const bytes = await readFile(location)
    if (format === 'abc') return scanTunebook(unit, bytes)
    return [{ ...unit, sha256: sha256(bytes), failure: null }]
  } catch (error) {
    return [{ ...unit, failure: systemFailure(error) }]
  }
}

function sizeFailure(bytes: number): string | null {
  return bytes > MAX_BYTES ? `limit-size: ${bytes} bytes, more than ${MAX_BYTES}` : null
}

function scanTunebook(unit: Omit<ScoreUnit, 'failure'>, bytes: Uint8Array): ScoreUnit[] {
  const whole = { ...unit, sha256: sha256(bytes) }
  try {
    const tunes = splitTunebook(decodeText(bytes))
    if (tunes.length === 0) return [{ ...whole, failure: 'AbcConversionError: no tune (no X: field) in the file' }]
    if (tunes.length > MAX_TUNES) return [{ ...whole, failure: `limit-tunes: ${tunes.length}, more than ${MAX_TUNES}` }]
    const paths = tunePaths(
      unit.path,
      tunes.map(({ reference }) => String(reference)),
    )
    return tunes.map(({ abc, title, mode }, n) => {
      const path = paths[n] as string
      const tune = { path, abc, title: title || unit.title, mode: mode || null, sha256: sha256(abc) }
      return { ...unit, ...tune, bytes: Buffer.byteLength(abc), failure: null }
    })
  } catch (error) {
    return [{ ...whole, failure: failureOf(error) }]
  }
}

/**
 * Paths of the tunes of one file: the file's own for a single tune, else with the X: number, made unique.
 * @example tunePaths('b.abc', ['1', '2', '2']) // b.abc#1, b.abc#2, b.abc#2.2
 */
export function tunePaths(path: string, references: readonly string[]): string[] {
  if (references.length === 1) return [path]
  const times = new Map<string, number>()
  return references.map((reference, n) => {
    const name = reference.trim().replace(/[\s.#]+/g, '-') || `${n + 1}`
    const copy = (times.get(name) ?? 0) + 1
    times.set(name, copy)
    return `${path}#${name}${copy === 1 ? '' : `.${copy}`}`
  })
}

/** `<name>: <message>` in one line of at most 200 characters. */
export function failureOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  return oneLine(`${name}: ${message}`)
}

/** Cut to 200 characters; half a character at the cut becomes a replacement character, since no file can hold it. */
export function oneLine(text: string): string {
  return Buffer.from(text.replace(/\s+/g, ' ').trim().slice(0, 200)).toString()
}
