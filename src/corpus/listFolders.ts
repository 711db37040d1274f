import { realpath, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { UserError, errorCode } from '../support/errors.ts'
import type { Reporter } from '../support/progress.ts'
import type { ScoreFormat } from '../score/scoreFormats.ts'
import { SCORE_KINDS, scoreFormat, systemFailure } from './scoreFormat.ts'
import { linksLine, otherFilesLine, walkFolder, type FoundFiles, type FoundScore, type Location } from './walkFolder.ts'

/** A folder a person named cannot be used as a corpus. */
export class CorpusFolderError extends UserError {
  override readonly name = 'CorpusFolderError'
}

/** A folder of scores, or one score's file, and what holds for every file in it. */
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
  readonly location: Location
  readonly format: ScoreFormat
  readonly source: string
  readonly licence: string
  readonly style: string | null
  readonly bytes: number
  /** Why it, or the folder it stands for, could not even be looked at; `null` when it could. */
  readonly failure: string | null
  /** By its collection's manifest; absent if there is none. */
  readonly title?: string | null
  /** Where the collection had it from, `repository@commit:file#n`; absent where nobody said. */
  readonly origin?: string | null
  /** Names the tune or piece it is a setting or take of; absent where its collection has no such names. */
  readonly tuneId?: string | null
}

/**
 * Every score below the folders, sorted by path; links and files of other kinds are counted in a line. A file that lies in two of the folders counts once, for the later one: put style folders last.
 * @throws CorpusFolderError when a folder does not exist, is not a folder, or holds no score.
 */
export async function listFolders(folders: readonly CorpusFolder[], reporter: Reporter): Promise<CorpusFile[]> {
  const found = new Map<string, CorpusFile>()
  for (const folder of folders) {
    for (const file of await filesOf(folder, reporter)) found.set(placeOf(file.location), file)
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

const placeOf = (location: Location): string => (typeof location === 'string' ? location : location.toString('latin1'))

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

async function filesOf(folder: CorpusFolder, reporter: Reporter): Promise<CorpusFile[]> {
  const root = await realFolder(folder.folder)
  const { scores, links, others, closed } = await lookAt(root)
  for (const line of [linksLine(folder.folder, links), otherFilesLine(folder.folder, others)])
    if (line !== null) reporter.line(line)
  if (scores.length + closed.length === 0) {
    throw new CorpusFolderError(`no ${SCORE_KINDS} file below ${folder.folder}: name a folder of scores`)
  }
  const files: CorpusFile[] = closed.map(({ failure, ...place }) => {
    return { ...fileAt(folder, { ...place, format: 'midi' }), failure }
  })
  for (const score of scores) {
    const file = fileAt(folder, score)
    const described = folder.describe === undefined ? file : folder.describe(score.inside, file)
    if (described !== null) files.push(await measured(described))
  }
  return files
}

/** What lies below a folder; of a score's file itself. */
async function lookAt(root: string): Promise<FoundFiles> {
  const inside = basename(root)
  const format = scoreFormat(inside)
  if (format === null || (await stat(root)).isDirectory()) return walkFolder(root)
  return { scores: [{ inside, location: root, format }], links: 0, others: new Map(), closed: [] }
}

/** @throws CorpusFolderError when it does not exist, or is neither a folder nor a score's file. */
export async function realFolder(folder: string): Promise<string> {
  try {
    const root = await realpath(folder)
    if ((await stat(root)).isDirectory() || scoreFormat(basename(root)) !== null) return root
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    const what = code === 'ENOENT' ? 'does not exist' : `cannot be opened (${code})`
    throw new CorpusFolderError(`corpus folder ${folder} ${what}: check the path`)
  }
  throw new CorpusFolderError(
    `corpus ${folder} is not a score: name a folder of scores, a ${SCORE_KINDS} file, or a .tar.xz, .tar.gz or .zip`,
  )
}

function fileAt(folder: CorpusFolder, { inside, location, format }: FoundScore): CorpusFile {
  const { label, licence, style } = folder
  const path = inside === '' ? label : `${label}/${inside}`
  return { path, location, format, source: label, licence, style, bytes: 0, failure: null }
}

async function measured(file: CorpusFile): Promise<CorpusFile> {
  try {
    return { ...file, bytes: (await stat(file.location)).size }
  } catch (error) {
    return { ...file, failure: systemFailure(error) }
  }
}
