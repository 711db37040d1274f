import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingMelodies, missingNotebooks } from '../../../site/build/checkMelodies.ts'
import { NOTEBOOKS } from '../../../src/notebook/notebookRequest.ts'
import { tunerFile } from '../../../src/results/tunerReport.ts'
import { itemAt } from '../../../src/support/itemAt.ts'
import { projectRoot } from '../../../src/support/projectRoot.ts'

let root: string
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'cantus-missing-'))))
afterAll(() => rm(root, { recursive: true }))

describe('missingMelodies', () => {
  it('names the tuner’s melodies that are gone, and the command that makes them', async () => {
    expect(missingMelodies(root)).toEqual([])
    await mkdir(join(root, dirname(tunerFile.path)), { recursive: true })
    await copyFile(join(projectRoot, tunerFile.path), join(root, tunerFile.path))
    const pairs = tunerFile.read(root)?.melodies ?? []
    const missing = missingMelodies(root)
    expect(missing).toHaveLength(2 * pairs.length)
    expect(missing[0]).toBe(
      `report/results/rl-tuner.json names generated_melodies/${itemAt(pairs, 0).before}.mid, which is not there: cantus tune --report makes it`,
    )
  })
})

describe('missingNotebooks', () => {
  it('names each notebook of the project that was not executed', async () => {
    await mkdir(join(root, 'report/notebooks'), { recursive: true })
    await writeFile(join(root, 'report/notebooks/1-corpus.ipynb'), '{}')
    const missing = missingNotebooks(root)
    expect(missing).toHaveLength(NOTEBOOKS.length - 1)
    expect(missing[0]).toMatch(/^the report has no report\/notebooks\/0-one-melody\.ipynb: .*npm run reproduce$/)
  })
})
