import { UserError } from '../support/errors.ts'

/** An archive cannot be unpacked, or must not be: names the entry and what is wrong with it. */
export class ArchiveError extends UserError {
  override readonly name = 'ArchiveError'
}

/** How much an archive may unpack to before it counts as a bomb. */
export interface ArchiveLimits {
  readonly entries: number
  readonly totalBytes: number
  /** Of one file that is unpacked; larger ones that are passed over count towards the total only. */
  readonly fileBytes: number
  /** Unpacked bytes for each byte of the archive. */
  readonly ratio: number
  /** Up to here the ratio is not looked at: a small archive of empty tunes shrinks a lot and harms nobody. */
  readonly ratioFromBytes: number
}

/** The largest collection known, LMD-full, has some 180,000 files and unpacks to under 8 GiB at a ratio under 5. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: 2_000_000,
  totalBytes: 16 * 2 ** 30,
  fileBytes: 64 * 2 ** 20, // as the scan: larger than any score
  ratio: 100,
  ratioFromBytes: 32 * 2 ** 20,
}

/** Counts what comes out of one archive and refuses it as soon as a limit is passed. */
export interface ArchiveMeter {
  /** One more entry. */
  entry(name: string): void
  /** `bytes` more came out; `fileBytes` of the entry so far, `kept` when it is written to disk. */
  bytes(bytes: number): void
  file(name: string, bytes: number): void
}

/** @param archiveBytes size of the packed archive, for the ratio. */
export function archiveMeter(archive: string, archiveBytes: number, limits: ArchiveLimits): ArchiveMeter {
  let entries = 0
  let total = 0
  const refuse = (what: string) => {
    throw new ArchiveError(
      `${archive} is refused as a bomb: ${what}. If you trust it, unpack it yourself and name the folder`,
    )
  }
  return {
    entry(name) {
      if (++entries > limits.entries) refuse(`more than ${limits.entries} entries, at ${printable(name)}`)
    },
    bytes(bytes) {
      total += bytes
      if (total > limits.totalBytes) refuse(`it unpacks to more than ${limits.totalBytes} bytes`)
      if (total > limits.ratioFromBytes && total > archiveBytes * limits.ratio) {
        refuse(`it unpacks to more than ${limits.ratio} times its ${archiveBytes} bytes`)
      }
    },
    file(name, bytes) {
      if (bytes > limits.fileBytes) refuse(`entry ${printable(name)} has more than ${limits.fileBytes} bytes`)
    },
  }
}

/**
 * The path of an entry below the folder it is unpacked into, forward slashes.
 * @throws ArchiveError when the name climbs out of the folder or could mean another place on another system.
 * @example safeEntryPath('a.zip', './jazz//solo.mid') // 'jazz/solo.mid'
 */
export function safeEntryPath(archive: string, name: string): string {
  const parts = name.split('/')
  const fault = parts.includes('..')
    ? 'climbs out of the folder'
    : name.startsWith('/') || /^[a-z]:/i.test(name)
      ? 'is an absolute path'
      : name.includes('\\')
        ? 'holds a backslash'
        : name.includes('\0')
          ? 'holds a zero byte'
          : null
  if (fault !== null) throw refusedEntry(archive, name, fault)
  return parts.filter((part) => part !== '' && part !== '.').join('/')
}

/** The error for an entry that is not unpacked, and with it the archive. */
export function refusedEntry(archive: string, name: string, fault: string): ArchiveError {
  return new ArchiveError(
    `${archive} is refused: entry ${printable(name)} ${fault}. If you trust it, unpack it yourself and name the folder`,
  )
}

/** An entry's name as one short line, whatever bytes are in it. */
function printable(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name)
}
