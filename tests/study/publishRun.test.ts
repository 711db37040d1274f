import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ModelName } from '../../src/config/experimentConfig.ts'
import type { NoteModelSpec } from '../../src/config/modelSpec.ts'
import { iteration3_3 } from '../../src/config/iteration3_3.ts'
import { findModel, provenanceOf, trainedOnBeside } from '../../src/generation/findModel.ts'
import { openModelFile } from '../../src/generation/modelFile.ts'
import { saveCheckpoint } from '../../src/model/checkpoint.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { publishRun } from '../../src/study/publishRun.ts'
import { runFiles, runFolderOf } from '../../src/training/runDirectory.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [4], attentionSize: 2, secondVoice: true }
const [BEST, LAST] = [30, 70]

let root: string
let folders: { root: string; data: string }
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-publish-'))
  folders = { root: join(root, 'out'), data: join(root, 'data') }
})
afterEach(() => rm(root, { recursive: true }))

async function saveRun(iteration: ModelName, made: number): Promise<string> {
  const run = `smoke-${iteration}-s1`
  const folder = runFolderOf(folders.data, iteration, run)
  const files = runFiles(folder)
  await mkdir(folder, { recursive: true })
  const config = iteration3_3('smoke', spec)
  await writeFile(files.config, JSON.stringify({ ...config, iteration }))
  const rest = { spec, adam: null, averaged: null }
  await saveCheckpoint(files.best, { ...rest, weights: initialWeights(spec, 1), state: { step: BEST } })
  const state = { step: LAST, made, best: { step: BEST, loss: 1 } }
  await saveCheckpoint(files.checkpoint, { ...rest, weights: initialWeights(spec, 2), state })
  await writeFile(files.trainedOn, 'seen')
  return run
}

it('publishes the best weights of a second voice, which its name then finds, with what they have seen', async () => {
  await expect(findModel({ source: '3.3' }, folders)).rejects.toThrow(
    /3\.3 is not published yet: cantus train --iteration 3\.3 makes it, cantus runs --publish RUN publishes it/,
  )
  const run = await saveRun('3.3', 20)
  const published = await publishRun(run, folders)
  expect(published).toMatchObject({ run, name: '3.3', step: BEST })
  const path = await findModel({ source: '3.3' }, folders)
  expect(path).toBe(published.path)
  const file = await openModelFile(path)
  expect(file.metadata).toMatchObject({ iteration: '3.3', run, step: String(BEST) })
  const [first] = Object.values(initialWeights(spec, 1))
  expect(Object.values(file.weights)[0]?.data[0]).toBeCloseTo(first!.data[0]!, 3)
  expect(await readFile(trainedOnBeside(path)!, 'utf8')).toBe('seen')
  // The report's iterations leave it out.
  expect(await provenanceOf(path, file, folders)).toMatchObject({ iteration: null, run, step: BEST })
})

it('refuses what is not finished, what reproduce publishes, and what is not there', async () => {
  const [unfinished, ofReport] = [await saveRun('3.3', 7), await saveRun('3.1', 20)]
  await expect(publishRun(unfinished, folders)).rejects.toThrow(/is at step 7 of 20: train it to its end/)
  await expect(publishRun(ofReport, folders)).rejects.toThrow(/iteration 3\.1: cantus reproduce publishes it/)
  await expect(publishRun('other', folders)).rejects.toThrow(`no run other: ${ofReport}, ${unfinished}`)
})
