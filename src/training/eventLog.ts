import { existsSync } from 'node:fs'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { jsonLinesToParquet } from '../dataset/parquet.ts'
import { createFolder } from '../support/createFolder.ts'
import { UserError } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import type { MetricRow } from '../results/metrics.ts'
import type { RunFiles } from './runDirectory.ts'
import { scalarsRecord, versionRecord } from './tensorBoard.ts'

/** The log of a run while it trains. */
interface EventLog {
  /** Rows so far, those of earlier sessions first. */
  readonly rows: readonly MetricRow[]
  /** To `metrics.jsonl` and to TensorBoard's event files. */
  add(row: MetricRow): Promise<void>
  /** Writes `metrics.parquet`, all rows. */
  close(): Promise<void>
}

/**
 * Opens the log of a run that goes on from `step`: rows from there on are dropped, for they will be taken again and must
 * not be there twice; the event files are written anew from those that stay.
 * @param nowMs milliseconds since the epoch, for TensorBoard's clock.
 */
export async function openEventLog(files: RunFiles, step: number, nowMs: () => number): Promise<EventLog> {
  const rows = (await readRows(files.metrics)).filter((row) => row.step < step)
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

/** The rows of a log of JSON lines, none where there is no file. A last line cut short by a power cut is left out. */
export async function readRows<Row = MetricRow>(path: string): Promise<Row[]> {
  if (!existsSync(path)) return []
  const lines = (await readFile(path, 'utf8')).split('\n')
  // What follows the last line feed is nothing, or a row that was never finished.
  return lines.slice(0, -1).map((text, n) => parseRow<Row>(text, `${path}, line ${n + 1}`))
}

/** NaN is stored as null. */
const line = (row: MetricRow): string => `${JSON.stringify(row)}\n`

/** @throws UserError that names the place of a damaged row. */
function parseRow<Row>(text: string, place: string): Row {
  try {
    const row = JSON.parse(text, (_, value: unknown) => (value === null ? NaN : value)) as unknown
    if (typeof row === 'object') return row as Row
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new UserError(`${place} is damaged: it is no row of measurements (delete that line)`)
}

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
