import { createHash, randomUUID } from 'node:crypto'
import { access, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createFolder } from './createFolder.ts'
import { errorCode } from './errors.ts'

/**
 * Writes a file so that a reader, or a power cut, sees the old bytes or the new ones and never a part:
 * temporary file beside it, flushed, then renamed.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  createFolder(dirname(path))
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const handle = await open(temporary, 'w')
    try {
      await handle.writeFile(data)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    const failure: NodeJS.ErrnoException | null = error instanceof Error ? error : null
    if (failure?.code !== undefined) failure.path ??= path // a full disk's error names no file
    throw error
  }
}

/** Whether anything lies at a path. */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** The bytes of a file; null if it does not exist. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = errorCode(error)
    if (code !== 'ENOENT' && code !== 'EISDIR') throw error
    return null
  }
}

/** Lower-case hexadecimal SHA-256. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
