import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { replaceFolder } from '../support/folders.js'
import { catalogue } from './catalogue.js'
import type { Dataset, FileRow, MelodyRow } from './dataset.js'

/** `dataset.json`: what the folder must hold to be whole. */
interface Summary {
  readonly hash: string
  readonly files: number
  readonly melodies: number
}

/** sha256 over every row: two data sets with the same hash train the same model, whatever code made them. */
export function datasetHash(files: readonly FileRow[], melodies: readonly MelodyRow[]): string {
  const hash = createHash('sha256')
  for (const row of [...files, ...melodies]) hash.update(`${JSON.stringify(row)}\n`)
  return hash.digest('hex')
}

/** Writes files.jsonl, melodies.jsonl, drops.json and dataset.json; the folder appears whole or not at all. */
export async function storeDataset(folder: string, dataset: Dataset, nowMs: number): Promise<void> {
  const write = async (temporary: string): Promise<void> => {
    await writeLines(join(temporary, 'files.jsonl'), dataset.files)
    await writeLines(join(temporary, 'melodies.jsonl'), dataset.melodies)
    await writeLines(join(temporary, 'drops.json'), [catalogue(dataset)], 1)
    const { hash, files, melodies } = dataset
    const summary: Summary = { hash, files: files.length, melodies: melodies.length }
    await writeLines(join(temporary, 'dataset.json'), [summary])
  }
  await replaceFolder(folder, nowMs, write, async () => (await loadDataset(folder)) !== null)
}

/** The stored data set, or `null` when there is none or it is damaged. */
export async function loadDataset(folder: string): Promise<Dataset | null> {
  try {
    const { hash } = JSON.parse(await readFile(join(folder, 'dataset.json'), 'utf8')) as Summary
    const files = await readLines<FileRow>(join(folder, 'files.jsonl'))
    const melodies = await readLines<MelodyRow>(join(folder, 'melodies.jsonl'))
    return datasetHash(files, melodies) === hash ? { hash, files, melodies } : null
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

const LINES_AT_ONCE = 1000 // a large corpus as one string would be longer than a string can be

async function writeLines(path: string, rows: readonly unknown[], indent = 0): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let start = 0; start < rows.length; start += LINES_AT_ONCE) {
      const part = rows.slice(start, start + LINES_AT_ONCE)
      await file.writeFile(part.map((row) => `${JSON.stringify(row, null, indent)}\n`).join(''))
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

async function readLines<Row>(path: string): Promise<Row[]> {
  const rows: Row[] = []
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    rows.push(JSON.parse(line) as Row)
  }
  return rows
}
