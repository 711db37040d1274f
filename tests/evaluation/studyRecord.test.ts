import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyRecord } from '../../src/evaluation/studyRecord.ts'
import type { StudyRecord } from '../../src/results/studyRecord.ts'
import { UserError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'cantus-study-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const log = (rows: readonly (readonly [number, number, number])[]): string =>
  ['step\tacc\tloss\tppl', ...rows.map((row) => [...row, 1].join('\t'))].join('\n')

async function writeLogs(name: string, logs: Readonly<Record<string, string>>): Promise<string> {
  const place = join(folder, name)
  await mkdir(place)
  for (const [file, text] of Object.entries(logs)) await writeFile(join(place, `${file}.tsv`), text)
  return place
}

const general = log([
  [0, 0.01, 4.8],
  [10, 0.7275, 0.9203],
])

describe('studyRecord', () => {
  it('splices the stretches of 2.2, each up to the first step of the next', async () => {
    const place = await writeLogs('spliced', {
      'iteration-2.1': general,
      'iteration-2.2-branch-a': log([
        [10, 0.5, 1],
        [20, 0.6, 1],
        [30, 0.9, 9],
      ]),
      'iteration-2.2-branch-b': log([
        [25, 0.7, 1],
        [35, 0.9, 9],
      ]),
      'iteration-2.2-final': log([
        [35, 0.8, 1],
        [45, 0.9012, 0.3132],
        [55, 0.6, 1],
      ]),
    })
    const { iterations } = await studyRecord(place)
    expect(iterations['1'].log).toBeNull()
    expect(iterations['2.2'].log).toMatchObject({
      ...{ rows: 6, firstStep: 10, lastStep: 55, joins: [25, 35] },
      printedRow: { step: 45, accuracy: 0.9012, loss: 0.3132 },
      last100: { n: 6 },
    })
  })

  it('names a log that is missing, damaged, or not the one of the table', async () => {
    await expect(studyRecord(join(folder, 'nowhere'))).rejects.toThrow('no log')
    const damaged = {
      'iteration-2.2-branch-a': general,
      'iteration-2.2-branch-b': general,
      'iteration-2.2-final': general,
    }
    const place = await writeLogs('damaged', { 'iteration-2.1': 'step\tacc\n1\tx', ...damaged })
    await expect(studyRecord(place)).rejects.toThrow(/iteration-2\.1\.tsv is not a log/)
    const other = await writeLogs('other', { 'iteration-2.1': general, ...damaged })
    await expect(studyRecord(other)).rejects.toThrow(UserError)
    await expect(studyRecord(other)).rejects.toThrow('no row of accuracy 0.9012')
  })

  const shared = join(projectRoot, '..', 'shared', 'study', 'training-logs')
  if (!existsSync(shared)) console.warn("SKIPPED: the study's training logs are not here")
  it.skipIf(!existsSync(shared))('gives from the real logs what is published', async () => {
    const published = JSON.parse(await readFile(join(projectRoot, 'report/results/study.json'), 'utf8')) as StudyRecord
    expect(await studyRecord(shared)).toEqual(published)
    expect(published.iterations['2.1'].log!.last100.accuracy.mean).toBeCloseTo(0.7212, 4)
  })
})
