import { stat } from 'node:fs/promises'
import { basename, dirname, join, parse, resolve } from 'node:path'
import type { Effects } from '../support/effects.ts'
import { archiveFormat, archiveStem, fileSha256, unpackOnce } from './archives.ts'
import {
  declarations,
  downloadedFolder,
  fetchDownload,
  fetchShared,
  type CorpusFolders,
  type Declarations,
} from './declared.ts'
import { fetchCorpus } from './fetchCorpus.ts'
import { labelled, listFolders, realFolder, type CorpusFile, type CorpusFolder } from './listFolders.ts'
import { readManifest, type Manifest } from './manifest.ts'
import { scoreFormat } from './scoreFormat.ts'
import { LOCAL_LICENCE, type SharedSource } from './sources.ts'
import { tuneIdOf } from './tuneIds.ts'
import { valueAt } from '../support/itemAt.ts'

/** Which music to work on: folders, archives, or names of declared sources. */
export interface CorpusRequest {
  /** General music; empty = the embedded tunes. */
  readonly corpus: readonly string[]
  /** Music in the style to transfer to. A file in both belongs to the style. */
  readonly style: readonly string[]
}

/**
 * Every score file of the corpora asked for, sorted by path; fetches and unpacks what it must: the embedded tunes when
 * no corpus is named, declared sources named as such (`./music21` is a folder), archives.
 * @throws CorpusFetchError, CorpusFolderError, DownloadError or ArchiveError with the remedy.
 */
export async function listCorpus(
  request: CorpusRequest,
  folders: CorpusFolders,
  effects: Effects,
  declared: Declarations = declarations,
): Promise<CorpusFile[]> {
  const { embedded } = declared
  const corpus = request.corpus.length > 0 ? request.corpus : [embedded.name]
  const isNamed = (name: string) => sourceNames(declared).includes(name)
  const local = [...corpus, ...request.style].filter((name) => !isNamed(name))
  for (const path of local) await checkLocal(path) // report a wrong path before fetching anything
  const taken = [...corpus, ...request.style].includes(embedded.name) ? embedded.collections.map((c) => c.folder) : []
  const labels = new Map(labelled(local.map(labelPath), [...taken, ...sourceNames(declared)]).map(byFolder))
  const found: CorpusFolder[] = []
  for (const [names, role] of [
    [corpus, 'corpus'],
    [request.style, 'style'],
  ] as const) {
    for (const name of new Set(names)) {
      const resolved = isNamed(name)
        ? await declaredFolders(name, folders, effects, declared)
        : [await localFolder(name, valueAt(labels, labelPath(name)), folders, effects)]
      found.push(...(role === 'style' ? resolved.map(asStyle) : resolved))
    }
  }
  return listFolders(found, effects.reporter)
}

/** The names by which declared sources can be asked for. */
export function sourceNames(declared: Declarations = declarations): string[] {
  return [declared.embedded, ...declared.downloads, ...declared.shared].map(({ name }) => name)
}

const byFolder = ({ folder, label }: { folder: string; label: string }): [string, string] => [folder, label]

/** A path whose last part is the label: the name of an archive or a score's file without its ending. */
function labelPath(path: string): string {
  const whole = resolve(path)
  if (scoreFormat(basename(whole)) !== null) return join(whole, parse(whole).name)
  return archiveFormat(whole) === null ? whole : join(whole, archiveStem(whole))
}

async function checkLocal(path: string): Promise<void> {
  if (!(await isArchive(path))) await realFolder(path)
}

async function isArchive(path: string): Promise<boolean> {
  if (archiveFormat(path) === null) return false
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

/** A file without a style of its own is in the style of the folder it was named with. */
function asStyle(folder: CorpusFolder): CorpusFolder {
  return { ...folder, style: folder.style ?? folder.label }
}

async function localFolder(
  path: string,
  label: string,
  folders: CorpusFolders,
  effects: Effects,
): Promise<CorpusFolder> {
  const folder = (await isArchive(path)) ? await unpackLocal(path, folders, effects) : path
  const isFolder = (await stat(folder)).isDirectory()
  const manifest = await readManifest(isFolder ? folder : dirname(folder))
  const describe = (inside: string, file: CorpusFile) => described(file, manifest?.get(inside))
  return { folder, label, licence: LOCAL_LICENCE, style: null, describe }
}

async function unpackLocal(archive: string, { data }: CorpusFolders, effects: Effects): Promise<string> {
  const sha256 = await fileSha256(archive, effects)
  const target = join(data, 'raw', 'archives', sha256.slice(0, 16), archiveStem(archive))
  return unpackOnce({ archive, target, sha256 }, effects)
}

type Entry = ReturnType<Manifest['get']>

/** What the manifest knows, and the folder's own word for the rest. */
function described(file: CorpusFile, entry: Entry): CorpusFile {
  if (entry === undefined) return file
  const { title, origin } = entry
  return { ...file, title, origin, licence: entry.licence ?? file.licence, style: entry.styleLabel ?? file.style }
}

async function declaredFolders(
  name: string,
  folders: CorpusFolders,
  effects: Effects,
  declared: Declarations,
): Promise<CorpusFolder[]> {
  const shared = declared.shared.find((source) => source.name === name)
  if (shared !== undefined) return sharedFolders(shared, folders, effects, declared)
  const source = declared.downloads.find((each) => each.name === name)
  if (source !== undefined) {
    await fetchDownload(source, folders, effects)
    return [{ folder: downloadedFolder(source, folders), label: name, licence: source.licence, style: null }]
  }
  const root = await fetchCorpus(folders, effects, declared.embedded)
  return declared.embedded.collections.map(({ folder, licence, style }) => {
    return { folder: join(root, folder), label: folder, licence, style }
  })
}

/** Files of the shared archives go by their path in the manifest, and their collection is their source. */
async function sharedFolders(
  source: SharedSource,
  folders: CorpusFolders,
  effects: Effects,
  declared: Declarations,
): Promise<CorpusFolder[]> {
  const unpacked = await fetchShared(source, folders, effects, declared)
  const manifest = await readManifest(unpacked.manifest)
  const describe = (inside: string, file: CorpusFile): CorpusFile | null => {
    const entry = manifest?.get(inside)
    if (!source.takes(inside, entry?.styleLabel ?? null)) return null
    const name = inside.split('/').at(-2) ?? source.name
    return { ...described(file, entry), path: inside, source: name, tuneId: tuneIdOf(inside) }
  }
  return unpacked.folders.map((folder) => {
    return { folder, label: source.name, licence: LOCAL_LICENCE, style: null, describe }
  })
}
