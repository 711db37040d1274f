import type { Dataset, DropReason, FileRow } from './dataset.js'

/** What became of a source's files. */
export interface SourceSummary {
  readonly source: string
  readonly style: string | null
  readonly files: number
  readonly readable: number
  readonly withMelodies: number
  readonly melodies: number
}

/** From files to melodies, and why the rest fell out: what a drop report and the corpus notebook show. */
export interface Catalogue {
  readonly hash: string
  readonly files: number
  readonly readable: number
  readonly withMelodies: number
  readonly melodies: { readonly total: number; readonly train: number; readonly test: number }
  readonly sources: readonly SourceSummary[]
  /** Files by mode (K: field); files that state none are not in it. */
  readonly modes: Readonly<Record<string, number>>
  /** Tracks, parts and files by `dropKind`, commonest first. */
  readonly dropped: Readonly<Record<string, number>>
}

/** The kind of a reason: an unreadable file's message varies, its error's name does not. */
export function dropKind(reason: DropReason): string {
  return reason.startsWith('unreadable: ') ? reason.split(': ', 2).join(': ') : reason
}

/** How often each kind of reason occurs, commonest first. */
export function countDrops(files: readonly FileRow[]): Record<string, number> {
  return countBy(
    files.flatMap(({ dropped }) => dropped),
    ({ reason }) => dropKind(reason),
  )
}

/** Whether the file was a score at all, melodies or not. */
export function isReadable(file: FileRow): boolean {
  return !file.dropped.some(({ reason }) => reason.startsWith('unreadable: '))
}

/** Counts over a data set, all of it or the files of a part. */
export function catalogue(dataset: Dataset): Catalogue {
  const test = dataset.melodies.filter(({ split }) => split === 'test').length
  const { files, readable, withMelodies, melodies } = summarise(dataset.files)
  return {
    hash: dataset.hash,
    ...{ files, readable, withMelodies },
    melodies: { total: melodies, train: melodies - test, test },
    sources: summariseSources(dataset.files),
    modes: countBy(
      dataset.files.filter(({ mode }) => mode !== null),
      ({ mode }) => mode as string,
    ),
    dropped: countDrops(dataset.files),
  }
}

function summariseSources(files: readonly FileRow[]): SourceSummary[] {
  const bySource = new Map<string, FileRow[]>()
  for (const file of files) {
    const rows = bySource.get(file.source)
    if (rows === undefined) bySource.set(file.source, [file])
    else rows.push(file)
  }
  return [...bySource].map(([source, rows]) => ({ source, style: rows[0]!.style, ...summarise(rows) }))
}

function summarise(files: readonly FileRow[]) {
  return {
    files: files.length,
    readable: files.filter(isReadable).length,
    withMelodies: files.filter(({ melodies }) => melodies > 0).length,
    melodies: files.reduce((sum, { melodies }) => sum + melodies, 0),
  }
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)))
}
