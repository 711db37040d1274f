import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { iteration1 } from '../../src/config/iteration1.ts'
import { describeRun, runFiles, runFolderOf } from '../../src/training/runDirectory.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-run-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function json(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown
}

describe('a run folder', () => {
  it('lies under its iteration', () => {
    expect(runFolderOf('data', '2.1', 'quick-abc-s1')).toBe(join('data', 'runs', '2.1', 'quick-abc-s1'))
  })

  it('says what the run is, written once', async () => {
    const files = runFiles(folder)
    await describeRun(folder, iteration1, { train: [[60, -2], [61]], test: [] }, 'backend: test')
    expect(await json(files.config)).toEqual(iteration1)
    expect(await json(files.environment)).toMatchObject({ node: process.version, backend: 'backend: test' })
    expect(await json(files.dataset)).toMatchObject({
      train: { melodies: 2, events: 3 },
      test: { melodies: 0, events: 0 },
    })
    await describeRun(folder, iteration1, { train: [], test: [] }, 'another')
    expect(await json(files.environment)).toMatchObject({ backend: 'backend: test' })
  })
})
