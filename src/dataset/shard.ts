import { join } from 'node:path'
import { z } from 'zod'
import type { CorpusFile } from '../corpus/listFolders.ts'
import type { ExtractionConfig } from '../config/experimentConfig.ts'
import { counted } from '../support/text/counted.ts'
import { UserError } from '../support/errors.ts'
import { sha256, writeFileAtomic } from '../support/files.ts'
import { namesIn } from '../support/namesIn.ts'
import { readStoredIfThere } from '../support/readStored.ts'
import { type Stored, StoredFileError } from '../support/stored.ts'
import { logFolder } from './conversionLog.ts'
import type { ScoreUnit } from './scanCorpus.ts'
import { itemAt } from '../support/itemAt.ts'

/** The `index`-th of `of` equal parts of a corpus; counted from 1. */
export interface Shard {
  readonly index: number
  readonly of: number
}

const MOST_SHARDS = 100_000

/**
 * @throws UserError for an invalid shard.
 * @example parseShard('3/8') // { index: 3, of: 8 }
 */
export function parseShard(text: string): Shard {
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  const shard = { index: Number(index), of: Number(of) }
  if (shard.index >= 1 && shard.index <= shard.of && shard.of <= MOST_SHARDS) return shard
  throw new UserError(`invalid --shard: ${text} (write i/n with i from 1 to n, such as 3/8)`)
}

/** Every n-th file: neighbours are alike, so that each shard gets its share of the slow ones. */
export function filesOfShard(files: readonly CorpusFile[], { index, of }: Shard): CorpusFile[] {
  return files.filter((_, n) => n % of === index - 1)
}

/** What every shard of a build needs. */
export interface Job {
  readonly folders: { readonly data: string }
  readonly extraction: ExtractionConfig
}

const doneNoteSchema = z.object({
  /** Contents that a limit cut short: they are in no log. */
  cutShort: z.array(z.string()),
})
type DoneNote = Stored<typeof doneNoteSchema>

/**
 * Says in the log's folder that a shard is done, beside its log. Corpora share that folder, so that the note names its own.
 * @param files of the whole corpus.
 */
export async function noteShardDone(
  { folders, extraction }: Job,
  files: readonly CorpusFile[],
  { index, of }: Shard,
  cutShort: string[],
): Promise<void> {
  const name = `shard-${corpusKey(files)}-${index}-of-${of}.json`
  const note: DoneNote = { cutShort: cutShort.sort() }
  await writeFileAtomic(join(await logFolder(folders, extraction), name), `${JSON.stringify(note)}\n`)
}

const corpusKey = (files: readonly CorpusFile[]): string =>
  sha256(JSON.stringify(files.map(({ path, bytes }) => [path, bytes]))).slice(0, 16)

/**
 * Passes when every score was converted by some shard, or cut short there by a limit.
 * @param files of the whole corpus.
 * @param missing the scores that are in no log.
 * @throws UserError with their number, and the shards they lie in where others of the same build are done.
 */
export async function checkShardsDone(
  { folders, extraction }: Job,
  files: readonly CorpusFile[],
  missing: readonly ScoreUnit[],
): Promise<void> {
  if (missing.length === 0) return
  const notes = await readNotes(await logFolder(folders, extraction), corpusKey(files))
  const cutShort = new Set(notes.flatMap((note) => note.cutShort))
  const lost = missing.filter(({ sha256 }) => !cutShort.has(sha256))
  if (lost.length === 0) return
  throw new UserError(
    `${counted(lost.length, 'score')} (first: ${itemAt(lost, 0).path}) ${lost.length === 1 ? 'was' : 'were'} converted by no shard: ` +
      `run ${remedy(new Set(notes.map(({ of }) => of)), files, lost)} with this data folder, then merge`,
  )
}

const SHARDS_NAMED = 10

/** Which shards to run: of the divisions begun, the one that lacks the smallest part. */
function remedy(divisions: ReadonlySet<number>, files: readonly CorpusFile[], lost: readonly ScoreUnit[]): string {
  const locations = new Set(lost.map(({ location }) => location))
  const numbers = files.flatMap(({ location }, n) => (locations.has(location) ? [n] : []))
  const [fewest] = [...divisions]
    .map((of) => ({ of, shards: [...new Set(numbers.map((n) => (n % of) + 1))].sort((a, b) => a - b) }))
    .sort((a, b) => a.shards.length / a.of - b.shards.length / b.of)
  if (fewest === undefined) return 'every "cantus corpus build --shard i/n"'
  const { of, shards } = fewest
  if (shards.length === 1) return `"cantus corpus build --shard ${shards[0]}/${of}"`
  const more = shards.length - SHARDS_NAMED
  const named = shards.slice(0, SHARDS_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
  return `"cantus corpus build --shard i/${of}" for i = ${named}`
}

async function readNotes(folder: string, key: string): Promise<(DoneNote & { of: number })[]> {
  const names = await namesIn(folder, '.json')
  const notes = names.flatMap((name) => {
    const of = new RegExp(`^shard-${key}-\\d+-of-(\\d+)\\.json$`).exec(name)?.[1]
    return of === undefined ? [] : [{ name, of: Number(of) }]
  })
  const read = await Promise.all(notes.map(async ({ name, of }) => ({ of, note: await readNote(join(folder, name)) })))
  return read.flatMap(({ of, note }) => (note === null ? [] : [{ ...note, of }]))
}

/** null for a damaged note: its shard then counts as not done. */
async function readNote(path: string): Promise<DoneNote | null> {
  try {
    return await readStoredIfThere(path, doneNoteSchema, 'run its shard again')
  } catch (error) {
    if (error instanceof StoredFileError) return null
    throw error
  }
}
