import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { createGunzip, crc32 } from 'node:zlib'
import { extract } from 'tar-stream'
import xz from 'xz-decompress'
import type { Effects } from '../support/effects.js'
import { InterruptedError } from '../support/errors.js'
import { replaceFolder } from '../support/folders.js'
import type { ProgressBar } from '../support/progress.js'
import {
  ARCHIVE_LIMITS,
  ArchiveError,
  archiveMeter,
  refusedEntry,
  safeEntryPath,
  type ArchiveLimits,
  type ArchiveMeter,
} from './archiveLimits.js'
import { scoreFormat } from './listFolders.js'
import { zipEntries } from './zipEntries.js'

export type ArchiveFormat = 'tar.xz' | 'tar.gz' | 'zip'

const ENDINGS: readonly (readonly [ending: RegExp, format: ArchiveFormat])[] = [
  [/\.(tar\.xz|txz)$/i, 'tar.xz'],
  [/\.(tar\.gz|tgz)$/i, 'tar.gz'],
  [/\.zip$/i, 'zip'],
]

/** The format by the name's ending, in any case; `null` for what is no archive. */
export function archiveFormat(name: string): ArchiveFormat | null {
  return ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? null
}

/**
 * The name without its archive ending.
 * @example archiveStem('/music/jazz.tar.gz') // 'jazz'
 */
export function archiveStem(path: string): string {
  return ENDINGS.reduce((name, [ending]) => name.replace(ending, ''), basename(path)) || 'archive'
}

export interface UnpackRequest {
  /** Path of a .tar.xz, .tar.gz or .zip file. */
  readonly archive: string
  /** The folder its files come to lie in; replaced as a whole. */
  readonly target: string
  /** Of the archive's bytes: the stamp by which it is not unpacked twice. */
  readonly sha256: string
  readonly limits?: ArchiveLimits
}

interface Stamp {
  readonly sha256: string
  readonly files: number
}

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
  if (await isWhole()) return target
  const fill = async (temporary: string) => {
    await unpackInto(request, temporary, effects)
    const files = await countFiles(temporary)
    await writeFile(join(temporary, STAMP), JSON.stringify({ sha256, files } satisfies Stamp), { flush: true })
    return files
  }
  const files = await replaceFolder(target, effects.now(), fill, isWhole)
  effects.reporter.line(`Unpacked ${files} files of ${basename(archive)} into ${target}`)
  return target
}

/** Whether the archive with this sum lies unpacked in `target`, with as many files as it had. */
export async function isUnpacked(target: string, sha256: string): Promise<boolean> {
  try {
    const stamp = JSON.parse(await readFile(join(target, STAMP), 'utf8')) as Stamp
    return stamp.sha256 === sha256 && (await countFiles(target)) === stamp.files + 1 // the stamp is the one more
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== undefined) return false
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
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
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
  readonly meter: ArchiveMeter
  readonly effects: Effects
  readonly bar: ProgressBar
}

async function unpackInto(request: UnpackRequest, folder: string, effects: Effects): Promise<void> {
  const { archive, limits = ARCHIVE_LIMITS } = request
  const { size } = await stat(archive)
  if (size === 0) throw new ArchiveError(`${archive} is damaged (it is empty). Fetch or copy it again`)
  const bar = effects.reporter.bar(`Unpacking ${basename(archive)}`, size, 'bytes')
  const unpacking = { archive, folder, effects, bar, meter: archiveMeter(archive, size, limits) }
  try {
    if (archiveFormat(archive) === 'zip') await unpackZip(unpacking)
    else await unpackTar(unpacking)
  } catch (error) {
    throw isDamage(error) ? new ArchiveError(`${archive} is damaged (${error.message}). Fetch or copy it again`) : error
  } finally {
    bar.stop()
  }
}

/** What the readers of gzip, xz, deflate and tar throw for bytes that are none of theirs. */
function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof ArchiveError || error instanceof InterruptedError) return false
  const { code } = error as NodeJS.ErrnoException
  return code?.startsWith('Z_') === true || /get_next_output|tar header|end of data|XZ|checksum/i.test(error.message)
}

async function unpackTar(unpacking: Unpacking): Promise<void> {
  const { archive, meter } = unpacking
  const entries = extract()
  const source = unpackedStream(unpacking)
  source.on('error', (error) => entries.destroy(error)).pipe(entries)
  try {
    for await (const entry of entries) {
      const { name, type } = entry.header
      meter.entry(name)
      stopWhenAsked(unpacking.effects)
      const path = safeEntryPath(archive, name)
      if (type === 'directory') entry.resume()
      else if (type !== 'file' && type !== 'contiguous-file') {
        throw refusedEntry(archive, name, `is ${type === 'symlink' || type === 'link' ? 'a link' : 'no plain file'}`)
      } else if (!isKept(path)) entry.resume()
      else await writeEntry(unpacking, name, path, await readWhole(unpacking, name, entry as AsyncIterable<Buffer>))
    }
  } finally {
    source.destroy()
  }
}

/** The tar inside: decompressed, and counted before anything looks at it. */
function unpackedStream({ archive, meter, bar }: Unpacking): Transform {
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
        done(null, chunk)
      } catch (error) {
        done(error as Error)
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
    const { name, kind } = entry
    meter.entry(name)
    stopWhenAsked(unpacking.effects)
    bar.update((done += entry.packedBytes))
    const path = safeEntryPath(archive, name)
    if (kind === 'link') throw refusedEntry(archive, name, 'is a link')
    if (kind === 'other') throw refusedEntry(archive, name, 'is no plain file')
    if (kind === 'directory' || !isKept(path)) continue
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

/** Scores, and at the archive's root what tells about them: tables and terms. */
function isKept(path: string): boolean {
  const name = basename(path)
  return scoreFormat(name) !== null || (path === name && /^(.+\.tsv|readme.*|licen[cs]e.*|copying.*)$/i.test(name))
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

async function writeEntry({ archive, folder }: Unpacking, name: string, path: string, content: Buffer): Promise<void> {
  const location = join(folder, path)
  try {
    await mkdir(dirname(location), { recursive: true })
    await writeFile(location, content)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === undefined ? error : refusedEntry(archive, name, `cannot be written (${code})`)
  }
}

function stopWhenAsked({ signal }: Effects): void {
  if (signal.aborted) throw new InterruptedError('stopped while unpacking; the same command starts it again')
}
