import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseHolder } from '../../src/training/lockHolder.ts'
import { archivedRun, adoptRun } from '../../src/training/runArchive.ts'
import { readRunConfig } from '../../src/training/runConfig.ts'
import { StoredFileError } from '../../src/support/stored.ts'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'cantus-stored-'))))
afterEach(() => rm(folder, { recursive: true }))

describe('a damaged file of a run', () => {
  it.each([
    ['cut short', '{"run": "a"', 'not JSON'],
    ['null', 'null', 'invalid content: null (expected object)'],
    ['without a field', '{"run":"a"}', 'invalid step: missing (expected number)'],
    ['with a field of another kind', '{"run":"a","step":"1"}', 'invalid step: "1" (expected number)'],
  ])('run.json %s is named with file, field and remedy', async (_, text, problem) => {
    const path = join(folder, 'run.json')
    await writeFile(path, text)
    for (const read of [() => archivedRun(folder), () => adoptRun(folder, join(folder, 'a'))]) {
      await expect(read()).rejects.toThrow(StoredFileError)
      await expect(read()).rejects.toThrow(`${path}: ${problem}`)
      await expect(read()).rejects.toThrow(/; restore an intact copy of its folder, or delete that folder$/)
    }
  })

  it.each([
    ['of another version', '{"iteration":"9","scale":"full","training":{"steps":1}}', 'invalid iteration: "9"'],
    ['without steps', '{"iteration":"1","scale":"full","training":{}}', 'invalid training.steps: missing'],
  ])('config.json %s is named with file, field and remedy', async (_, text, problem) => {
    await writeFile(join(folder, 'config.json'), text)
    await expect(readRunConfig(folder)).rejects.toThrow(`${join(folder, 'config.json')}: ${problem}`)
    await expect(readRunConfig(folder)).rejects.toThrow(/; restore an intact copy, or delete the run's folder$/)
  })

  it('is nothing if there is none', async () => {
    expect([await archivedRun(folder), await readRunConfig(folder)]).toEqual([null, null])
  })

  it('a lock names a process, or says that it does not', () => {
    expect(parseHolder('{"pid":7,"host":"h"}')).toEqual({ pid: 7, host: 'h', since: '?', boot: null, started: null })
    expect(['{"pid":0,"host":"h"}', '5', '{"pid"', 'null'].map(parseHolder)).toEqual(['unknown', 'unknown', null, null])
  })
})
