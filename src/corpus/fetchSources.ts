import { sourceNames } from './corpus.ts'
import { type CorpusFolders, declarations, type Declarations, fetchDownload, fetchShared } from './declared.ts'
import { fetchCorpus } from './fetchCorpus.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'

/** What `fetchSources` fetches. */
export interface FetchOptions {
  readonly folders: CorpusFolders
  /** Names of declared sources; none = the embedded tunes. */
  readonly names?: readonly string[]
}

/**
 * Fetches and unpacks declared sources; does nothing for one that is there.
 * @returns the folders they lie in.
 * @throws UserError for a name that is not declared, before anything is fetched.
 */
export async function fetchSources(
  { folders, names = [] }: FetchOptions,
  effects: Effects,
  declared: Declarations = declarations,
): Promise<string[]> {
  const known = sourceNames(declared)
  const wrong = names.find((name) => !known.includes(name))
  if (wrong !== undefined) throw new UserError(`unknown source ${wrong}: choose one of ${known.join(', ')}`)
  const lists: string[][] = []
  for (const name of names.length > 0 ? names : [declared.embedded.name]) {
    lists.push(await fetchOne(name, { folders, effects, declared }))
  }
  return [...new Set(lists.flat())]
}

interface Place {
  readonly folders: CorpusFolders
  readonly effects: Effects
  readonly declared: Declarations
}

async function fetchOne(name: string, { folders, effects, declared }: Place): Promise<string[]> {
  const shared = declared.shared.find((source) => source.name === name)
  if (shared !== undefined) return (await fetchShared(shared, folders, effects, declared)).folders
  const source = declared.downloads.find((each) => each.name === name)
  if (source !== undefined) return [await fetchDownload(source, folders, effects)]
  return [await fetchCorpus(folders, effects, declared.embedded)]
}
