import { readdir } from 'node:fs/promises'
import { errorCode } from './errors.ts'

/** No such folder, a file, or a folder that this person may not read. */
const NOTHING_TO_SEE = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'])

/**
 * Names in a folder, sorted; none where it is missing, no folder or unreadable. Hidden ones, such as the `.DS_Store` and
 * `._name` that macOS leaves wherever a person looks, are nobody's results.
 * @param ending of the names that count; all where it is left out.
 */
export async function namesIn(folder: string, ending = ''): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.') && name.endsWith(ending)).sort()
  } catch (error) {
    if (NOTHING_TO_SEE.has(errorCode(error) ?? '')) return []
    throw error
  }
}
