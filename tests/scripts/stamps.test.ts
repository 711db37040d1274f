import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

interface Steps {
  readStamp(name: string, file?: string): unknown
  writeStamp(name: string, value: unknown, file?: string): void
}
const { readStamp, writeStamp } = (await import(
  pathToFileURL(join(projectRoot, 'scripts/setup/steps.mjs')).href
)) as Steps

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-stamps-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('a stamp of the set-up', () => {
  it('comes back as it was written, with nothing left beside it', async () => {
    const file = join(folder, 'new', 'python.json')
    writeStamp('python', { lock: 'a' }, file)
    writeStamp('python', { lock: 'b' }, file)
    expect(readStamp('python', file)).toEqual({ lock: 'b' })
    expect(await readdir(join(folder, 'new'))).toEqual(['python.json'])
  })

  it.each(['', '{"lo', 'null', '5', '"x"'])('that holds %j counts as absent: its step is done again', async (text) => {
    const file = join(folder, 'python.json')
    await writeFile(file, text)
    expect(readStamp('python', file)).toBeNull()
  })

  it('that is missing is absent', () => {
    expect(readStamp('python', join(folder, 'none.json'))).toBeNull()
  })
})
