import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createFolder } from './createFolder.ts'
import { errorCode } from './errors.ts'

const STALE_MS = 3_600_000 // a temporary folder this old belongs to no running job

/** A folder to replace as a whole. */
export interface Replacement<T> {
  readonly target: string
  readonly nowMs: number
  /** Fills the folder it is given; when it throws, target stays as it was. */
  readonly write: (temporary: string) => Promise<T>
  /** Asked when another process put a folder there first: is that one as good? Absent = ours is better. */
  readonly isWhole?: () => Promise<boolean>
}

/**
 * Fills a temporary folder beside `target` and then puts it in target's place, so that a reader sees the old folder or the
 * whole new one. Temporary folders that killed jobs left are swept.
 */
export async function replaceFolder<T>(replacement: Replacement<T>): Promise<T> {
  const { target, nowMs, write, isWhole = () => Promise.resolve(false) } = replacement
  const parent = dirname(target)
  const prefix = `.${basename(target)}-`
  createFolder(parent)
  await sweepTemporary(parent, nowMs, prefix)
  const temporary = join(parent, `${prefix}${randomUUID()}.tmp`)
  const old = join(parent, `${prefix}${randomUUID()}.old.tmp`)
  try {
    await mkdir(temporary)
    const result = await write(temporary)
    await putInPlace({ temporary, target, old }, isWhole)
    return result
  } finally {
    await rm(temporary, { recursive: true, force: true })
    await rm(old, { recursive: true, force: true })
  }
}

interface Places {
  readonly temporary: string
  readonly target: string
  /** Where the folder that is replaced lies until the new one is in its place. */
  readonly old: string
}

async function putInPlace({ temporary, target, old }: Places, isWhole: () => Promise<boolean>): Promise<void> {
  const isMoved = !(await isWhole()) && (await renameIfThere(target, old))
  try {
    await rename(temporary, target)
  } catch (error) {
    if (await isWhole()) return // another process was quicker: its folder is as good
    if (isMoved) await rename(old, target)
    throw error
  }
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
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
