import { closeSync, openSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { CorpusFile } from '../corpus/listFolders.ts'
import { systemFailure } from '../corpus/scoreFormat.ts'
import type { Location } from '../corpus/walkFolder.ts'
import { type AbcTune, splitTunebook } from '../score/readAbc.ts'
import { NoteSequenceError } from '../score/noteSequences/noteSequenceError.ts'
import { recordsIn, type TfRecord } from '../score/noteSequences/tfRecords.ts'
import { decodeText } from '../score/decodeText.ts'
import type { ScoreFormat } from '../score/scoreFormats.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { itemAt } from '../support/itemAt.ts'

/** One score to convert: a file, one tune of an ABC file, or one record of a TFRecord. */
export interface ScoreUnit {
  /** The file's path; `book.abc#X` for a tune in a tunebook, `notes.tfrecord#1` for a record. */
  readonly path: string
  readonly location: Location
  readonly format: ScoreFormat
  /** Of the file's or record's bytes, or of the tune's text; empty when it could not be read. */
  readonly sha256: string
  /** Of the file or record, or of the tune's text. */
  readonly bytes: number
  /** The tune, whose text is put together when its turn comes; `null` for other formats, whose bytes are read then. */
  readonly abc: AbcTune | null
  /** Where a record's bytes begin in the file; 0 for a whole file. */
  readonly offset: number
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
/** Files read at a time, and their bytes together unless one alone has more. */
const AT_ONCE = 32
const BYTES_AT_ONCE = 64 * 2 ** 20
/** Longest title, licence, mode or number of a tune that is kept: a cell of a table, not a text. */
const MAX_LABEL = 200

/** Reads and hashes every file and takes tunebooks apart; the units are in the order of their files. */
export async function scanCorpus(files: readonly CorpusFile[], effects: Effects): Promise<ScoreUnit[]> {
  const bar = effects.reporter.bar('Looking at files', files.length, 'files')
  const units: ScoreUnit[] = []
  try {
    let done = 0
    for (const part of inParts(files)) {
      if (effects.signal.aborted) throw new InterruptedError('stopped while looking at the corpus; nothing was written')
      for (const found of await Promise.all(part.map(scanFile))) for (const unit of found) units.push(unit)
      bar.update((done += part.length))
    }
  } finally {
    bar.stop()
  }
  return units
}

/** The files in parts that memory has room for at once, in order. */
export function* inParts<File extends { readonly bytes: number }>(files: readonly File[]): Generator<File[]> {
  let part: File[] = []
  let bytes = 0
  for (const file of files) {
    const read = file.bytes > MAX_BYTES ? 0 : file.bytes // larger ones are not opened
    if (part.length === AT_ONCE || (part.length > 0 && bytes + read > BYTES_AT_ONCE)) {
      yield part
      part = []
      bytes = 0
    }
    part.push(file)
    bytes += read
  }
  if (part.length > 0) yield part
}

async function scanFile(file: CorpusFile): Promise<ScoreUnit[]> {
  const { path, location, format, source, bytes, tuneId = null } = file
  const [title, style] = [label(file.title ?? ''), label(file.style ?? '')]
  const licence = label(file.licence) ?? ''
  const known = { path, location, format, source, licence, style, bytes, title, tuneId }
  const unit = { ...known, sha256: '', abc: null, offset: 0, mode: null }
  const failure = file.failure ?? (format === 'tfrecord' ? null : sizeFailure(file.bytes))
  if (failure !== null) return [{ ...unit, failure }]
  try {
    if (format === 'tfrecord') return scanRecords(unit)
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
    const paths = tunePaths(
      unit.path,
      tunes.map(({ reference }) => String(reference)),
    )
    return tunes.map((each, n) => {
      const { abc, title, mode } = each
      const path = itemAt(paths, n)
      const tune = { path, abc: each, title: label(title) ?? unit.title, mode: label(mode), sha256: sha256(abc) }
      return { ...unit, ...tune, bytes: Buffer.byteLength(abc), failure: null }
    })
  } catch (error) {
    return [{ ...whole, failure: failureOf(error) }]
  }
}

/** The records of a file of any size: one at a time is in memory. */
function scanRecords(unit: Omit<ScoreUnit, 'failure'>): ScoreUnit[] {
  const file = openSync(unit.location, 'r')
  const read = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(Math.min(length, unit.bytes - offset))
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset))
  }
  const unitOf = ({ offset, bytes, failure }: TfRecord): ScoreUnit => {
    const about = failure === null ? { sha256: sha256(bytes), failure } : { failure: failureOf(failure) }
    return { ...unit, offset, bytes: bytes.length, ...about }
  }
  try {
    const records = Array.from(recordsIn(read, unit.bytes), unitOf)
    if (records.length === 0) return [{ ...unit, failure: failureOf(new NoteSequenceError('it holds no record')) }]
    const paths = tunePaths(
      unit.path,
      records.map((_, n) => String(n + 1)),
    )
    return records.map((record, n) => ({ ...record, path: itemAt(paths, n) }))
  } finally {
    closeSync(file)
  }
}

/** Cut to what a table shows of it; `null` for an empty one. */
function label(text: string): string | null {
  return text === '' ? null : Buffer.from(text.slice(0, MAX_LABEL)).toString()
}

/**
 * Paths of the tunes of one file: the file's own for a single tune, else with the X: number, made unique.
 * @example tunePaths('b.abc', ['1', '2', '2']) // b.abc#1, b.abc#2, b.abc#2.2
 */
export function tunePaths(path: string, references: readonly string[]): string[] {
  if (references.length === 1) return [path]
  const times = new Map<string, number>()
  return references.map((reference, n) => {
    const name =
      reference
        .trim()
        .slice(0, MAX_LABEL)
        .replace(/[\s.#]+/g, '-') || `${n + 1}`
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
