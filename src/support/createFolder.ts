import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UserError } from './errors.ts'

/** A folder cannot be written to; `code` is the operating system's, such as EROFS. */
export class FolderError extends UserError {
  override readonly name = 'FolderError'
  readonly code: string

  constructor(folder: string, code: string) {
    super(`cannot write to ${folder} (${REASONS[code] ?? code}): choose another folder, or make this one writable`)
    this.code = code
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'there is a file of this name',
  ENAMETOOLONG: 'the name is too long',
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
    const { code } = error as NodeJS.ErrnoException
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
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
