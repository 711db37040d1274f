import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import type { Split } from './dataset.ts'
import { sqlFile, withDuckDB } from './parquet.ts'
import { FILES, MELODIES, storedSummary } from './storedDataset.ts'
import { UserError } from '../support/errors.ts'
import type { Stored } from '../support/stored.ts'

/** Each number is part of the one before it, except melodies (a file has many). */
const counts = {
  files: z.number(),
  readable: z.number(),
  withMelodies: z.number(),
  melodies: z.number(),
  /** Melodies that are not copies, in any key, of earlier ones in the corpus. */
  kept: z.number(),
} as const
const totalsSchema = z.object({ ...counts, families: z.number() })
const sourceSchema = z.object({
  /** First part of its files' paths: a folder a person named, or an archive that holds several sources. */
  corpus: z.string(),
  source: z.string(),
  style: z.string().nullable(),
  ...counts,
})
/** How many files of a source gave melodies. */
export type SourceSummary = Stored<typeof sourceSchema>

/** From files to melodies, and why the rest fell out: what a drop report and the corpus notebook show. */
export interface Catalogue {
  readonly hash: string
  readonly files: number
  readonly readable: number
  readonly withMelodies: number
  readonly kept: number
  readonly melodies: { readonly total: number } & Readonly<Record<Split, number>>
  readonly families: number
  readonly sources: readonly SourceSummary[]
  /** Files by mode (K: field); files that state none are not in it. */
  readonly modes: Readonly<Record<string, number>>
  /** Tracks, parts and files by reason, commonest first; of an unreadable file's message only the error's name. */
  readonly dropped: Readonly<Record<string, number>>
  /** Files whose tempo or metre on a track other than the first is ignored, as note-seq does; absent where none has. */
  readonly filesWithIgnored?: number
}

const countFiles = `
  count(*) AS files,
  count(*) FILTER (outcome <> 'unreadable') AS readable,
  count(*) FILTER (outcome = 'melodies') AS "withMelodies",
  coalesce(sum(melodies), 0) AS melodies,
  coalesce(sum(firsts), 0) AS kept`

/**
 * Counts a stored data set by SQL over its Parquet files; its melodies are not read into memory.
 * @throws UserError when the folder holds no whole data set.
 */
export async function catalogue(folder: string): Promise<Catalogue> {
  const summary = await storedSummary(folder)
  if (summary === null) throw new UserError(`${folder} holds no whole data set: build it with "cantus corpus build"`)
  return withDuckDB(async (connection) => {
    await openTables(connection, folder)
    const [all] = await rows(connection, `SELECT ${countFiles}, count(DISTINCT family) AS families FROM funnel`)
    const bySource = `SELECT corpus, source, style, ${countFiles} FROM funnel GROUP BY ALL ORDER BY corpus, source, style`
    const { melodies, ...others } = totalsSchema.parse(all)
    const bySplit = { train: 0, validation: 0, test: 0, ...(await counted(connection, splits)) }
    return {
      hash: summary.hash,
      ...others,
      melodies: { total: melodies, ...bySplit },
      sources: (await rows(connection, bySource)).map((row) => sourceSchema.parse(row)),
      modes: await counted(connection, modes),
      dropped: await counted(connection, drops),
      ...(summary.filesWithIgnored === undefined ? {} : { filesWithIgnored: summary.filesWithIgnored }),
    }
  })
}

const splits = 'SELECT split AS key, count(*) AS n FROM melodies GROUP BY key ORDER BY key'
const modes = 'SELECT mode AS key, count(*) AS n FROM files WHERE mode IS NOT NULL GROUP BY key ORDER BY n DESC, key'
const drops = `
  SELECT CASE WHEN starts_with(reason, 'unreadable: ') THEN regexp_extract(reason, '^unreadable: [^:]*') ELSE reason END AS key,
         count(*) AS n
  FROM (SELECT unnest(dropped).reason AS reason FROM files) GROUP BY key ORDER BY n DESC, key`

/**
 * The rows that SQL finds in a stored data set, whose tables are `files` and `melodies`.
 * @throws UserError for SQL that DuckDB refuses, with its words.
 * @example await queryDataset(folder, 'SELECT source, count(*) AS files FROM files GROUP BY source')
 */
export async function queryDataset(folder: string, sql: string): Promise<Record<string, SqlCell>[]> {
  return withDuckDB(async (connection) => {
    await openViews(connection, folder)
    return rows(connection, sql).catch((error: Error) => {
      throw new UserError(`this SQL does not run: ${error.message.split('\n')[0]}`)
    })
  })
}

async function openViews(connection: DuckDBConnection, folder: string): Promise<void> {
  await connection.run(`CREATE VIEW files AS FROM ${sqlFile(join(folder, FILES))}`)
  await connection.run(
    `CREATE VIEW melodies AS FROM read_parquet(${sqlFile(join(folder, MELODIES))}, file_row_number = true)`,
  )
}

async function openTables(connection: DuckDBConnection, folder: string): Promise<void> {
  await openViews(connection, folder)
  await connection.run(`
    CREATE TABLE funnel AS
    WITH firsts AS (SELECT min(file_row_number) AS row FROM melodies GROUP BY canonical_hash),
         owners AS (SELECT file, count(*) AS firsts FROM melodies JOIN firsts ON file_row_number = row GROUP BY file)
    SELECT split_part(path, '/', 1) AS corpus, source, style, outcome, family, melodies, firsts FROM files LEFT JOIN owners ON path = file`)
}

async function rows(connection: DuckDBConnection, sql: string): Promise<Record<string, SqlCell>[]> {
  const reader = await connection.runAndReadAll(sql)
  return reader.getRowObjects().map((row) => {
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))
  })
}

/** A value of a table; what is neither text nor number (a list, a truth value) comes as text. */
export type SqlCell = string | number | null

/** Counts come as big integers, sums as a type of DuckDB's own. */
function plain(value: unknown): SqlCell {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'string') return value
  const text = String(value)
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

async function counted(connection: DuckDBConnection, sql: string): Promise<Record<string, number>> {
  return Object.fromEntries((await rows(connection, sql)).map(({ key, n }) => [String(key), Number(n)]))
}
