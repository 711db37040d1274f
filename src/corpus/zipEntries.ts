import { isUtf8 } from 'node:buffer'
import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader, type Entry } from 'yauzl'
import { ArchiveError, refusedEntry } from './archiveLimits.ts'

/** An entry of a zip archive, as its central directory declares it, which alone tells links from files. */
export interface ZipEntry {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  readonly crc32: number
  readonly packedBytes: number
  /** The unpacked bytes as a stream, which breaks off when they are more than declared. */
  open(): AsyncIterable<Buffer>
}

/**
 * The entries in the order of the directory, read one by one; zip64 is read too.
 * @throws ArchiveError when the archive is cut, damaged or spread over several files; `open` when its entry is
 * encrypted or packed by another method than deflate.
 */
export async function* zipEntries(archive: string): AsyncGenerator<ZipEntry> {
  const handle = await open(archive)
  try {
    const { size } = await handle.stat()
    yield* orDamage(archive, entriesOf(archive, new BoundedReader(handle, size)))
  } finally {
    await handle.close()
  }
}

async function* entriesOf(archive: string, reader: BoundedReader): AsyncGenerator<ZipEntry> {
  // Names as bytes: the library would judge them without saying which archive, and take backslashes for slashes.
  const options = { decodeStrings: false, autoClose: false }
  const zip = await fromRandomAccessReaderPromise(reader, reader.size, options)
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry)
    const content = async function* (): AsyncGenerator<Buffer> {
      checkReadable(archive, name, entry)
      const chunks: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry)
      yield* chunks
    }
    yield {
      ...{ name, kind: kindOf(name, entry), crc32: entry.crc32, packedBytes: entry.compressedSize },
      open: () => orDamage(archive, content()),
    }
  }
}

/**
 * The file as the library reads it. Its own reader hands an offset from a damaged archive to a call that throws where
 * nobody can catch it. Whoever opened the file closes it.
 */
class BoundedReader extends RandomAccessReader {
  readonly file: FileHandle
  readonly size: number

  constructor(file: FileHandle, size: number) {
    super()
    this.file = file
    this.size = size
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void) {
    if (position + length > this.size) setImmediate(done, new Error('it is cut, or an offset in it is wrong'))
    else this.file.read(buffer, offset, length, position).then(() => done(null), done)
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(chunks(this.file, start, end))
  }
}

const CHUNK = 256 * 1024

async function* chunks(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += CHUNK) {
    const length = Math.min(CHUNK, end - at)
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
    yield buffer.subarray(0, bytesRead) // too few are the library's to find
  }
}

/** UTF-8 wherever the bytes are such, since many programs write it without saying so; else by the standard. */
function nameOf({ fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string {
  if (isUtf8(fileNameRaw)) return fileNameRaw.toString('utf8')
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true)
}

const UNIX = [3, 19] // Unix and Darwin: the upper half of the attributes is the file's mode

function kindOf(name: string, { versionMadeBy, externalFileAttributes }: Entry): ZipEntry['kind'] {
  if (name.endsWith('/')) return 'directory'
  const type = UNIX.includes(versionMadeBy >> 8) ? (externalFileAttributes >>> 16) & 0o170000 : 0
  if (type === 0 || type === 0o100000) return 'file'
  return type === 0o120000 ? 'link' : type === 0o040000 ? 'directory' : 'other'
}

function checkReadable(archive: string, name: string, entry: Entry): void {
  if (entry.isEncrypted()) throw refusedEntry(archive, name, 'is encrypted')
  if (entry.canDecodeFileData()) return
  throw refusedEntry(archive, name, `is packed by method ${entry.compressionMethod}, which only special tools read`)
}

/**
 * What `source` gives; what the library throws on the way means wrong bytes. The operating system's errors and our
 * own stay what they are.
 */
async function* orDamage<T>(archive: string, source: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* source
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ArchiveError || 'syscall' in error) throw error
    throw new ArchiveError(`${archive} is damaged (${error.message}). Fetch or copy it again`)
  }
}
