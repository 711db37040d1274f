import { propertyOf } from './itemAt.ts'
import { errorCode } from './errors.ts'
/** Why the operating system refused a call, and what to do. */
export interface SystemRefusal {
  readonly reason: string
  readonly remedy: string
}

/** What the operating system may refuse, and what a person can do about it. */
export const SYSTEM_REFUSALS: Readonly<Record<string, SystemRefusal>> = {
  ENOSPC: { reason: 'the disk is full', remedy: 'free some space' },
  EDQUOT: { reason: 'the quota is used up', remedy: 'free some space' },
  EROFS: { reason: 'the file system is read-only', remedy: 'make it writable, or choose another folder' },
  EACCES: { reason: 'permission denied', remedy: 'change its permissions, or choose another folder' },
  EPERM: { reason: 'permission denied', remedy: 'change its permissions, or choose another folder' },
  ENOENT: { reason: 'there is no such file or folder', remedy: 'check the path' },
  ENOTDIR: { reason: 'part of the path is a file', remedy: 'check the path' },
  EISDIR: { reason: 'it is a folder, not a file', remedy: 'check the path' },
  EEXIST: { reason: 'there is a file of this name', remedy: 'move it away, or choose another name' },
  ENOTEMPTY: { reason: 'the folder is not empty', remedy: 'move it away, or choose another name' },
  ENAMETOOLONG: { reason: 'the name is too long', remedy: 'choose a shorter one' },
  ELOOP: { reason: 'its links lead in a circle', remedy: 'check the path' },
  EMFILE: { reason: 'too many files are open', remedy: 'raise the limit (ulimit -n)' },
  ENFILE: { reason: 'too many files are open', remedy: 'close other programs' },
  EIO: { reason: 'the disk reports an error', remedy: 'check it' },
  EBUSY: { reason: 'another program uses it', remedy: 'close that' },
  ETXTBSY: { reason: 'another program uses it', remedy: 'close that' },
}

/** How libraries outside Node word it. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/no space left on device/i, 'ENOSPC'],
  [/disk quota exceeded/i, 'EDQUOT'],
  [/read-only file system/i, 'EROFS'],
  [/permission denied/i, 'EACCES'],
]

/** `EROFS` for what the operating system refused, in Node's words or a library's; null for any other error. */
function systemCode(error: Error): string | null {
  const code = errorCode(error)
  if (code !== undefined) return code in SYSTEM_REFUSALS ? code : null
  return PHRASES.find(([phrase]) => phrase.test(error.message))?.[1] ?? null
}

/**
 * Why a call was refused, for a sentence that names the place and a remedy of its own.
 * @example systemReason('ENOSPC') // the disk is full, ENOSPC
 */
export function systemReason(code: string): string {
  const known = SYSTEM_REFUSALS[code]
  return known === undefined ? code : `${known.reason}, ${code}`
}

/**
 * What the operating system refused as one line with the path, the reason and the remedy; null for any other error, which is
 * a defect of this program.
 * @param meant the file where the error names none, as those of writing do not.
 * @example systemProblem(error) // cannot write /data/built/x (EROFS): the file system is read-only: make it writable …
 */
export function systemProblem(error: unknown, meant?: string): string | null {
  if (!(error instanceof Error)) return null
  const code = systemCode(error)
  if (code === null) return null
  const { path = meant, syscall, message }: NodeJS.ErrnoException = error
  const { reason, remedy } = propertyOf(SYSTEM_REFUSALS, code)
  // A library's own message names its file.
  if (path === undefined) return `the system refuses (${code}), ${reason}: ${remedy} (${message.split('\n')[0]})`
  const action = DISKS.has(code) ? 'write' : (ACTIONS[syscall ?? ''] ?? 'use')
  return `cannot ${action} ${path.replace(TEMPORARY, '')} (${code}), ${reason}: ${remedy}`
}

/** Whatever the call, it was to write. */
const DISKS = new Set(['ENOSPC', 'EDQUOT', 'EROFS'])

/** The end of the name under which a file is written before it takes its place. */
const TEMPORARY = /\.[0-9a-f]{8}-[0-9a-f-]{27}\.tmp$/

const ACTIONS: Readonly<Record<string, string>> = {
  mkdir: 'make the folder',
  mkdtemp: 'make a folder in',
  write: 'write',
  fsync: 'write',
  read: 'read',
  open: 'open',
  scandir: 'look into',
  rename: 'put in place',
  copyfile: 'copy',
  rm: 'delete',
  unlink: 'delete',
  rmdir: 'delete',
}
