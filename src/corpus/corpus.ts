import { join } from 'node:path'
import type { Effects } from '../support/effects.js'
import { fetchCorpus } from './fetchCorpus.js'
import { labelled, listFolders, type CorpusFile, type CorpusFolder } from './listFolders.js'
import { embeddedSource, LOCAL_LICENCE } from './sources.js'

/** Which music to work on. */
export interface CorpusRequest {
  /** Folders of general music; empty = the embedded tunes. */
  readonly corpus: readonly string[]
  /** Folders of music in the style to transfer to. A file in both kinds of folder belongs to the style. */
  readonly style: readonly string[]
}

/**
 * Every score file of the corpora asked for, sorted by path; fetches the embedded one when no folder is named.
 * @throws CorpusFetchError or CorpusFolderError with the remedy.
 */
export async function listCorpus(
  request: CorpusRequest,
  folders: { data: string },
  effects: Effects,
): Promise<CorpusFile[]> {
  const local = localFolders(request)
  if (request.corpus.length > 0) return listFolders(local, effects.reporter)
  for (const folder of local) await listFolders([folder], effects.reporter) // a wrong path is told before the fetch
  const root = await fetchCorpus(folders, effects)
  return listFolders([...embeddedFolders(root), ...local], effects.reporter)
}

function embeddedFolders(root: string): CorpusFolder[] {
  return embeddedSource.collections.map(({ folder, licence, style }) => {
    return { folder: join(root, folder), label: folder, licence, style }
  })
}

function localFolders(request: CorpusRequest): CorpusFolder[] {
  const embedded = request.corpus.length > 0 ? [] : embeddedSource.collections.map(({ folder }) => folder)
  const general = labelled(request.corpus, embedded)
  const style = labelled(request.style, [...embedded, ...general.map(({ label }) => label)])
  return [
    ...general.map((folder) => ({ ...folder, licence: LOCAL_LICENCE, style: null })),
    ...style.map((folder) => ({ ...folder, licence: LOCAL_LICENCE, style: folder.label })),
  ]
}
