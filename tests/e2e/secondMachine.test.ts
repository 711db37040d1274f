import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { measurePortably } from '../../src/study/measuredModel.ts'
import { evaluatedAs } from '../../src/study/publishedStudy.ts'
import { openIteration } from '../../src/study/reproduce.ts'
import { regenerate } from '../../src/generation/regenerate.ts'
import type { IterationResult } from '../../src/results/iterationResult.ts'
import { ITERATIONS } from '../../src/config/scales.ts'
import type { Summary } from '../../src/results/summary.ts'
import { loadWeights } from '../../src/model/checkpoint.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

/**
 * What is published was computed on some other machine. Here a melody and a number of each iteration are computed again from
 * the committed weights, and have to be the same to the last byte and digit.
 */
let folder = ''
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'cantus-second-machine-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const json = async <T>(path: string): Promise<T> => JSON.parse(await readFile(join(projectRoot, path), 'utf8')) as T

describe.each(ITERATIONS)('iteration %s on this machine', (iteration) => {
  const place = `generated_melodies/iteration_${iteration}`

  it('writes its modal melody again', async () => {
    const sidecar = join(projectRoot, place, `it_${iteration}_modal_nr_1.json`)
    const { path } = await regenerate(sidecar, { root: projectRoot, out: folder })
    expect(await readFile(path)).toEqual(await readFile(sidecar.replace(/\.json$/, '.mid')))
  })

  it('has published 35 melodies, five of each primer, with the weights that are here', async () => {
    const result = await json<IterationResult>(`report/results/iterations/${iteration}.json`)
    const names = (await readdir(join(projectRoot, place))).filter((name) => name.endsWith('.mid'))
    expect(result.melodies.map((path) => path.split('/').at(-1)).sort()).toEqual(names.sort())
    expect(names).toHaveLength(35)
    const { sha256 } = await loadWeights(join(projectRoot, result.checkpoint.path))
    expect(sha256).toBe(result.checkpoint.sha256)
  })
})

const shared = existsSync(join(projectRoot, '..', 'shared', 'corpora', 'general.tar.xz'))
if (!shared)
  console.warn('SKIPPED: the held-out numbers of the published models, because the shared corpora are not here')

describe.skipIf(!shared)('the held-out number of each iteration', { timeout: 600_000 }, () => {
  it('is the published one to the last digit', async () => {
    const { iterations } = await json<Summary>('report/results/summary.json')
    const effects = { reporter: silentReporter, signal: new AbortController().signal, now: Date.now }
    const folders = { root: projectRoot, data: process.env['CANTUS_DATA'] ?? join(projectRoot, 'data') }
    const { training } = iterations['2.2'].config
    const steps = { '2.1': iterations['2.1'].config.training.steps, '2.2': training.steps }
    const overrides = evaluatedAs(training)
    const opened = await openIteration(
      { iteration: '2.2', scale: 'full', corpus: ['shared'], steps, folders, overrides },
      effects,
    )
    expect(opened.run).toBe(iterations['2.2'].run)
    // The full data set, from reading files to splitting families: every published number depends on it.
    expect(opened.dataset.hash).toBe('4991282e9d1ce6b967c2c6a8a1a9bb2569c41563b66f0506cadd382a72c8b0c6')
    for (const iteration of ITERATIONS) {
      const { checkpoint, portable } = iterations[iteration]!
      const { spec, weights } = (await loadWeights(join(projectRoot, checkpoint.path))).checkpoint
      expect(await measurePortably({ spec, weights }, opened.part.test, effects)).toEqual(portable)
    }
  })
})
