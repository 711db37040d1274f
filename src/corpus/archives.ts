import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { createGunzip, crc32 } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import xz from 'xz-decompress'
import { z } from 'zod'
import { counted } from '../support/text/counted.ts'
import { createFolder } from '../support/createFolder.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, errorCode } from '../support/errors.ts'
import { replaceFolder } from '../support/folders.ts'
import { parseStored, type Stored, StoredFileError } from '../support/stored.ts'
import { printable } from '../support/text/printable.ts'
import type { ProgressBar } from '../support/progress.ts'
import {
  ARCHIVE_LIMITS,
  ArchiveError,
  archiveMeter,
  refusedEntry,
  safeEntryPath,
  type ArchiveLimits,
  type ArchiveMeter,
} from './archiveLimits.ts'
import { scoreFormat } from './scoreFormat.ts'
import { countEnding, isDescription, otherFilesLine } from './walkFolder.ts'
import { zipEntries } from './zipEntries.ts'
import { isRecord } from '../support/records.ts'

/** An archive format that can be unpacked. */
export type ArchiveFormat = 'tar.xz' | 'tar.gz' | 'zip'

const ENDINGS: readonly (readonly [ending: RegExp, format: ArchiveFormat])[] = [
  [/\.(tar\.xz|txz)$/i, 'tar.xz'],
  [/\.(tar\.gz|tgz)$/i, 'tar.gz'],
  [/\.zip$/i, 'zip'],
]

/** The format by the name's ending, in any case; `null` if it is not an archive's. */
export function archiveFormat(name: string): ArchiveFormat | null {
  return ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? null
}

/**
 * The name without its archive ending.
 * @example archiveStem('/music/jazz.tar.gz') // 'jazz'
 */
export function archiveStem(path: string): string {
  const stem = ENDINGS.reduce((name, [ending]) => name.replace(ending, ''), basename(path))
  return /^\.*$/.test(stem) ? 'archive' : stem // "..zip" must not name a folder above
}

/** What `unpack` unpacks, and where to. */
export interface UnpackRequest {
  /** Path of a .tar.xz, .tar.gz or .zip file. */
  readonly archive: string
  /** The folder for its files; replaced as a whole. */
  readonly target: string
  /** Of the archive's bytes: the stamp by which it is not unpacked twice. */
  readonly sha256: string
  readonly limits?: ArchiveLimits
  /** Of a Python wheel, which is a zip: the only folders whose files are taken, and the folder of it they lie in. */
  readonly wheel?: { readonly insideWheel: string; readonly folders: readonly string[] }
}

const stampSchema = z.object({
  sha256: z.string(),
  files: z.number(),
  /** What is said of entries that are not there, each time the archive is used. */
  notes: z.array(z.string()).exactOptional(),
})
type Stamp = Stored<typeof stampSchema>

/** As wheels were stamped when they had a reader of their own. */
const wheelStampSchema = z
  .object({ wheelSha256: z.string(), files: z.number() })
  .transform(({ wheelSha256, files }) => ({ sha256: wheelSha256, files }))

const STAMP = 'stamp.json'

/**
 * Unpacks the scores of an archive (and tables and terms at its root) into `target`, once: when the stamp there names
 * this archive and every file is still there it does nothing. Streaming; memory does not grow with the archive.
 * A kill at any point leaves the old folder or none.
 * @returns the target.
 * @throws ArchiveError, naming the entry, when the archive is damaged or an entry is not to be trusted.
 */
export async function unpackOnce(request: UnpackRequest, effects: Effects): Promise<string> {
  const { target, sha256, archive } = request
  const isWhole = () => isUnpacked(target, sha256)
  const known = await wholeStamp(target, sha256)
  if (known === null) {
    const fill = async (temporary: string): Promise<Stamp> => {
      const notes = await unpackInto(request, temporary, effects)
      const stamp = { sha256, files: await countFiles(temporary), notes }
      await writeFile(join(temporary, STAMP), JSON.stringify(stamp satisfies Stamp), { flush: true })
      return stamp
    }
    const { files, notes } = await replaceFolder({ target, nowMs: effects.now(), write: fill, isWhole })
    effects.reporter.line(`Unpacked ${counted(files, 'file')} of ${basename(archive)} into ${target}`)
    notes?.forEach((note) => effects.reporter.line(printable(note)))
  } else known.notes?.forEach((note) => effects.reporter.line(printable(note)))
  return target
}

/** Whether the archive with this sum lies unpacked in `target`, with as many files as it had. */
export async function isUnpacked(target: string, sha256: string): Promise<boolean> {
  return (await wholeStamp(target, sha256)) !== null
}

async function wholeStamp(target: string, sha256: string): Promise<Stamp | null> {
  try {
    const path = join(target, STAMP)
    const text = await readFile(path, 'utf8')
    const stamp = parseStored(text, z.union([stampSchema, wheelStampSchema]), { path, remedy: 'unpack it again' })
    const isWhole = stamp.sha256 === sha256 && (await countFiles(target)) === stamp.files + 1 // the stamp is the one more
    return isWhole ? stamp : null
  } catch (error) {
    if (error instanceof StoredFileError || errorCode(error) !== undefined) return null
    throw error
  }
}

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

/** Lower-case hexadecimal SHA-256 of a file of any size. */
export async function fileSha256(path: string, effects: Effects): Promise<string> {
  const { size } = await stat(path)
  const hash = createHash('sha256')
  const bar = size > 64 * 2 ** 20 ? effects.reporter.bar(`Checking ${basename(path)}`, size, 'bytes') : null
  let done = 0
  try {
    const chunks: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 2 ** 20 })
    for await (const chunk of chunks) {
      stopWhenAsked(effects)
      hash.update(chunk)
      bar?.update((done += chunk.length))
    }
  } finally {
    bar?.stop()
  }
  return hash.digest('hex')
}

interface Unpacking {
  readonly archive: string
  readonly folder: string
  readonly wheel: UnpackRequest['wheel']
  readonly meter: ArchiveMeter
  readonly effects: Effects
  readonly bar: ProgressBar
  /** Paths written so far. */
  readonly written: Set<string>
  /** Entries that took the place of an earlier one of the same name. */
  readonly replaced: string[]
  /** Entries other than scores, by their ending. */
  readonly others: Map<string, number>
}

/** Unpacks, and gives what is to be said of entries that are not there. */
async function unpackInto(request: UnpackRequest, folder: string, effects: Effects): Promise<string[]> {
  const { archive, wheel, limits = ARCHIVE_LIMITS } = request
  const { size } = await stat(archive)
  if (size === 0) throw new ArchiveError(`${archive} is damaged (it is empty). Fetch or copy it again`)
  const bar = effects.reporter.bar(`Unpacking ${basename(archive)}`, size, 'bytes')
  const seen = { written: new Set<string>(), replaced: [], others: new Map<string, number>() }
  const unpacking = { archive, folder, wheel, effects, bar, meter: archiveMeter(archive, size, limits), ...seen }
  try {
    if (wheel !== undefined || archiveFormat(archive) === 'zip') await unpackZip(unpacking)
    else await unpackTar(unpacking)
    return notesOf(unpacking)
  } catch (error) {
    throw isDamage(error) ? new ArchiveError(`${archive} is damaged (${error.message}). Fetch or copy it again`) : error
  } finally {
    bar.stop()
  }
}

const NAMES_NAMED = 3

function notesOf({ archive, replaced, others }: Unpacking): string[] {
  const names = replaced.slice(0, NAMES_NAMED).map((name) => JSON.stringify(name))
  const more = replaced.length > NAMES_NAMED ? `, and ${replaced.length - NAMES_NAMED} more` : ''
  const double = `${archive}: of entries with the same name only the last is kept (${names.join(', ')}${more}): rename them`
  const passed = otherFilesLine(archive, others)
  return [...(replaced.length > 0 ? [double] : []), ...(passed === null ? [] : [passed])]
}

/** What the readers of gzip, xz, deflate and tar throw for bytes of another format. */
function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof ArchiveError || error instanceof InterruptedError) return false
  const code = errorCode(error)
  return (
    code?.startsWith('Z_') === true ||
    /get_next_output|invalid (tar )?header|header exceeds|end of data|XZ|checksum/i.test(error.message)
  )
}

async function unpackTar(unpacking: Unpacking): Promise<void> {
  const { archive, meter } = unpacking
  const entries = extract(NAMES_AS_BYTES)
  const tail = { bytes: 0, zeros: 0 }
  const source = unpackedStream(unpacking, tail)
  let end = 0
  source.on('error', (error) => entries.destroy(error)).pipe(entries)
  try {
    for await (const entry of entries) {
      const { type } = entry.header
      const name = tarName(entry.header)
      meter.entry(name)
      end = endOf(entry.header)
      stopWhenAsked(unpacking.effects)
      const path = safeEntryPath(archive, name)
      if (type === 'directory') entry.resume()
      else if (type !== 'file' && type !== 'contiguous-file') {
        throw refusedEntry(archive, name, `is ${type === 'symlink' || type === 'link' ? 'a link' : 'not a plain file'}`)
      } else if (!isKept(unpacking, path)) entry.resume()
      else await writeEntry(unpacking, name, path, await readWhole(unpacking, name, entry as AsyncIterable<Buffer>))
    }
    if (tail.bytes < end + TAR_BLOCK || tail.zeros < TAR_BLOCK)
      throw new ArchiveError(`${archive} is damaged (it is cut: a tar ends in zeros). Fetch or copy it again`)
  } finally {
    source.destroy()
  }
}

const TAR_BLOCK = 512
/** `tarName` makes text of them. The types of the library lack this option. */
const NAMES_AS_BYTES: object = { filenameEncoding: 'latin1' }

/** UTF-8 wherever the bytes are such, else Latin-1. A name in a pax header is UTF-8 by the standard. */
function tarName({ name, pax }: Header): string {
  const bytes = Buffer.from(name, 'latin1')
  const isNamed = isRecord(pax) && pax['path'] !== undefined
  return !isNamed && isUtf8(bytes) ? bytes.toString() : name
}

/** Where the bytes of a tar's entry end, filled up to whole blocks. */
function endOf({ type, size = 0, byteOffset = 0 }: Header & { byteOffset?: number }): number {
  return byteOffset + (type === 'directory' ? 0 : Math.ceil(size / TAR_BLOCK) * TAR_BLOCK)
}

/** The tar inside: decompressed, and counted before anything looks at it; `tail` says how long it was, and how it ended. */
function unpackedStream({ archive, meter, bar }: Unpacking, tail: { bytes: number; zeros: number }): Transform {
  const file = createReadStream(archive)
  file.on('data', () => bar.update(file.bytesRead))
  const unpacked =
    archiveFormat(archive) === 'tar.gz'
      ? file.on('error', (error) => unpacked.destroy(error)).pipe(createGunzip())
      : Readable.fromWeb(new xz.XzReadableStream(Readable.toWeb(file) as ReadableStream<Uint8Array>) as never)
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      try {
        meter.bytes(chunk.length)
        const last = chunk.findLastIndex((byte) => byte !== 0)
        tail.bytes += chunk.length
        tail.zeros = last < 0 ? tail.zeros + chunk.length : chunk.length - 1 - last
        done(null, chunk)
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
  })
  unpacked.on('error', (error) => counted.destroy(error))
  counted.on('close', () => {
    unpacked.destroy()
    file.destroy()
  })
  return unpacked.pipe(counted)
}

async function unpackZip(unpacking: Unpacking): Promise<void> {
  const { archive, meter, bar } = unpacking
  let done = 0
  for await (const entry of zipEntries(archive)) {
    const { kind } = entry
    meter.entry(entry.name)
    stopWhenAsked(unpacking.effects)
    bar.update((done += entry.packedBytes))
    const name = nameInWheel(unpacking.wheel, entry.name)
    if (name === null) continue
    const path = safeEntryPath(archive, name)
    if (kind === 'link') throw refusedEntry(archive, name, 'is a link')
    if (kind === 'other') throw refusedEntry(archive, name, 'is not a plain file')
    if (kind === 'directory' || !isKept(unpacking, path)) continue
    const content = await readWhole(unpacking, name, countedBy(meter, entry.open()))
    if (crc32(content) !== entry.crc32) throw new Error(`the checksum of entry ${JSON.stringify(name)} is wrong`)
    await writeEntry(unpacking, name, path, content)
  }
}

async function* countedBy(meter: ArchiveMeter, stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    meter.bytes(chunk.length)
    yield chunk
  }
}

/** The name below the folder that is taken from a wheel; null for what is not taken. Of other archives the name itself. */
function nameInWheel(wheel: UnpackRequest['wheel'], name: string): string | null {
  if (wheel === undefined) return name
  const own = name.startsWith(`${wheel.insideWheel}/`) ? name.slice(wheel.insideWheel.length + 1) : ''
  return wheel.folders.some((folder) => own.startsWith(`${folder}/`)) && !own.split('/').includes('..') ? own : null
}

/** Scores, and at the archive's root their tables and terms. Anything else is counted. */
function isKept({ others, wheel }: Unpacking, path: string): boolean {
  if (wheel !== undefined) return true
  const name = basename(path)
  if (scoreFormat(name) !== null) return true
  if (path === name && /^(.+\.tsv|readme.*|licen[cs]e.*|copying.*)$/i.test(name)) return true
  if (!isDescription(name)) countEnding(others, name)
  return false
}

/** A file's content; never more of it in memory than a score may have. */
async function readWhole(unpacking: Unpacking, name: string, stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    unpacking.meter.file(name, (bytes += chunk.length))
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What a file system says of a name that it cannot take. */
const NAME_PROBLEMS = new Set(['ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EINVAL', 'ENOENT', 'EILSEQ'])

async function writeEntry(unpacking: Unpacking, name: string, path: string, content: Buffer): Promise<void> {
  const { archive, folder, written, replaced } = unpacking
  const location = join(folder, path)
  if (written.has(path)) replaced.push(path)
  written.add(path)
  try {
    createFolder(dirname(location))
    await writeFile(location, content)
  } catch (error) {
    const code = errorCode(error)
    // A full disk or a read-only folder is not the archive's fault.
    throw NAME_PROBLEMS.has(code ?? '') ? refusedEntry(archive, name, `cannot be written (${code})`) : error
  }
}

function stopWhenAsked({ signal }: Effects): void {
  if (signal.aborted) throw new InterruptedError('stopped while unpacking; the same command starts it again')
}
