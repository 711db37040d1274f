import { z } from 'zod'
import { UserError } from './errors.ts'
import { itemAt } from './itemAt.ts'

/** `T` and all it holds, read-only. */
export type DeepReadonly<T> = T extends string | number | boolean | null | undefined
  ? T
  : { readonly [K in keyof T]: DeepReadonly<T[K]> }

/** What a schema reads from a file. */
export type Stored<S extends z.ZodType> = DeepReadonly<z.output<S>>

/**
 * A number that may be NaN, for which JSON has no word: it is stored as null. The only place where null becomes NaN. Its type is
 * that of a plain number's schema, since the notebooks' compiler, which is not strict, makes a transformed field optional.
 */
export const measured = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN) as unknown as z.ZodNumber

/** A file of this project that is damaged, or of another version. */
export class StoredFileError extends UserError {
  override readonly name = 'StoredFileError'
}

/**
 * The value of a file's JSON text.
 * @param remedy what to do if the file is something else, as an order: `run "cantus study summarize" again`.
 * @throws StoredFileError that names the file, the first field that is wrong, and the remedy.
 */
export function parseStored<S extends z.ZodType>(
  text: string,
  schema: S,
  { path, remedy }: { readonly path: string; readonly remedy: string },
): Stored<S> {
  const read = schema.safeParse(jsonOf(text, path, remedy), { reportInput: true })
  if (read.success) return read.data as Stored<S>
  throw new StoredFileError(`${path}: ${issueText(itemAt(read.error.issues, 0))}; ${remedy}`)
}

/** What is wrong with a value, in words. @example `invalid topP: 2 (expected number to be <=1)` */
export function issueText({ path, message, input }: z.core.$ZodIssue): string {
  const expected = message.replace(/^[^:]*: /, '').replace(/, received .*$/, '')
  const value = JSON.stringify(input)?.slice(0, 60) ?? 'missing'
  return `invalid ${path.length === 0 ? 'content' : path.map(String).join('.')}: ${value} (${expected})`
}

function jsonOf(text: string, path: string, remedy: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new StoredFileError(`${path}: not JSON (${error.message}); ${remedy}`, { cause: error })
  }
}
