import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findModel, provenanceOf, trainedOnBeside } from '../../src/generation/findModel.ts'
import { openModelFile } from '../../src/generation/modelFile.ts'
import { saveCheckpoint } from '../../src/model/checkpoint.ts'
import { initialWeights } from '../../src/model/weights.ts'
import type { StudyFolders } from '../../src/support/projectRoot.ts'
import { runFiles } from '../../src/training/runDirectory.ts'
import { publishWeights, temporaryFolder, tinySpec } from '../generation/fixtures.ts'

async function folders(): Promise<StudyFolders> {
  const root = await temporaryFolder()
  await publishWeights(root)
  return { root, data: join(root, 'data') }
}

async function saveRun(folder: string, seconds: number, names: readonly ('best' | 'last')[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  if (names.includes('best'))
    await writeFile(runFiles(folder).config, JSON.stringify({ iteration: '1', scale: 'smoke', training: { steps: 9 } }))
  for (const name of names) {
    const path = name === 'best' ? runFiles(folder).best : runFiles(folder).checkpoint
    const state = { step: name === 'best' ? 30 : 70 }
    await saveCheckpoint(path, {
      spec: tinySpec,
      weights: initialWeights(tinySpec, 1),
      adam: null,
      averaged: null,
      state,
    })
    await utimes(path, seconds, seconds)
  }
}

describe('findModel', () => {
  it('takes the best weights of a run, a training the last ones, and each by name', async () => {
    const place = await folders()
    const run = join(place.data, 'runs', '1', 'quick-a-s1')
    await saveRun(run, 100, ['best', 'last'])
    const { best, checkpoint } = runFiles(run)
    const names = ['quick-a-s1', 'quick-a-s1@best', 'quick-a-s1@last', run, `${run}@last`]
    const found = await Promise.all(names.map((source) => findModel({ source }, place)))
    expect(found).toEqual([best, best, checkpoint, best, checkpoint])
    expect(await findModel({ source: 'quick-a-s1' }, place, 'last')).toBe(checkpoint)
    expect(await findModel({ source: 'quick-a-s1@best' }, place, 'last')).toBe(best)
    expect(await findModel({ checkpoint: `${run}@last` }, place)).toBe(checkpoint)
  })

  it('takes best and last alone as those of the run trained last', async () => {
    const place = await folders()
    await expect(findModel({ source: 'best' }, place)).rejects.toThrow(/no run has a best checkpoint yet.*2\.2@best/)
    const [older, newer, tuned] = ['b-s1', 'a-s1', 'c-s1'].map((name) => join(place.data, 'runs', '1', name))
    await saveRun(older!, 100, ['best', 'last'])
    await saveRun(newer!, 200, ['best', 'last'])
    await saveRun(tuned!, 300, ['last'])
    expect(await findModel({ source: 'best' }, place)).toBe(runFiles(newer!).best)
    expect(await findModel({ source: 'last' }, place)).toBe(runFiles(tuned!).checkpoint)
  })

  it('takes what a run has where the name does not say, and refuses what it has not', async () => {
    const place = await folders()
    const run = join(place.data, 'runs', 'tuned', 'psi')
    await saveRun(run, 100, ['last'])
    expect(await findModel({ source: 'psi' }, place)).toBe(runFiles(run).checkpoint)
    await expect(findModel({ source: 'psi@best' }, place)).rejects.toThrow(/has no best checkpoint: .*@last/)
  })

  it('takes published weights for an iteration and its best, and the end of its run for its last', async () => {
    const place = await folders()
    const published = join(place.root, 'report/results/checkpoints/1.safetensors')
    for (const source of ['1', '1@best']) expect(await findModel({ source }, place)).toBe(published)
    expect(await findModel({ iteration: '1@best' }, place)).toBe(published)
    await expect(findModel({ source: '1@last' }, place)).rejects.toThrow(/run smoke-00000000-s1, which is not here/)
    const kept = join(place.root, 'report/results/checkpoints/runs/1')
    await saveRun(kept, 100, ['best', 'last'])
    await expect(findModel({ source: '1@last' }, place)).rejects.toThrow(/which is not here/) // of another run
    await writeFile(join(kept, 'run.json'), JSON.stringify({ run: 'smoke-00000000-s1', step: 70 }))
    expect(await findModel({ source: '1@last' }, place)).toBe(runFiles(kept).checkpoint)
    const own = join(place.data, 'runs', '1', 'smoke-00000000-s1')
    await saveRun(own, 100, ['best', 'last'])
    expect(await findModel({ iteration: '1@last' }, place)).toBe(runFiles(own).checkpoint)
  })

  it('refuses @best after a file, and an unknown name before it', async () => {
    const place = await folders()
    const file = join(place.root, 'report/results/checkpoints/1.safetensors')
    await expect(findModel({ source: `${file}@best` }, place)).rejects.toThrow(/is a file, with one set of weights/)
    await expect(findModel({ source: 'nowhere@best' }, place)).rejects.toThrow(
      /no iteration, run or checkpoint "nowhere".*@best or @last after a name/,
    )
  })
})

describe('provenanceOf', () => {
  it('knows the true step of best and last weights, and the run of a kept folder', async () => {
    const place = await folders()
    const kept = join(place.root, 'report/results/checkpoints/runs/1')
    await saveRun(kept, 100, ['best', 'last'])
    await writeFile(join(kept, 'run.json'), JSON.stringify({ run: 'smoke-00000000-s1', step: 70 }))
    const { best, checkpoint } = runFiles(kept)
    for (const [path, step] of [
      [best, 30],
      [checkpoint, 70],
    ] as const)
      expect(await provenanceOf(path, await openModelFile(path), place)).toMatchObject({
        ...{ step, run: 'smoke-00000000-s1', iteration: '1', scale: 'smoke' },
      })
  })
})

describe('trainedOnBeside', () => {
  it('finds the list of a kept run beside the published weights', async () => {
    const { root } = await folders()
    const kept = join(root, 'report/results/checkpoints/runs/1')
    await saveRun(kept, 100, ['last'])
    const list = join(root, 'report/results/checkpoints/1.trained-on.bin')
    await writeFile(list, '')
    expect(trainedOnBeside(runFiles(kept).checkpoint)).toBeNull()
    await writeFile(join(kept, 'run.json'), JSON.stringify({ run: 'smoke-00000000-s1', step: 70 }))
    expect(trainedOnBeside(runFiles(kept).checkpoint)).toBe(list)
  })
})
