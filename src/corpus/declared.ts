import { join, resolve } from 'node:path'
import type { Effects } from '../support/effects.ts'
import { isThere } from '../support/files.ts'
import { isCheckout, projectRoot } from '../support/projectRoot.ts'
import { fileSha256, isUnpacked, unpackOnce } from './archives.ts'
import { download, DownloadError } from './download.ts'
import { CorpusFetchError } from './fetchCorpus.ts'
import { MANIFEST_ARCHIVE, sharedArchives, sharedSources } from './sharedSources.ts'
import {
  downloadSources,
  embeddedSource,
  type DownloadSource,
  type SharedArchive,
  type SharedSource,
  type WheelSource,
} from './sources.ts'
import { valueAt } from '../support/itemAt.ts'

/** Every corpus that has a name. */
export interface Declarations {
  readonly embedded: WheelSource
  readonly downloads: readonly DownloadSource[]
  readonly shared: readonly SharedSource[]
  readonly sharedArchives: readonly SharedArchive[]
}

/** The declared sources of this project. */
export const declarations: Declarations = {
  embedded: embeddedSource,
  downloads: downloadSources,
  shared: sharedSources,
  sharedArchives,
}

/** Where corpora lie. */
export interface CorpusFolders {
  readonly data: string
  /** Folder of the shared archives; by default CANTUS_SHARED, or `../shared/corpora` beside the checkout. */
  readonly shared?: string
}

/** The folder of the shared archives, whether or not it is there. */
export function sharedFolder(folders: Pick<CorpusFolders, 'shared'>): string {
  return resolve(
    folders.shared ??
      (process.env.CANTUS_SHARED || (isCheckout ? join(projectRoot, '../shared/corpora') : 'shared/corpora')),
  )
}

/** Where a source's archive is downloaded to. */
export const downloadedArchive = (source: DownloadSource, { data }: CorpusFolders): string =>
  join(data, 'raw', source.archive)

/** Where a downloaded source is unpacked. */
export const downloadedFolder = (source: DownloadSource, { data }: CorpusFolders): string =>
  join(data, 'raw', source.name)

/** Where a shared archive is unpacked. */
export const sharedTarget = (archive: SharedArchive, { data }: CorpusFolders): string =>
  join(data, 'raw', 'shared', archive.name)

/**
 * Makes sure a downloadable source lies unpacked and returns its folder. Takes the archive from `<data>/raw` where it
 * is there already; else downloads it.
 * @throws DownloadError, ArchiveError with the remedy.
 */
export async function fetchDownload(source: DownloadSource, folders: CorpusFolders, effects: Effects): Promise<string> {
  const target = downloadedFolder(source, folders)
  if (await isUnpacked(target, source.sha256)) return target
  const archive = downloadedArchive(source, folders)
  if (await isThere(archive)) {
    await verify(archive, source.sha256, 'Delete it and run the command again', effects)
  } else {
    effects.reporter.line(`Downloading ${source.title}: ${source.licence}`)
    await download(archive, source, effects)
  }
  return unpackOnce({ archive, target, sha256: source.sha256 }, effects)
}

/** Makes sure one shared archive lies unpacked and returns its folder. */
async function fetchSharedArchive(archive: SharedArchive, folders: CorpusFolders, effects: Effects): Promise<string> {
  const target = sharedTarget(archive, folders)
  if (await isUnpacked(target, archive.sha256)) return target
  const location = join(sharedFolder(folders), archive.archive)
  if (!(await isThere(location))) {
    throw new CorpusFetchError(
      `there is no ${location}: the shared corpora are on some machines only and are not downloaded. ` +
        'Set CANTUS_SHARED to the folder that holds them, or name another corpus ("cantus corpus list")',
    )
  }
  await verify(location, archive.sha256, 'Take the archive these results were made with', effects)
  return unpackOnce({ archive: location, target, sha256: archive.sha256 }, effects)
}

async function verify(path: string, sha256: string, remedy: string, effects: Effects): Promise<void> {
  const found = await fileSha256(path, effects)
  if (found !== sha256) throw new DownloadError(`${path} has sha256 ${found}, not the declared ${sha256}. ${remedy}`)
}

/**
 * Makes sure the archives of a shared source lie unpacked.
 * @returns the folders to look for its files in, and the folder that holds the manifest.
 */
export async function fetchShared(
  source: SharedSource,
  folders: CorpusFolders,
  effects: Effects,
  declared: Declarations = declarations,
): Promise<{ folders: string[]; manifest: string }> {
  const unpacked = new Map<string, string>()
  for (const archive of declared.sharedArchives) {
    if (archive.name !== MANIFEST_ARCHIVE && !source.archives.includes(archive.name)) continue
    unpacked.set(archive.name, await fetchSharedArchive(archive, folders, effects))
  }
  return {
    folders: source.archives.map((name) => valueAt(unpacked, name)),
    manifest: valueAt(unpacked, MANIFEST_ARCHIVE),
  }
}
