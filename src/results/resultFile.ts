import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { writeFileAtomic } from '../support/files.ts'
import { readableJson } from '../support/readableJson.ts'
import { parseStored, type Stored } from '../support/stored.ts'
import { errorCode } from '../support/errors.ts'

/** A published file of JSON: where it lies, its one reader and its one writer. */
export interface ResultFile<T> {
  /** Path below the folder that holds `report/`. */
  readonly path: string
  /** What writes it. */
  readonly command: string
  /**
   * Null where there is no such file.
   * @throws StoredFileError for a damaged file or one of another version.
   */
  readonly read: (root: string) => T | null
  /** Replaces the file, whole or not at all. */
  readonly write: (root: string, value: T) => Promise<void>
}

/** What describes a result file. */
export interface ResultFileOptions<S extends z.ZodType> {
  /** Below `report/results`. */
  readonly name: string
  readonly schema: S
  /** The command that writes it. */
  readonly command: string
  /** Significant digits of its fractions; all where absent. */
  readonly digits?: number
  /** Keys that the file spells in another way than the program, since it was published so: by the program's name. */
  readonly published?: Readonly<Record<string, string>>
}

/** The published file `report/results/<name>`. */
export function resultFile<S extends z.ZodType>(options: ResultFileOptions<S>): ResultFile<Stored<S>> {
  const { name, schema, command, digits, published = {} } = options
  const path = `report/results/${name}`
  const own = Object.fromEntries(Object.entries(published).map(([key, spelled]) => [spelled, key]))
  return {
    path,
    command,
    read: (root) => {
      const file = join(root, path)
      const text = textIfThere(file)
      return text === null
        ? null
        : parseStored(withKeys(text, own), schema, { path: file, remedy: `run "${command}" to write it again` })
    },
    write: (root, value) => writeFileAtomic(join(root, path), withKeys(readableJson(value, digits), published)),
  }
}

/** JSON text with some of its keys, and ids that name them, spelled in another way. */
const withKeys = (json: string, spelling: Readonly<Record<string, string>>): string =>
  json.replace(/"(\w+)"/g, (_, name: string) => `"${spelling[name] ?? name}"`)

function textIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    return null
  }
}
