import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeFileAtomic } from '../support/files.js'
import type { MetricRow } from './metrics.js'

/** Adds a row to a run's `metrics.jsonl`; NaN is stored as null. */
export async function appendRow(path: string, row: MetricRow): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await appendFile(path, `${JSON.stringify(row)}\n`)
}

/** The rows of a `metrics.jsonl`, none where there is no file. A last line cut short by a power cut is left out. */
export async function readRows(path: string): Promise<MetricRow[]> {
  if (!existsSync(path)) return []
  const lines = (await readFile(path, 'utf8')).split('\n')
  // What follows the last line feed is nothing, or a row that was never finished.
  return lines.slice(0, -1).map(parseRow)
}

/** Keeps the rows before `step` and returns them: later ones will be taken again, and must not be there twice. */
export async function keepRowsBefore(path: string, step: number): Promise<MetricRow[]> {
  const rows = await readRows(path)
  const kept = rows.filter((row) => row.step < step)
  await writeFileAtomic(path, kept.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return kept
}

function parseRow(line: string): MetricRow {
  return JSON.parse(line, (_, value: unknown) => (value === null ? NaN : value)) as MetricRow
}
