import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ListedRun, listRuns, overtrained } from '../../src/study/listRuns.ts'
import { findModel } from '../../src/generation/findModel.ts'
import { iteration1 } from '../../src/config/iteration1.ts'
import { saveCheckpoint } from '../../src/model/checkpoint.ts'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { runFiles, runFolderOf } from '../../src/training/runDirectory.ts'

const spec: StepModelSpec = { encoding: 'basic', layerSizes: [3], attentionLength: 0 }
const RUN = 'quick-whole-s1'
const MEASURED = { loss: 1.5, perplexity: 4.5, accuracy: 0.5, eventAccuracy: null, noEventAccuracy: 1, steps: 9 }

let root: string
let folders: { root: string; data: string }
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-runs-'))
  folders = { root: join(root, 'out'), data: join(root, 'data') }
  await makeRun(RUN)
})
afterEach(() => rm(root, { recursive: true }))

async function makeRun(name: string): Promise<ReturnType<typeof runFiles>> {
  const files = runFiles(runFolderOf(folders.data, '1', name))
  await mkdir(runFolderOf(folders.data, '1', name), { recursive: true })
  await writeFile(files.config, JSON.stringify(iteration1))
  const rest = { adam: null, averaged: null, state: { made: 7, step: 7, seconds: 2 } }
  await saveCheckpoint(files.checkpoint, { spec, weights: initialWeights(spec, 1), ...rest })
  await writeFile(files.metrics, `${JSON.stringify({ kind: 'test', ...MEASURED, step: 7, seconds: 2 })}\n`)
  return files
}

const runs = (): string => join(folders.data, 'runs')

describe('whatever else lies in data/runs', () => {
  it.each([
    ['.DS_Store', () => writeFile(join(runs(), '.DS_Store'), 'Bud1')],
    ['.DS_Store in an iteration', () => writeFile(join(runs(), '1', '.DS_Store'), 'Bud1')],
    ['a file', () => writeFile(join(runs(), 'notes.txt'), 'to do')],
    ['a file in an iteration', () => writeFile(join(runs(), '1', 'notes.txt'), 'to do')],
    ['an empty folder', () => mkdir(join(runs(), '2.1'))],
    ['a folder without a config', () => mkdir(join(runs(), '1', 'copy'))],
    ['a file named as a config is, in place of a run', () => writeFile(join(runs(), '1', 'config.json'), '{}')],
    ['a folder nobody may read', () => mkdir(join(runs(), '9')).then(() => chmod(join(runs(), '9'), 0))],
  ])('%s does not hide the runs', async (_, clutter) => {
    await clutter()
    expect((await listRuns(folders)).map(({ run, made, problem }) => [run, made, problem])).toEqual([[RUN, 7, null]])
    expect(await findModel({ source: RUN }, folders)).toBe(join(runs(), '1', RUN, 'checkpoint.safetensors'))
    await expect(findModel({ source: 'unknown' }, folders)).rejects.toThrow(
      /"unknown" \(iterations: none; runs: quick-whole-s1;/,
    )
  })

  it('is nothing before the first run', async () => {
    await rm(folders.data, { recursive: true })
    expect(await listRuns(folders)).toEqual([])
    await writeFile(folders.data, 'a file in place of the folder')
    expect(await listRuns(folders)).toEqual([])
  })
})

describe('a damaged run', () => {
  it.each([
    ['config that is not JSON', 'config', '{', /config\.json: not JSON .*restore an intact copy/],
    ['config of null', 'config', 'null', /config\.json: invalid content: null .*delete the run's folder/],
    ['config of another kind', 'config', '{"training":{}}', /config\.json: invalid scale: missing/],
    ['checkpoint cut short', 'checkpoint', 'cut', /checkpoint\.safetensors: truncated/],
    ['malformed row', 'metrics', '{"kind"\n', /metrics\.jsonl, line 1: not JSON .*delete that line/],
    ['row of a number', 'metrics', '5\n', /metrics\.jsonl, line 1: invalid content: 5 .*delete that line/],
  ] as const)('with a %s is named, and hides no other', async (_, file, text, problem) => {
    await writeFile((await makeRun('quick-broken-s1'))[file], text)
    const [broken, whole] = await listRuns(folders)
    expect(broken).toMatchObject({ run: 'quick-broken-s1', iteration: '1', made: 0 })
    expect(broken?.problem).toMatch(problem)
    expect(whole).toMatchObject({ run: RUN, made: 7, lastLoss: 1.5, problem: null })
  })
})

const overfitted: ListedRun = {
  ...{ run: 'full-a-s1', iteration: '2.2', made: 13_000, steps: 13_000, seconds: 60, folder: '', problem: null },
  ...{ lastLoss: 1.365, lastStep: 26_000, bestLoss: 0.932, bestStep: 13_500 },
}

describe('overtrained', () => {
  it('names the best step of a run whose last is worse, and what commands use', () => {
    expect(overtrained([overfitted])).toEqual([
      'full-a-s1: validation loss 1.365 at step 26,000, 0.932 at step 13,500, which generate, evaluate and export use; full-a-s1@last is the end',
    ])
  })

  it('says nothing of a run that ends at its best, or was not measured', () => {
    const atBest = { ...overfitted, lastLoss: 0.932, lastStep: 13_500 }
    const unmeasured = { ...overfitted, lastLoss: null, lastStep: null, bestLoss: null, bestStep: null }
    expect(overtrained([atBest, unmeasured])).toEqual([])
  })
})
