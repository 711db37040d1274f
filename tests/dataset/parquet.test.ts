import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jsonLinesToParquet, readParquet, sqlFile, withDuckDB } from '../../src/dataset/parquet.ts'

let root = ''
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'cantus-parquet-'))))
afterEach(() => rm(root, { recursive: true, force: true }))

describe('a folder whose name is a pattern', () => {
  // Each pattern stands beside folders that it would match.
  const folders = ['g*2', 'gA2', 'g?2', 'g[1]2', 'g12', "g'*", "g'x", 'g*[1]', 'gx1']

  it('is written and read by itself', async () => {
    for (const folder of folders) {
      await mkdir(join(root, folder))
      await writeFile(join(root, folder, 'rows.jsonl'), `${JSON.stringify({ name: folder })}\n`)
    }
    for (const folder of folders)
      await jsonLinesToParquet(
        join(root, folder, 'rows.jsonl'),
        { name: 'VARCHAR' },
        join(root, folder, 'rows.parquet'),
      )
    for (const folder of folders) {
      const names: string[] = []
      await readParquet<{ name: string }>(join(root, folder, 'rows.parquet'), ({ name }) => names.push(name))
      expect(names).toEqual([folder])
      const counted = await withDuckDB(async (connection) => {
        const path = sqlFile(join(root, folder, 'rows.parquet'))
        const rows = await connection.runAndReadAll(`SELECT name FROM read_parquet(${path}, file_row_number = true)`)
        return rows.getRows()
      })
      expect(counted).toEqual([[folder]])
    }
  })
})
