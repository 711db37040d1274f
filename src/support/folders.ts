import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createFolder } from './createFolder.ts'

const STALE_MS = 3_600_000 // a temporary folder this old belongs to no running job

/**
 * Fills a temporary folder beside `target` and then puts it in target's place, so that a reader, or a kill at any
 * point, sees the old folder or the whole new one. Temporary folders that killed jobs left are swept.
 * @param write fills the folder it is given; when it throws, target stays as it was.
 * @param isWhole asked when another process put a folder there first: is that one as good?
 */
export async function replaceFolder<T>(
  target: string,
  nowMs: number,
  write: (temporary: string) => Promise<T>,
  isWhole: () => Promise<boolean>,
): Promise<T> {
  const parent = dirname(target)
  const prefix = `.${basename(target)}-`
  createFolder(parent)
  await sweepTemporary(parent, nowMs, prefix)
  const temporary = join(parent, `${prefix}${randomUUID()}.tmp`)
  try {
    await mkdir(temporary)
    const result = await write(temporary)
    await putInPlace(temporary, target, isWhole)
    return result
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function putInPlace(temporary: string, target: string, isWhole: () => Promise<boolean>): Promise<void> {
  if (!(await isWhole())) await rm(target, { recursive: true, force: true })
  try {
    await rename(temporary, target)
  } catch (error) {
    if (!(await isWhole())) throw error // another process was quicker: its folder is as good
  }
}

/** Removes a folder in which nothing was put, as a job leaves that failed before its first file. */
export async function removeIfEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (names?.length === 0) await rmdir(folder)
}

/** Deletes the temporary files and folders that killed jobs left in a folder more than an hour ago. */
export async function sweepTemporary(parent: string, nowMs: number, prefix = ''): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue
    const path = join(parent, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: nowMs })) // gone: another process swept it
    if (nowMs - mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true })
  }
}
