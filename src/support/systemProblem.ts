/** What the operating system may refuse, and what a person can do about it. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the quota is used up: free some space',
  EROFS: 'the file system is read-only: make it writable, or choose another folder',
  EACCES: 'permission denied: change its permissions, or choose another folder',
  EPERM: 'permission denied: change its permissions, or choose another folder',
  ENOENT: 'there is no such file or folder: check the path',
  ENOTDIR: 'part of the path is a file: check the path',
  EISDIR: 'it is a folder, not a file: check the path',
  EEXIST: 'there is a file of this name: move it away, or choose another name',
  ENOTEMPTY: 'the folder is not empty: move it away, or choose another name',
  ENAMETOOLONG: 'the name is too long: choose a shorter one',
  ELOOP: 'its links lead in a circle: check the path',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
  ENFILE: 'too many files are open: close other programs',
  EIO: 'the disk reports an error: check it',
  EBUSY: 'another program uses it: close that',
  ETXTBSY: 'another program uses it: close that',
}

/** As libraries that are no part of Node put it in words. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/no space left on device/i, 'ENOSPC'],
  [/disk quota exceeded/i, 'EDQUOT'],
  [/read-only file system/i, 'EROFS'],
  [/permission denied/i, 'EACCES'],
]

/** `EROFS` for what the operating system refused, in Node's words or a library's; null for any other error. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const { code } = error as NodeJS.ErrnoException
  if (code !== undefined) return code in REASONS ? code : null
  return PHRASES.find(([phrase]) => phrase.test(error.message))?.[1] ?? null
}

/**
 * What the operating system refused as one line with the path, the reason and the remedy; null for any other error, which is
 * a defect of this program.
 * @param meant the file where the error names none, as those of writing do not.
 * @example systemProblem(error) // cannot write /data/built/x (EROFS): the file system is read-only: make it writable …
 */
export function systemProblem(error: unknown, meant?: string): string | null {
  const code = systemCode(error)
  if (code === null) return null
  const { path = meant, syscall, message } = error as NodeJS.ErrnoException
  const reason = REASONS[code]
  // A library's own message names its file.
  if (path === undefined) return `the system refuses (${code}), ${reason} (${message.split('\n')[0]})`
  const action = DISKS.has(code) ? 'write' : (ACTIONS[syscall ?? ''] ?? 'use')
  return `cannot ${action} ${path.replace(TEMPORARY, '')} (${code}), ${reason}`
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
