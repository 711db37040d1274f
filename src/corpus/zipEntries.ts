import type { FileHandle } from 'node:fs/promises'
import { createInflateRaw } from 'node:zlib'
import { Readable } from 'node:stream'
import { ArchiveError } from './archiveLimits.js'

/** An entry of a zip archive, as its central directory declares it. */
export interface ZipEntry {
  readonly name: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  readonly crc32: number
  readonly packedBytes: number
  readonly bytes: number
  /** 0 stored, 8 deflated; anything else cannot be read. */
  readonly method: number
  readonly encrypted: boolean
  /** Where its local header lies in the archive. */
  readonly offset: number
}

const END = 0x06054b50
const END_64_LOCATOR = 0x07064b50
const END_64 = 0x06064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const MAX_COMMENT = 65_535
const MAX_DIRECTORY = 512 * 2 ** 20 // two million names of 250 bytes

/**
 * The entries by the central directory, which alone tells links from files; zip64 is read too.
 * @throws ArchiveError when the archive is cut, damaged or spread over several files.
 */
export async function readZipDirectory(archive: string, handle: FileHandle, maxEntries: number): Promise<ZipEntry[]> {
  const { size } = await handle.stat()
  const { entries, offset, length } = await findDirectory(archive, handle, size)
  if (entries > maxEntries) throw new ArchiveError(`${archive} is refused as a bomb: more than ${maxEntries} entries`)
  if (offset + length > size || length > MAX_DIRECTORY) throw damaged(archive, 'its directory lies outside of it')
  const directory = await readAt(archive, handle, offset, length)
  const found: ZipEntry[] = []
  let at = 0
  for (let n = 0; n < entries; n++) {
    if (at + 46 > length || directory.readUInt32LE(at) !== CENTRAL) throw damaged(archive, 'its directory is cut')
    const { entry, next } = readEntry(archive, directory, at)
    found.push(entry)
    at = next
  }
  return found
}

async function findDirectory(archive: string, handle: FileHandle, size: number) {
  const length = Math.min(size, 22 + MAX_COMMENT)
  const tail = await readAt(archive, handle, size - length, length)
  let at = length - 22
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--
  if (at < 0) throw damaged(archive, 'it has no directory at its end')
  if (at >= 20 && tail.readUInt32LE(at - 20) === END_64_LOCATOR) {
    return findDirectory64(archive, handle, Number(tail.readBigUInt64LE(at - 12)))
  }
  if (tail.readUInt16LE(at + 4) !== 0) throw damaged(archive, 'it is one of several parts')
  return {
    entries: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  }
}

async function findDirectory64(archive: string, handle: FileHandle, offset: number) {
  const end = await readAt(archive, handle, offset, 56)
  if (end.readUInt32LE(0) !== END_64) throw damaged(archive, 'its zip64 directory is not where it says')
  return {
    entries: Number(end.readBigUInt64LE(32)),
    length: Number(end.readBigUInt64LE(40)),
    offset: Number(end.readBigUInt64LE(48)),
  }
}

function readEntry(archive: string, directory: Buffer, at: number): { entry: ZipEntry; next: number } {
  const nameEnd = at + 46 + directory.readUInt16LE(at + 28)
  const extraEnd = nameEnd + directory.readUInt16LE(at + 30)
  if (extraEnd > directory.length) throw damaged(archive, 'its directory is cut')
  const flags = directory.readUInt16LE(at + 8)
  const nameBytes = directory.subarray(at + 46, nameEnd)
  const name = nameBytes.toString((flags & 0x800) !== 0 || isUtf8(nameBytes) ? 'utf8' : 'latin1')
  const [bytes, packedBytes, offset] = sizes(archive, directory, at, directory.subarray(nameEnd, extraEnd))
  const entry = {
    ...{ name, bytes, packedBytes, offset, crc32: directory.readUInt32LE(at + 16) },
    kind: kindOf(name, directory.readUInt16LE(at + 4) >> 8, directory.readUInt32LE(at + 38) >>> 16),
    method: directory.readUInt16LE(at + 10),
    encrypted: (flags & 1) !== 0,
  }
  return { entry, next: extraEnd + directory.readUInt16LE(at + 32) }
}

/** Unpacked size, packed size and offset; each is in the zip64 field, in this order, where its own is all ones. */
function sizes(archive: string, directory: Buffer, at: number, extra: Buffer): [number, number, number] {
  const short = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)]
  const field = zip64Field(extra)
  let next = 0
  const long = short.map((value) => {
    if (value !== 0xffffffff) return value
    if (field === null || next + 8 > field.length) throw damaged(archive, 'a zip64 size is missing')
    next += 8
    return Number(field.readBigUInt64LE(next - 8))
  })
  return long as [number, number, number]
}

function zip64Field(extra: Buffer): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
  }
  return null
}

const UNIX = [3, 19] // Unix and Darwin: the upper half of the attributes is the file's mode

function kindOf(name: string, system: number, mode: number): ZipEntry['kind'] {
  if (name.endsWith('/')) return 'directory'
  const type = UNIX.includes(system) ? mode & 0o170000 : 0
  if (type === 0 || type === 0o100000) return 'file'
  return type === 0o120000 ? 'link' : type === 0o040000 ? 'directory' : 'other'
}

function isUtf8(bytes: Buffer): boolean {
  return !bytes.toString('utf8').includes('\ufffd')
}

/** The unpacked bytes of an entry as a stream; reads nothing beyond what the directory gave it. */
export async function openZipEntry(archive: string, handle: FileHandle, entry: ZipEntry): Promise<Readable> {
  const header = await readAt(archive, handle, entry.offset, 30)
  if (header.readUInt32LE(0) !== LOCAL) throw damaged(archive, `${JSON.stringify(entry.name)} is not where it says`)
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const packed = Readable.from(chunks(archive, handle, start, entry.packedBytes))
  if (entry.method === 0) return packed
  const inflate = createInflateRaw()
  packed.on('error', (error) => inflate.destroy(error))
  return packed.pipe(inflate)
}

const CHUNK = 256 * 1024

async function* chunks(archive: string, handle: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; done += CHUNK) {
    yield await readAt(archive, handle, start + done, Math.min(CHUNK, length - done))
  }
}

async function readAt(archive: string, handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  if (!Number.isSafeInteger(offset) || offset < 0) throw damaged(archive, 'an offset in it is no offset')
  const { bytesRead } = await handle.read(buffer, 0, length, offset)
  if (bytesRead < length) throw damaged(archive, 'it is cut')
  return buffer
}

function damaged(archive: string, what: string): ArchiveError {
  return new ArchiveError(`${archive} is damaged: ${what}. Fetch or copy it again`)
}
