import { appendFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { z } from 'zod'
import { jsonLinesToParquet } from '../dataset/parquet.ts'
import { createFolder } from '../support/createFolder.ts'
import { readIfThere, writeFileAtomic } from '../support/files.ts'
import { parseStored, type Stored } from '../support/stored.ts'
import { type MetricRow, metricRowSchema } from '../results/metrics.ts'
import type { RunFiles } from './runDirectory.ts'
import { scalarsRecord, versionRecord } from './tensorBoard.ts'
import { isRecord } from '../support/records.ts'

/** The log of a run while it trains. */
export interface EventLog {
  /** Rows so far, those of earlier sessions first. */
  readonly rows: readonly MetricRow[]
  /** To `metrics.jsonl` and to TensorBoard's event files. */
  add(row: MetricRow): Promise<void>
  /** Writes `metrics.parquet`, all rows. */
  close(): Promise<void>
}

/**
 * Opens the log of a run that resumes from `step`: later rows are dropped, because they will be taken again and must
 * not be there twice; the event files are rewritten from those that stay.
 * @param nowMs milliseconds since the epoch, for TensorBoard's clock.
 */
export async function openEventLog(files: RunFiles, step: number, nowMs: () => number): Promise<EventLog> {
  const rows = (await readMetricRows(files.metrics)).filter((row) => row.step < step)
  await writeFileAtomic(files.metrics, rows.map(line).join(''))
  const board = await openBoard(files.tensorBoard, rows, nowMs)
  return {
    rows,
    async add(row) {
      rows.push(row)
      await appendFile(files.metrics, line(row))
      await board(row)
    },
    async close() {
      if (rows.length > 0) await jsonLinesToParquet(files.metrics, COLUMNS, files.metricsParquet)
    },
  }
}

/** The rows of a training's log. @throws as `readRows`. */
export const readMetricRows = (path: string): Promise<MetricRow[]> => readRows(path, metricRowSchema)

/**
 * The rows of a log of JSON lines, none where there is no file. A last line cut short by a power cut is left out.
 * @throws StoredFileError that names the line and the field of a damaged row.
 */
export async function readRows<S extends z.ZodObject>(path: string, schema: S): Promise<Stored<S>[]> {
  const lines = String((await readIfThere(path)) ?? '').split('\n')
  // What follows the last line feed is nothing, or a row that was never finished.
  return lines.slice(0, -1).map((text, n) => {
    const row = parseStored(text, schema, { path: `${path}, line ${n + 1}`, remedy: 'delete that line' })
    const read: unknown = JSON.parse(text)
    return inOrder(row, isRecord(read) ? Object.keys(read) : [])
  })
}

/** The same row with its keys as they are in the file, so that a rewritten log stays the same. */
const inOrder = <Row extends object>(row: Row, keys: readonly string[]): Row => ({
  ...Object.fromEntries(keys.filter((key) => key in row).map((key) => [key, null])),
  ...row,
})

/** NaN is stored as null. */
const line = (row: MetricRow): string => `${JSON.stringify(row)}\n`

/** Columns of `metrics.parquet`; what a row does not have is NULL. */
const COLUMNS: Readonly<Record<keyof MetricRow, string>> = {
  kind: 'VARCHAR',
  step: 'INTEGER',
  seconds: 'DOUBLE',
  loss: 'DOUBLE',
  perplexity: 'DOUBLE',
  accuracy: 'DOUBLE',
  eventAccuracy: 'DOUBLE',
  noEventAccuracy: 'DOUBLE',
  steps: 'INTEGER',
  learningRate: 'DOUBLE',
  gradientNorm: 'DOUBLE',
}

/** What TensorBoard shows, and under what name. Training and held-out rows are runs of their own, so that it overlays them. */
const TAGS: readonly (readonly [keyof MetricRow, string])[] = [
  ['loss', 'loss'],
  ['perplexity', 'perplexity'],
  ['accuracy', 'accuracy'],
  ['eventAccuracy', 'accuracy/events'],
  ['noEventAccuracy', 'accuracy/no event'],
  ['learningRate', 'optimizer/learning rate'],
  ['gradientNorm', 'optimizer/gradient norm'],
]

/** Rows of kind `test` are measured on the validation side; the files of published runs have that name for them. */
const BOARD_RUNS: Readonly<Record<MetricRow['kind'], string>> = { train: 'train', test: 'validation' }

async function openBoard(
  folder: string,
  rows: readonly MetricRow[],
  nowMs: () => number,
): Promise<(row: MetricRow) => Promise<void>> {
  await rm(folder, { recursive: true, force: true })
  const opened = new Set<MetricRow['kind']>()
  const add = async (row: MetricRow): Promise<void> => {
    // TensorBoard takes any file of such a name for events.
    const path = join(folder, BOARD_RUNS[row.kind], 'events.out.tfevents.0.cantus')
    const seconds = nowMs() / 1000
    if (!opened.has(row.kind)) {
      opened.add(row.kind)
      createFolder(dirname(path))
      await writeFile(path, versionRecord(seconds))
    }
    const scalars = TAGS.flatMap(([name, tag]) => {
      const value = row[name]
      return typeof value === 'number' && !Number.isNaN(value) ? [{ tag, value }] : []
    })
    await appendFile(path, scalarsRecord(seconds, row.step, scalars))
  }
  for (const row of rows) await add(row)
  return add
}
