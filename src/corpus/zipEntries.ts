import type { Readable } from 'node:stream'
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl'
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
  /** Its unpacked bytes. @throws ArchiveError where the archive is cut or damaged. */
  open(): Promise<Readable>
}

/** A zip archive whose directory was read; the caller closes it. */
export interface OpenedZip {
  readonly entries: readonly ZipEntry[]
  close(): void
}

/**
 * Reads the central directory, which alone tells links from files.
 * @throws ArchiveError when the archive is cut, damaged, spread over several files, or has more than `maxEntries`.
 */
export async function openZip(archive: string, maxEntries: number): Promise<OpenedZip> {
  // Names stay bytes here: yauzl would turn backslashes into slashes and refuse others in words of its own.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true }
  const zip = await openPromise(archive, options).catch((error: unknown) => fail(archive, error))
  try {
    if (zip.entryCount > maxEntries)
      throw new ArchiveError(`${archive} is refused as a bomb: more than ${maxEntries} entries`)
    return { entries: await readEntries(archive, zip), close: () => zip.close() }
  } catch (error) {
    zip.close()
    return fail(archive, error)
  }
}

async function readEntries(archive: string, zip: ZipFile): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = []
  for await (const entry of zip.eachEntry()) {
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true)
    entries.push({
      ...{ name, kind: kindOf(name, entry), crc32: entry.crc32, method: entry.compressionMethod },
      ...{ packedBytes: entry.compressedSize, bytes: entry.uncompressedSize, encrypted: entry.isEncrypted() },
      open: () => zip.openReadStreamPromise(entry).catch((error: unknown) => fail(archive, error)),
    })
  }
  return entries
}

const UNIX = [3, 19] // Unix and Darwin: the upper half of the attributes is the file's mode

function kindOf(name: string, { versionMadeBy, externalFileAttributes }: Entry): ZipEntry['kind'] {
  if (name.endsWith('/')) return 'directory'
  const type = UNIX.includes(versionMadeBy >> 8) ? (externalFileAttributes >>> 16) & 0o170000 : 0
  if (type === 0 || type === 0o100000) return 'file'
  return type === 0o120000 ? 'link' : type === 0o040000 ? 'directory' : 'other'
}

/** What yauzl says of an archive that is none; what the operating system says goes on up. */
function fail(archive: string, error: unknown): never {
  if (!(error instanceof Error) || error instanceof ArchiveError) throw error
  if ((error as NodeJS.ErrnoException).code?.startsWith('E')) throw error
  const what = error.message.split('. ')[0]!.replace(/^./, (letter) => letter.toLowerCase())
  throw new ArchiveError(`${archive} is damaged (${what}). Fetch or copy it again`, { cause: error })
}
