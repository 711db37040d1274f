import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSweep, runSweep, runTrial, sweepRows } from '../../../src/study/sweep/sweep.ts'
import { trialsOf } from '../../../src/study/sweep/sweepConfig.ts'
import { UserError } from '../../../src/support/errors.ts'
import { projectRoot } from '../../../src/support/projectRoot.ts'
import { quietEffects } from '../../../src/support/quietEffects.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-sweep-'))
})
afterAll(() => rm(folder, { recursive: true }))

const open = async (config: object) => {
  const path = join(folder, 'sweep.json')
  await writeFile(path, JSON.stringify(config))
  return openSweep(path, { data: join(folder, 'data') })
}

describe('trialsOf', () => {
  it('is every combination of values and seeds', () => {
    const grid = { 'training.learningRate': [0.1, 0.2], 'model.layerSizes': [[8], [16, 16]] }
    const trials = trialsOf({ grid, seeds: [1, 5] })
    expect(trials.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(trials[3]).toEqual({
      number: 4,
      seed: 5,
      values: { 'training.learningRate': 0.1, 'model.layerSizes': [16, 16] },
      overrides: { training: { learningRate: 0.1 }, model: { layerSizes: [16, 16] } },
    })
  })

  it('refuses more than anyone waits for', () => {
    const values = Array.from({ length: 200 }, (_, n) => n)
    expect(() => trialsOf({ grid: { a: values, b: values }, seeds: [1] })).toThrow(
      'the sweep has 40000 trials (at most 10000)',
    )
  })
})

describe('a sweep', () => {
  it('goes past a trial that fails, and names it', async () => {
    const sweep = await open({ grid: { 'training.learningRate': [1, 2, 3] } })
    const ran: number[] = []
    const run = async ({ number }: { number: number }): Promise<void> => {
      ran.push(number)
      if (number === 2 && ran.length < 4) throw new UserError('no memory')
      await writeFile(join(folder, 'x'), '')
    }
    await expect(runSweep({ sweep, run, jobs: 2 }, quietEffects())).rejects.toThrow(/^trial 2: no memory: mend it/)
    expect(ran.sort()).toEqual([1, 2, 3])
  })

  it('keeps what a trial reached, and knows it in a larger sweep', async () => {
    const tiny = { iteration: '1', scale: 'smoke', steps: 2, corpus: [join(projectRoot, 'tests/goldens/data/midi')] }
    const grid = { 'model.layerSizes': [[4]], 'training.batchSize': [2] }
    const sweep = await open({ ...tiny, grid })
    const folders = { root: join(folder, 'root'), data: join(folder, 'data') }
    const rows = await runSweep(
      { sweep, run: (trial) => runTrial({ sweep, trial, folders }, quietEffects()), jobs: 1 },
      quietEffects(),
    )
    expect(rows).toMatchObject([{ trial: { number: 1 }, result: { step: 2, run: expect.stringMatching(/^smoke-/) } }])
    expect(rows[0]?.result?.testLoss).toBeGreaterThan(0)
    const larger = await open({ ...tiny, grid: { ...grid, 'training.batchSize': [2, 3] } })
    expect((await sweepRows(larger)).map(({ result }) => result?.run ?? null)).toEqual([rows[0]?.result?.run, null])
  })

  it.each([
    [{ grids: {} }, /grids/],
    [{ seeds: [] }, /seeds/],
    [{ iteration: '9' }, /iteration/],
  ])('refuses %j in one line', async (config, message) => {
    await expect(open(config)).rejects.toThrow(message)
  })

  it('says where there is no file', async () => {
    await expect(openSweep(join(folder, 'none.json'), { data: folder })).rejects.toThrow(/no file .*none\.json/)
  })
})
