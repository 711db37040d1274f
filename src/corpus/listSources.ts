import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isThere } from '../support/files.ts'
import { isUnpacked } from './archives.ts'
import {
  declarations,
  downloadedArchive,
  downloadedFolder,
  sharedFolder,
  sharedTarget,
  type CorpusFolders,
  type Declarations,
} from './declared.ts'
import { partBytes } from './download.ts'
import { isFetched } from './fetchCorpus.ts'
import { MANIFEST_ARCHIVE } from './sharedSources.ts'
import type { DownloadSource, SharedSource, WheelSource } from './sources.ts'
import { itemAt } from '../support/itemAt.ts'

/** How much of a source is on this machine. */
export type SourceState = 'unpacked' | 'fetched' | 'partly fetched' | 'not fetched' | 'not reachable'

/** A declared source as a person sees it. */
export interface SourceStatus {
  readonly name: string
  readonly title: string
  /** Scores in it; `null` where nobody published a count. */
  readonly files: number | null
  /** Of its archives. */
  readonly bytes: number
  readonly licence: string
  /** What may be done with it. */
  readonly terms: string
  readonly state: SourceState
  /** How to work on it. */
  readonly use: string
}

/** Every declared source and whether it is here. Reads stamps and sizes only. */
export async function listSources(
  folders: CorpusFolders,
  declared: Declarations = declarations,
): Promise<SourceStatus[]> {
  const { embedded, downloads, shared } = declared
  return Promise.all([
    embeddedStatus(embedded, folders),
    ...downloads.map((source) => downloadStatus(source, folders)),
    ...shared.map((source) => sharedStatus(source, folders, declared)),
  ])
}

async function embeddedStatus(source: WheelSource, { data }: CorpusFolders): Promise<SourceStatus> {
  const raw = join(data, 'raw')
  const state = (await isFetched(join(raw, source.name), source))
    ? 'unpacked'
    : (await isThere(join(raw, source.wheel)))
      ? 'fetched'
      : 'not fetched'
  return {
    ...{ name: source.name, title: source.title, terms: source.terms, bytes: source.bytes, state },
    files: source.collections.reduce((sum, { tunes }) => sum + tunes, 0),
    licence: itemAt(source.collections, 0).licence,
    use: `the default, or --corpus ${source.name}`,
  }
}

async function downloadStatus(source: DownloadSource, folders: CorpusFolders): Promise<SourceStatus> {
  const { name, title, files, bytes, licence, terms } = source
  const state = await downloadState(source, folders)
  return { name, title, files, bytes, licence, terms, state, use: `--corpus ${name}` }
}

async function downloadState(source: DownloadSource, folders: CorpusFolders): Promise<SourceState> {
  if (await isUnpacked(downloadedFolder(source, folders), source.sha256)) return 'unpacked'
  const archive = downloadedArchive(source, folders)
  const size = await stat(archive).then(
    (found) => found.size,
    () => null,
  )
  if (size === source.bytes) return 'fetched'
  return (await partBytes(archive)) > 0 ? 'partly fetched' : 'not fetched'
}

async function sharedStatus(
  source: SharedSource,
  folders: CorpusFolders,
  declared: Declarations,
): Promise<SourceStatus> {
  const { name, title, files, licence, terms } = source
  const needed = [...new Set([...source.archives, MANIFEST_ARCHIVE])]
  const archives = declared.sharedArchives.filter((archive) => needed.includes(archive.name))
  const there = await Promise.all(archives.map(({ archive }) => isThere(join(sharedFolder(folders), archive))))
  const unpacked = await Promise.all(archives.map((each) => isUnpacked(sharedTarget(each, folders), each.sha256)))
  const state = unpacked.every(Boolean)
    ? 'unpacked'
    : archives.every((_, n) => unpacked[n] || there[n])
      ? 'fetched'
      : 'not reachable'
  const bytes = archives.reduce((sum, archive) => sum + archive.bytes, 0)
  const role = name === 'shared-style' ? '--style' : '--corpus'
  return { name, title, files, bytes, licence, terms, state, use: `${role} ${name}` }
}
