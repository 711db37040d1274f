import { isUtf8 } from 'node:buffer'
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import type { ScoreFormat } from '../score/scoreFormats.ts'
import { SCORE_KINDS, scoreFormat, systemFailure } from './scoreFormat.ts'
import { counted } from '../support/text/counted.ts'
import { printable } from '../support/text/printable.ts'

/** Where a file lies; bytes where its name is not UTF-8, as in many old collections. */
export type Location = string | Buffer

/** A score below a folder. */
export interface FoundScore {
  /** Path in the folder, forward slashes; bytes that are not UTF-8 as `\xfc`. */
  readonly inside: string
  readonly location: Location
  readonly format: ScoreFormat
}

/** What lies below a folder. Links are not followed: they could lead out or in circles. */
export interface FoundFiles {
  readonly scores: readonly FoundScore[]
  readonly links: number
  /** Number of files that are not read, by their ending. */
  readonly others: ReadonlyMap<string, number>
  /** Folders that could not be looked at: path in the folder, and why. */
  readonly closed: readonly { readonly inside: string; readonly location: Location; readonly failure: string }[]
}

/** Every file below a folder. */
export async function walkFolder(root: string): Promise<FoundFiles> {
  const scores: FoundScore[] = []
  const closed: { inside: string; location: Location; failure: string }[] = []
  const others = new Map<string, number>()
  let links = 0
  const pending: { inside: string; location: Location }[] = [{ inside: '', location: root }]
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const { entries, failure } = await listOne(folder.location)
    if (failure !== null) closed.push({ ...folder, failure })
    for (const entry of entries) {
      const name = shownName(entry.name)
      const inside = folder.inside === '' ? name : `${folder.inside}/${name}`
      const found = { inside, location: below(folder.location, entry.name) }
      const format = scoreFormat(name)
      if (entry.isSymbolicLink()) links++
      else if (entry.isDirectory()) pending.push(found)
      else if (entry.isFile() && format !== null) scores.push({ ...found, format })
      else if (entry.isFile() && !isDescription(name)) countEnding(others, name)
    }
  }
  return { scores, links, others, closed }
}

async function listOne(folder: Location): Promise<{ entries: Dirent<Buffer>[]; failure: string | null }> {
  try {
    return { entries: await readdir(folder, { withFileTypes: true, encoding: 'buffer' }), failure: null }
  } catch (error) {
    return { entries: [], failure: systemFailure(error) }
  }
}

/** Text wherever the whole path is UTF-8. */
function below(folder: Location, name: Buffer): Location {
  const path = Buffer.concat([Buffer.from(folder), Buffer.from('/'), name])
  return typeof folder === 'string' && isUtf8(name) ? path.toString() : path
}

/** @example shownName(Buffer.from('M\xfcller.mid', 'latin1')) // 'M\\xfcller.mid' */
function shownName(name: Buffer): string {
  if (isUtf8(name)) return name.toString()
  return name.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`)
}

/** Hidden files, and those about a collection: tables, terms, notes. */
export function isDescription(name: string): boolean {
  return name.startsWith('.') || /\.(tsv|csv|json|txt|md)$|^(readme|licen[cs]e|copying)/i.test(name)
}

/** @example endingOf('a.mid.gz') // '.mid.gz' */
function endingOf(name: string): string {
  return /(?:\.(?:midi?|kar|smf|rmi|abc|tar))?\.[^.\s]{1,10}$/i.exec(name)?.[0].toLowerCase() ?? 'no ending'
}

/** Counts one more file that is not read. */
export function countEnding(counts: Map<string, number>, name: string): void {
  const ending = endingOf(name)
  counts.set(ending, (counts.get(ending) ?? 0) + 1)
}

const ENDINGS_NAMED = 8
const PACKED = /\.(gz|tgz|bz2|xz|txz|zst|zip|7z|rar|tar|lzh|arj)$/

/**
 * What is said of files that are not read: how many, by ending, and what to do; null if there are none.
 * @example otherFilesLine('music', new Map([['.zip', 1]])) // 'music: 1 file not read (1 .zip): unpack it first'
 */
export function otherFilesLine(place: string, others: ReadonlyMap<string, number>): string | null {
  const counts = [...others].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  if (counts.length === 0) return null
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  const named = counts.slice(0, ENDINGS_NAMED).map(([ending, count]) => `${count} ${ending}`)
  const rest = counts.length > ENDINGS_NAMED ? [counted(counts.length - ENDINGS_NAMED, 'more ending')] : []
  const remedies = [
    ...(counts.some(([ending]) => PACKED.test(ending)) ? ['unpack archives first'] : []),
    ...(counts.some(([ending]) => !PACKED.test(ending)) ? [`scores must be ${SCORE_KINDS}`] : []),
  ]
  const list = [...named, ...rest].join(', ')
  return printable(`${place}: ${counted(all, 'file')} not read (${list}): ${remedies.join('; ')}`)
}

/** What is said of links that are not followed; null if there are none. */
export function linksLine(place: string, links: number): string | null {
  return links === 0 ? null : printable(`${place}: ${counted(links, 'symbolic link')} not followed`)
}
