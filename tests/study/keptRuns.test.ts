import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { experiment } from '../../src/config/scales.ts'
import { encodeWeightsFp16, saveCheckpoint } from '../../src/model/checkpoint.ts'
import { archivePath, keepRun, refuseOtherRun } from '../../src/study/keptRuns.ts'
import { iterationFile } from '../../src/results/iterationResult.ts'
import { asPublished } from '../../src/study/reproduce.ts'
import { publishedBefore } from '../../src/study/reproduceStudy.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { bestCheckpoint } from '../../src/training/bestCheckpoint.ts'
import { readArchived } from '../../src/training/runArchive.ts'
import { runFiles } from '../../src/training/runDirectory.ts'
import { fromScratch } from '../../src/training/transfer.ts'

const config = experiment('1', 'full', 'folder')
const spec = { encoding: 'basic', layerSizes: [4], attentionLength: 0 } as const

let root = ''
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'cantus-kept-'))))
afterEach(() => rm(root, { recursive: true, force: true }))

const asked = (run: string, settings = config) => ({
  config: settings,
  run,
  runFolder: join(root, 'data', run),
  folders: { root, data: root },
  dataset: { hash: '4991282e9d1ce6b9' },
})

/** A run that stands at a step. */
async function made(run: string, step: number): Promise<void> {
  const files = runFiles(asked(run).runFolder)
  await mkdir(asked(run).runFolder, { recursive: true })
  await saveCheckpoint(files.checkpoint, { ...fromScratch(spec, 1), spec, adam: null, averaged: null, state: { step } })
  await writeFile(files.config, JSON.stringify(config))
}

const kept = (place: 'next' | 'runs') => readArchived(join(root, archivePath('1', place)))

describe('keepRun', () => {
  it('keeps a run in the place asked for, over an earlier step of it', async () => {
    expect(await keepRun(asked('full-a-s1'), 'next')).toBeNull() // nothing to keep yet
    expect(await kept('next')).toBeNull()
    for (const step of [10, 20]) {
      await made('full-a-s1', step)
      expect(await keepRun(asked('full-a-s1'), 'next')).toBeNull()
      expect(await kept('next')).toEqual({ run: 'full-a-s1', step })
    }
    await keepRun(asked('full-a-s1'), 'runs')
    expect(await kept('runs')).toEqual({ run: 'full-a-s1', step: 20 })
  })

  it('leaves a run that is further on, and says where it stands', async () => {
    await made('full-a-s1', 20_000)
    await keepRun(asked('full-a-s1'), 'next')
    await made('full-a-s1', 300)
    expect(await keepRun(asked('full-a-s1'), 'next')).toBe(20_000)
    expect(await kept('next')).toEqual({ run: 'full-a-s1', step: 20_000 })
  })
})

describe('the best weights of a kept run', () => {
  it('are the file that is published, also when it is kept again from there', async () => {
    await made('full-a-s1', 20)
    const { runFolder } = asked('full-a-s1')
    const { best } = runFiles(runFolder)
    const { weights } = fromScratch(spec, 2)
    await saveCheckpoint(best, { weights, spec, adam: null, averaged: null, state: { step: 10 } })
    const published = encodeWeightsFp16(spec, weights, { iteration: '1', run: 'full-a-s1', step: '10' })
    const there = join(root, archivePath('1', 'next'), 'best.safetensors')
    for (let times = 0; times < 2; times++) {
      await keepRun(asked('full-a-s1'), 'next')
      expect(await readFile(there)).toEqual(Buffer.from(published))
      await writeFile(best, published)
    }
    const state = { step: 20, best: { step: 10, loss: 1 } }
    const last = { ...fromScratch(spec, 1), spec, adam: null, averaged: null, state }
    const found = await bestCheckpoint(runFolder, last)
    expect([found.best.step, asPublished(spec, found.best.weights)]).toEqual([10, asPublished(spec, weights)])
  })
})

describe('publishedBefore', () => {
  it('is the published result of a run that is neither here nor kept', async () => {
    const there = iterationFile('3.1').read(projectRoot)!
    for (const path of [there.checkpoint.path, ...there.melodies]) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await copyFile(join(projectRoot, path), join(root, path))
    }
    await iterationFile('3.1').write(root, there)
    const today = experiment('3.1', 'full', 'folder')
    const opened = { ...asked(there.run), config: today }
    expect(await publishedBefore(opened)).toEqual(there)
    const { training } = today
    const longer = { ...today, training: { ...training, steps: training.steps + 1 } }
    expect(await publishedBefore({ ...opened, config: longer })).toBeNull()
    expect(await publishedBefore({ ...opened, run: 'full-b-s1' })).toBeNull()
    expect(await publishedBefore({ ...opened, config: { ...today, scale: 'quick' } })).toBeNull()
    await made(there.run, 5)
    expect(await publishedBefore(opened)).toBeNull() // it can go on
    await keepRun({ ...opened, folders: { root, data: root } }, 'runs')
    await rm(opened.runFolder, { recursive: true })
    expect(await publishedBefore(opened)).toBeNull()
    await rm(join(root, archivePath('3.1', 'runs')), { recursive: true })
    await writeFile(join(root, there.checkpoint.path), 'other weights')
    expect(await publishedBefore(opened)).toBeNull()
  })
})

describe('refuseOtherRun', () => {
  it('lets a run train where none is kept, or where it is kept itself', async () => {
    await refuseOtherRun(asked('full-a-s1'))
    for (const [run, place] of [
      ['full-b-s1', 'runs'],
      ['full-a-s1', 'next'],
    ] as const) {
      await made(run, 5)
      await keepRun(asked(run), place)
    }
    await refuseOtherRun(asked('full-a-s1'))
    await refuseOtherRun(asked('full-b-s1'))
  })

  it('leaves a run under way alone, where this one is kept among the published runs only', async () => {
    await made('full-a-s1', 5)
    await keepRun(asked('full-a-s1'), 'runs')
    await made('full-b-s1', 5)
    await keepRun(asked('full-b-s1'), 'next')
    await expect(refuseOtherRun(asked('full-a-s1'), 'next')).rejects.toThrow(/next\/1 keeps run full-b-s1, and/)
    await refuseOtherRun(asked('full-a-s1'), 'runs')
    await refuseOtherRun(asked('full-b-s1'), 'runs') // it takes the place of the published one
    await refuseOtherRun(asked('full-a-s1'))
  })

  it('names both runs, the data set and what differs where only another is kept', async () => {
    await made('full-b-s1', 5)
    await keepRun(asked('full-b-s1'), 'runs')
    await expect(refuseOtherRun(asked('full-a-s1'))).rejects.toThrow(
      /^report\/results\/checkpoints\/runs\/1 keeps run full-b-s1, and iteration 1 on data set 4991282e9d1c is run full-a-s1, of other music, .*: set CANTUS_OUT=FOLDER .* --force/,
    )
    const faster = { ...config, training: { ...config.training, learningRate: 0.5, steps: 7 } }
    await expect(refuseOtherRun(asked('full-a-s1', faster))).rejects.toThrow(
      /by other settings: training\.learningRate:/,
    )
  })
})
