import type { z } from 'zod'
import { readIfThere } from './files.ts'
import { parseStored, type Stored } from './stored.ts'

/**
 * The value of a file of JSON; null if there is no such file.
 * @param remedy what to do where the file is damaged, as an order.
 * @throws StoredFileError that names the file, the first field that is wrong, and the remedy.
 */
export async function readStoredIfThere<S extends z.ZodType>(
  path: string,
  schema: S,
  remedy: string,
): Promise<Stored<S> | null> {
  const bytes = await readIfThere(path)
  return bytes === null ? null : parseStored(bytes.toString('utf8'), schema, { path, remedy })
}
