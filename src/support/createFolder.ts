import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UserError, errorCode } from './errors.ts'
import { SYSTEM_REFUSALS } from './systemProblem.ts'

/** A folder cannot be written to; `code` is the operating system's, such as EROFS. */
export class FolderError extends UserError {
  override readonly name = 'FolderError'
  readonly code: string

  constructor(folder: string, code: string) {
    const { reason, remedy } = SYSTEM_REFUSALS[code] ?? { reason: code, remedy: 'choose another folder' }
    super(`cannot write to ${folder} (${reason}): ${remedy}`)
    this.code = code
  }
}

/**
 * Creates a folder for output, with its parents, and makes sure that files can be written to it. Every folder of this
 * project is created here: where the system refuses, Node's own recursive mkdir may try for ever, or name another reason.
 * @throws FolderError when it cannot be created or written to.
 */
export function createFolder(path: string): void {
  const folder = resolve(path)
  try {
    for (const missing of missingFolders(folder)) createOne(missing)
    if (!statSync(folder).isDirectory()) throw new FolderError(folder, 'EEXIST')
    accessSync(folder, constants.W_OK)
  } catch (error) {
    const code = errorCode(error)
    if (error instanceof FolderError || code === undefined) throw error
    throw new FolderError(folder, code)
  }
}

/** The folders of a path that do not exist yet, outermost first. */
function missingFolders(folder: string): string[] {
  return existsSync(folder) ? [] : [...missingFolders(dirname(folder)), folder]
}

/** Another process may create the same folder at the same time. */
function createOne(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}
