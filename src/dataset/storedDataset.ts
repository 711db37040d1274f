import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sha256, writeFileAtomic } from '../support/files.ts'
import { replaceFolder } from '../support/folders.ts'
import type { Dataset, DropReason, FileRow, MelodyRow } from './dataset.ts'
import { jsonLinesToParquet, readParquet } from './parquet.ts'
import type { Kinship } from './placeFiles.ts'
import { errorCode } from '../support/errors.ts'
import { isRecord } from '../support/records.ts'

/** `dataset.json`: what the folder must hold to be whole. */
export interface StoredSummary {
  /** sha256 over every row: two data sets with the same hash train the same model, whatever code made them. */
  readonly hash: string
  readonly files: number
  readonly melodies: number
  /** Of the Parquet files. */
  readonly sha256: { readonly files: string; readonly melodies: string }
  readonly kinship: Kinship
  /** Files with tempos or metres that are ignored, as note-seq does; absent where none has. */
  readonly filesWithIgnored?: number
}

/** A file and all that it gave. */
export interface FileWithMelodies {
  readonly file: FileRow
  readonly melodies: readonly MelodyRow[]
  /** Whether it has tempos or metres that are ignored; part of no row. */
  readonly hasIgnored?: boolean
}

/** File name of the rows of files. */
export const FILES = 'files.parquet'
/** File name of the rows of melodies. */
export const MELODIES = 'melodies.parquet'

/** What became of a file as a whole. */
export type Outcome = 'melodies' | 'no-melodies' | 'unreadable'

const fileColumns = {
  path: 'VARCHAR',
  sha256: 'VARCHAR',
  source: 'VARCHAR',
  licence: 'VARCHAR',
  style: 'VARCHAR',
  bytes: 'BIGINT',
  tracks: 'INTEGER',
  outcome: 'VARCHAR',
  reason: 'VARCHAR', // the commonest of those that left a file without a melody
  melodies: 'INTEGER',
  family: 'VARCHAR',
  split: 'VARCHAR',
  title: 'VARCHAR',
  mode: 'VARCHAR',
  dropped: 'STRUCT(instrument INTEGER, reason VARCHAR, parts INTEGER)[]',
} as const

const melodyColumns = {
  id: 'VARCHAR',
  file: 'VARCHAR',
  instrument: 'INTEGER',
  start: 'INTEGER',
  steps_per_bar: 'INTEGER',
  steps_per_quarter: 'INTEGER',
  events: 'TINYINT[]', // -2 no change, -1 note off, 0-127 a pitch that begins; one per step
  canonical_hash: 'VARCHAR',
  family: 'VARCHAR',
  split: 'VARCHAR',
} as const

type StoredFile = Omit<FileRow, 'dropped'> & {
  readonly outcome: Outcome
  readonly reason: DropReason | null
  readonly dropped: readonly { instrument: number | null; reason: DropReason; parts: number }[]
}

interface StoredMelody {
  readonly id: string
  readonly file: string
  readonly instrument: number
  readonly start: number
  readonly steps_per_bar: number
  readonly steps_per_quarter: number
  readonly events: readonly number[]
  readonly canonical_hash: string
  readonly family: string
  readonly split: MelodyRow['split']
}

/**
 * Writes files.parquet, melodies.parquet and dataset.json; the folder appears whole or not at all. The rows come one
 * file at a time and are not kept.
 */
export async function storeDataset(
  folder: string,
  rows: Iterable<FileWithMelodies>,
  kinship: Kinship,
  nowMs: number,
): Promise<StoredSummary> {
  const write = async (temporary: string): Promise<StoredSummary> => {
    const files = await openLines(join(temporary, 'files.jsonl'))
    const melodies = await openLines(join(temporary, 'melodies.jsonl'))
    let filesWithIgnored = 0
    try {
      for (const row of rows) {
        if (row.hasIgnored) filesWithIgnored++
        await files.add(storedFile(row.file))
        for (const melody of row.melodies) await melodies.add(storedMelody(melody))
      }
    } finally {
      await files.close()
      await melodies.close()
    }
    await toParquet(files.path, fileColumns, join(temporary, FILES))
    await toParquet(melodies.path, melodyColumns, join(temporary, MELODIES))
    const summary: StoredSummary = {
      hash: createHash('sha256').update(files.digest()).update(melodies.digest()).digest('hex'),
      files: files.count(),
      melodies: melodies.count(),
      sha256: { files: await fileHash(join(temporary, FILES)), melodies: await fileHash(join(temporary, MELODIES)) },
      kinship,
      ...(filesWithIgnored === 0 ? {} : { filesWithIgnored }),
    }
    await writeFileAtomic(join(temporary, 'dataset.json'), `${JSON.stringify({ ...summary, sum: sumOf(summary) })}\n`)
    return summary
  }
  return replaceFolder({ target: folder, nowMs, write, isWhole: async () => (await storedSummary(folder)) !== null })
}

async function toParquet(jsonLines: string, columns: Record<string, string>, parquet: string): Promise<void> {
  await jsonLinesToParquet(jsonLines, columns, parquet)
  await rm(jsonLines)
}

function storedFile({ dropped, ...file }: FileRow): StoredFile {
  const unreadable = dropped.some(({ reason }) => reason.startsWith('unreadable: '))
  const outcome = unreadable ? 'unreadable' : file.melodies > 0 ? 'melodies' : 'no-melodies'
  return {
    ...file,
    outcome,
    reason: outcome === 'melodies' ? null : commonest(dropped),
    dropped: dropped.map(({ instrument, reason, parts }) => ({ instrument, reason, parts: parts ?? 1 })),
  }
}

/** The reason of most tracks and parts; of equally many, the first. */
function commonest(dropped: FileRow['dropped']): DropReason | null {
  const counts = new Map<DropReason, number>()
  for (const { reason, parts } of dropped) counts.set(reason, (counts.get(reason) ?? 0) + (parts ?? 1))
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null
}

function storedMelody(row: MelodyRow): StoredMelody {
  return {
    id: row.id,
    file: row.path,
    instrument: row.instrument,
    start: row.startStep,
    steps_per_bar: row.stepsPerBar,
    steps_per_quarter: row.stepsPerQuarter,
    events: row.events,
    canonical_hash: row.canonicalHash,
    family: row.family,
    split: row.split,
  }
}

/** Over all that `dataset.json` says beside it. */
const sumOf = (summary: object): string => sha256(JSON.stringify(summary))

/** What the folder says of itself, or `null` when there is none or any of it is damaged: it is then built again. */
export async function storedSummary(folder: string): Promise<StoredSummary | null> {
  try {
    const read: unknown = JSON.parse(await readFile(join(folder, 'dataset.json'), 'utf8'))
    const { sum, ...summary } = isRecord(read) ? read : {}
    if (!isWhole(summary, sum)) return null
    const found = { files: await fileHash(join(folder, FILES)), melodies: await fileHash(join(folder, MELODIES)) }
    const { files, melodies } = summary.sha256
    return found.files === files && found.melodies === melodies ? summary : null
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** The sum is over all fields, so that where it is right they are all there. */
const isWhole = (summary: object, sum: unknown): summary is StoredSummary => sumOf(summary) === sum

/** The stored data set with all its melodies in memory, or `null` when there is none or it is damaged. */
export async function loadDataset(folder: string): Promise<Dataset | null> {
  const summary = await storedSummary(folder)
  if (summary === null) return null
  const files: FileRow[] = []
  const melodies: MelodyRow[] = []
  await readParquet<StoredFile>(join(folder, FILES), (row) => files.push(fileRow(row)))
  await readParquet<StoredMelody>(join(folder, MELODIES), (row) => melodies.push(melodyRow(row)))
  return { hash: summary.hash, files, melodies }
}

function fileRow({ outcome: _outcome, reason: _reason, dropped, ...file }: StoredFile): FileRow {
  return {
    ...file,
    dropped: dropped.map(({ instrument, reason, parts }) => {
      return parts === 1 ? { instrument, reason } : { instrument, reason, parts }
    }),
  }
}

function melodyRow(row: StoredMelody): MelodyRow {
  return {
    id: row.id,
    path: row.file,
    instrument: row.instrument,
    startStep: row.start,
    endStep: row.start + row.events.length,
    stepsPerBar: row.steps_per_bar,
    stepsPerQuarter: row.steps_per_quarter,
    events: row.events,
    canonicalHash: row.canonical_hash,
    family: row.family,
    split: row.split,
  }
}

async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

const CHARACTERS_AT_ONCE = 2 ** 20

interface Lines {
  readonly path: string
  add(row: unknown): Promise<void>
  close(): Promise<void>
  count(): number
  digest(): Buffer
}

/** A file of JSON lines, written about a megabyte at a time, and the hash of its bytes. */
async function openLines(path: string): Promise<Lines> {
  const file = await open(path, 'w')
  const hash: Hash = createHash('sha256')
  let count = 0
  let waiting: string[] = []
  let characters = 0
  const write = async (): Promise<void> => {
    const text = waiting.join('')
    waiting = []
    characters = 0
    hash.update(text)
    await file.writeFile(text)
  }
  return {
    path,
    async add(row) {
      const line = `${JSON.stringify(row)}\n`
      waiting.push(line)
      characters += line.length
      count++
      if (characters >= CHARACTERS_AT_ONCE) await write()
    },
    async close() {
      await write()
      await file.close()
    },
    count: () => count,
    digest: () => hash.digest(),
  }
}
