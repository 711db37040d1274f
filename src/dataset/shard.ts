import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CorpusFile } from '../corpus/listFolders.js'
import type { ExtractionConfig } from '../iterations/experimentConfig.js'
import { UserError } from '../support/errors.js'
import { writeFileAtomic } from '../support/files.js'
import { logFolder } from './conversionLog.js'
import type { ScoreUnit } from './scanCorpus.js'

/** The `index`-th of `of` equal parts of a corpus; counted from 1. */
export interface Shard {
  readonly index: number
  readonly of: number
}

const MOST_SHARDS = 100_000

/**
 * @throws UserError for what is no shard.
 * @example parseShard('3/8') // { index: 3, of: 8 }
 */
export function parseShard(text: string): Shard {
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  const shard = { index: Number(index), of: Number(of) }
  if (shard.index >= 1 && shard.index <= shard.of && shard.of <= MOST_SHARDS) return shard
  throw new UserError(`--shard ${text} is no shard: write i/n with i from 1 to n, as in 3/8`)
}

/** Every n-th file: neighbours are alike, so that each shard gets its share of the slow ones. */
export function filesOfShard(files: readonly CorpusFile[], { index, of }: Shard): CorpusFile[] {
  return files.filter((_, n) => n % of === index - 1)
}

interface Job {
  readonly folders: { readonly data: string }
  readonly extraction: ExtractionConfig
}

interface DoneNote {
  /** Contents that a limit cut short: they are in no log. */
  readonly cutShort: readonly string[]
}

/** Says in the log's folder that a shard is done, beside its log. */
export async function noteShardDone({ folders, extraction }: Job, shard: Shard, cutShort: string[]): Promise<void> {
  const path = join(await logFolder(folders, extraction), `shard-${shard.index}-of-${shard.of}.json`)
  await writeFileAtomic(path, `${JSON.stringify({ cutShort: cutShort.sort() } satisfies DoneNote)}\n`)
}

/**
 * Passes when every score was converted by some shard, or cut short there by a limit.
 * @param missing the scores that are in no log.
 * @throws UserError with their number.
 */
export async function checkShardsDone({ folders, extraction }: Job, missing: readonly ScoreUnit[]): Promise<void> {
  if (missing.length === 0) return
  const cutShort = await readNotes(await logFolder(folders, extraction))
  const lost = missing.filter(({ sha256 }) => !cutShort.has(sha256))
  if (lost.length === 0) return
  throw new UserError(
    `${lost.length} scores (${lost[0]!.path} is the first) were converted by no shard: ` +
      'run every "cantus corpus build --shard i/n" with this data folder, then merge',
  )
}

async function readNotes(folder: string): Promise<Set<string>> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const notes = names.filter((name) => /^shard-\d+-of-\d+\.json$/.test(name))
  const read = notes.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as DoneNote)
  return new Set((await Promise.all(read)).flatMap(({ cutShort }) => cutShort))
}
