import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { refuseOtherCorpus } from '../../src/study/reproduce.ts'
import { experiment } from '../../src/config/scales.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { iterationFile } from '../../src/results/iterationResult.ts'

const root = mkdtempSync(join(tmpdir(), 'cantus-results-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const asked = (corpus: string, hash: string) =>
  refuseOtherCorpus({ config: experiment('1', 'smoke'), corpus, dataset: { hash }, folders: { root, data: root } })

describe('results of another corpus', () => {
  it('are not replaced: of the same one, by data or by folders, they are', async () => {
    expect(() => asked('mine', 'a')).not.toThrow()
    const published = iterationFile('1').read(projectRoot)!
    await iterationFile('1').write(root, {
      ...published,
      dataset: { ...published.dataset, corpus: 'mine, style', hash: 'a' },
    })
    expect(() => asked('other name', 'a')).not.toThrow()
    expect(() => asked(`${resolve('mine')}, ${resolve('style')}`, 'b')).not.toThrow()
    expect(() => asked('music21 tunes (embedded)', 'b')).toThrow(
      /holds iteration 1 of mine, style, not of music21 tunes \(embedded\): set CANTUS_OUT=FOLDER .* --force/,
    )
  })
})
