import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { UserError } from '../support/errors.js'
import type { Reporter } from '../support/progress.js'

/** A folder a person named cannot be used as a corpus. */
export class CorpusFolderError extends UserError {
  override readonly name = 'CorpusFolderError'
}

export type ScoreFormat = 'midi' | 'abc'

/** A folder of scores and what holds for every file in it. */
export interface CorpusFolder {
  readonly folder: string
  /** First part of its files' paths, and their `source`. */
  readonly label: string
  readonly licence: string
  readonly style: string | null
  /**
   * Says more about a file, by its path in the folder; `null` leaves it out. A file it changes the path of must stay
   * the only one of that name.
   */
  readonly describe?: (inside: string, file: CorpusFile) => CorpusFile | null
}

/** A score file as it lies on disk; an .abc file may hold many tunes. */
export interface CorpusFile {
  /** `<label>/<path in its folder>`, forward slashes, the same on every machine. */
  readonly path: string
  readonly location: string
  readonly format: ScoreFormat
  readonly source: string
  readonly licence: string
  readonly style: string | null
  readonly bytes: number
  /** Why it, or the folder it stands for, could not even be looked at; `null` when it could. */
  readonly failure: string | null
  /** By its collection's manifest; absent where there is none. */
  readonly title?: string | null
  /** Where the collection had it from, `repository@commit:file#n`; absent where nobody said. */
  readonly origin?: string | null
  /** Names the tune or piece it is a setting or take of; absent where its collection has no such names. */
  readonly tuneId?: string | null
}

const FORMATS: Readonly<Record<string, ScoreFormat>> = {
  '.mid': 'midi',
  '.midi': 'midi',
  '.kar': 'midi',
  '.abc': 'abc',
}

/** The format by the name's ending, in any case; `null` for what is no score. Hidden and AppleDouble files are none. */
export function scoreFormat(name: string): ScoreFormat | null {
  const dot = name.lastIndexOf('.')
  return name.startsWith('.') || dot < 1 ? null : (FORMATS[name.slice(dot).toLowerCase()] ?? null)
}

/**
 * Every .mid, .midi, .kar and .abc file below the folders, sorted by path. Links are not followed: they could lead out
 * or in circles. A file that lies in two of the folders counts once, for the later one: put style folders last.
 * @throws CorpusFolderError when a folder does not exist, is no folder, or holds no score.
 */
export async function listFolders(folders: readonly CorpusFolder[], reporter: Reporter): Promise<CorpusFile[]> {
  const found = new Map<string, CorpusFile>()
  for (const folder of folders) {
    const { files, links } = await walk(folder)
    if (links > 0) reporter.line(`${folder.folder}: ${links} symbolic link${links === 1 ? '' : 's'} not followed`)
    for (const file of files) found.set(file.location, file)
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

/**
 * Labels for folders a person named: the folder's own name, with a number where two share it.
 * @example labelled(['/a/jazz', '/b/jazz']) // jazz, jazz-2
 */
export function labelled(paths: readonly string[], taken: readonly string[] = []): { folder: string; label: string }[] {
  const used = new Set(taken)
  return [...new Set(paths.map((path) => resolve(path)))].map((folder) => {
    const name = basename(folder) || 'root'
    let label = name
    for (let n = 2; used.has(label); n++) label = `${name}-${n}`
    used.add(label)
    return { folder, label }
  })
}

async function walk(folder: CorpusFolder): Promise<{ files: CorpusFile[]; links: number }> {
  const root = await realFolder(folder.folder)
  const files: CorpusFile[] = []
  let links = 0
  let scores = 0
  const pending = ['']
  for (let inside = pending.pop(); inside !== undefined; inside = pending.pop()) {
    const listing = await listOne(join(root, inside))
    if (listing.failure !== null) files.push({ ...describe(folder, root, inside, 'midi'), failure: listing.failure })
    for (const entry of listing.entries) {
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`
      const format = scoreFormat(entry.name)
      if (entry.isSymbolicLink()) links++
      else if (entry.isDirectory()) pending.push(path)
      else if (entry.isFile() && format !== null) {
        scores++
        const file = describe(folder, root, path, format)
        const described = folder.describe === undefined ? file : folder.describe(path, file)
        if (described !== null) files.push(await measured(described))
      }
    }
  }
  if (scores + files.length === 0) {
    throw new CorpusFolderError(`no .mid, .midi, .kar or .abc file below ${folder.folder}: name a folder of scores`)
  }
  return { files, links }
}

/** @throws CorpusFolderError when it does not exist or is no folder. */
export async function realFolder(folder: string): Promise<string> {
  try {
    const root = await realpath(folder)
    if ((await stat(root)).isDirectory()) return root
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const what = code === 'ENOENT' ? 'does not exist' : `cannot be opened (${code})`
    throw new CorpusFolderError(`corpus folder ${folder} ${what}: check the path`)
  }
  throw new CorpusFolderError(
    `corpus ${folder} is a file: name the folder that holds it, or a .tar.xz, .tar.gz or .zip`,
  )
}

async function listOne(folder: string) {
  try {
    return { entries: await readdir(folder, { withFileTypes: true }), failure: null }
  } catch (error) {
    return { entries: [], failure: systemFailure(error) }
  }
}

function describe(folder: CorpusFolder, root: string, inside: string, format: ScoreFormat): CorpusFile {
  const { label, licence, style } = folder
  const path = inside === '' ? label : `${label}/${inside}`
  return { path, location: join(root, inside), format, source: label, licence, style, bytes: 0, failure: null }
}

async function measured(file: CorpusFile): Promise<CorpusFile> {
  try {
    return { ...file, bytes: (await stat(file.location)).size }
  } catch (error) {
    return { ...file, failure: systemFailure(error) }
  }
}

/** `SystemError: EACCES` for what the operating system refuses; anything else is a defect and goes on up. */
export function systemFailure(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  return `SystemError: ${code}`
}
