import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { venvProgram } from '../../src/support/venvProgram.ts'
import type { TrainResult } from '../../src/study/trainRun.ts'
import { readParquet } from '../../src/dataset/parquet.ts'
import { loadCheckpoint } from '../../src/model/checkpoint.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { readMetricRows } from '../../src/training/eventLog.ts'
import { runFiles } from '../../src/training/runDirectory.ts'
import { cantus, startCantus } from './cantus.ts'

let folder = ''
let corpus = ''
let env: NodeJS.ProcessEnv = {}
let trained: TrainResult

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-train-command-'))
  corpus = join(folder, 'corpus')
  env = { CANTUS_DATA: join(folder, 'data'), CANTUS_OUT: join(folder, 'out') }
  await cp(join(projectRoot, 'tests', 'goldens', 'data', 'midi', 'synth'), corpus, { recursive: true })
  const settings = ['model.layerSizes=[16,16]', 'model.residual=true', 'training.averaging=0.9', 'training.patience=50']
  trained = await command('train', ...settings.flatMap((setting) => ['--set', setting]))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const args = (...more: string[]): string[] => [...more, '--scale', 'smoke', '--corpus', corpus]

async function command(...more: string[]): Promise<TrainResult> {
  const { status, stdout, stderr } = await cantus(args(...more, '--json'), env)
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as TrainResult
}

describe('cantus train', () => {
  it('trains with the settings it is given, and leaves checkpoint, config and logs', async () => {
    expect(trained).toMatchObject({ step: 40, transfer: null })
    const files = runFiles(trained.runFolder)
    const config = JSON.parse(await readFile(files.config, 'utf8')) as { model: object; training: object }
    expect(config.model).toMatchObject({ layerSizes: [16, 16], residual: true })
    expect(config.training).toMatchObject({ averaging: 0.9, patience: 50 })
    expect((await loadCheckpoint(files.checkpoint)).averaged).not.toBeNull()
    const rows: { step: number; loss: number }[] = []
    await readParquet<{ step: number; loss: number }>(files.metricsParquet, (row) => rows.push(row))
    const logged = await readMetricRows(files.metrics)
    expect(rows.map(({ step, loss }) => [step, loss])).toEqual(logged.map(({ step, loss }) => [step, loss]))
  })

  it('takes a file of settings, and one line names what is wrong in it', async () => {
    const path = join(folder, 'mine.json')
    await writeFile(path, JSON.stringify({ training: { steps: 3, rate: 1 } }))
    const { status, stderr } = await cantus(args('train', '--config', path), env)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^cantus: there is no setting training\.rate: choose one of [^\n]*\n$/)
  })

  it('lists its runs and keeps one to resume elsewhere', async () => {
    const listed = await cantus(['runs', '--json'], env)
    const runs = JSON.parse(listed.stdout) as { run: string; made: number; steps: number; bestLoss: number }[]
    const found = runs.find(({ run }) => run === trained.run)
    expect(found).toMatchObject({ made: 40, steps: 40 })
    expect(found?.bestLoss).toBeGreaterThan(0)
    expect((await cantus(['runs'], env)).stdout).toContain('40 of 40')
    const { stdout } = await cantus(['runs', '--keep', trained.run, '--json'], env)
    const kept = JSON.parse(stdout) as { folder: string }
    const [here, there] = [runFiles(trained.runFolder), runFiles(kept.folder)]
    expect(await readFile(there.checkpoint)).toEqual(await readFile(here.checkpoint))
    const refused = await cantus(['runs', '--keep', 'no-such-run'], env)
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/^cantus: no run no-such-run: [^\n]*\n$/),
    ])
  })

  it('generates from a run and exports it', async () => {
    const { run } = trained
    const out = join(folder, 'melodies')
    expect((await cantus(['generate', run, '--primer', 'major', '--count', '1', '--out', out], env)).status).toBe(0)
    expect((await readdir(out)).some((name) => name.endsWith('.mid'))).toBe(true)
    for (const format of ['tfjs', 'safetensors', 'fp16']) {
      const target = join(folder, format)
      expect((await cantus(['export', run, '--format', format, '--out', target], env)).status).toBe(0)
      expect(existsSync(join(target, 'config.json'))).toBe(true)
    }
    const refused = await cantus(['export', run, '--format', 'magenta', '--out', join(folder, 'magenta')], env)
    expect(refused.status).toBe(2)
    expect(refused.stderr).toMatch(/^cantus: Magenta's graph has no residual connections[^\n]*\n$/)
  })
})

describe('cantus transfer', () => {
  it('resumes from a run, its optimizer kept or fresh, and leaves frozen tensors as they were', async () => {
    const parent = await loadCheckpoint(runFiles(trained.runFolder).checkpoint)
    for (const optimizer of ['keep', 'fresh']) {
      const flags = ['--iteration', '1', '--optimizer', optimizer, '--freeze', 'lstm_0']
      const child = await command('transfer', trained.run, ...flags)
      expect(child.transfer?.every(({ action }) => action === 'restored')).toBe(true)
      const { weights, adam } = await loadCheckpoint(runFiles(child.runFolder).checkpoint)
      expect(adam?.step).toBe(optimizer === 'keep' ? 80 : 40)
      const start = optimizer === 'keep' ? parent.weights : parent.averaged
      expect(weights['lstm_0/kernel']).toEqual(start?.['lstm_0/kernel'])
      expect(weights['lstm_1/kernel']).not.toEqual(start?.['lstm_1/kernel'])
    }
  })

  it('says what it would do, and refuses the impossible in one line', async () => {
    const own = await cantus(args('transfer', trained.run, '--iteration', '1', '--plan'), env)
    expect(own.stdout).not.toMatch(/skipped|new {2}/)
    const small = ['--set', 'model.layerSizes=[128,128]']
    const plan = await cantus(args('transfer', trained.run, '--iteration', '1', '--plan', ...small), env)
    expect(plan.stdout).toMatch(/ {2}skipped {3}lstm_0\/kernel {2}\[146, 64\] here \[258, 512\]/)
    expect(plan.stdout).toMatch(/ {2}restored {2}output\/bias {4}\[130\]/)
    expect(plan.stdout).toMatch(/only biases would be restored/)
    const biases = await cantus(args('transfer', trained.run, '--iteration', '1', ...small), env)
    expect([biases.status, biases.stderr.trim().split('\n').at(-1)]).toEqual([
      2,
      expect.stringMatching(/^cantus: nothing to restore: nothing but output\/bias of the mono 16\+16 checkpoint/),
    ])
    const other = ['--set', 'model.encoding=basic', '--set', 'model.layerSizes=[9]']
    const nothing = await cantus(args('transfer', trained.run, '--iteration', '1', ...other), env)
    expect(nothing.stderr).toMatch(/cantus: nothing to restore: no tensor of the mono 16\+16 checkpoint fits a basic 9/)
    const none = await cantus(args('transfer', 'no-such-run', '--iteration', '1'), env)
    expect(none.status).toBe(2)
    expect(none.stderr).toMatch(/^cantus: no iteration, run or checkpoint "no-such-run"[^\n]*\n$/)
  })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  await new Promise((closed) => server.close(closed))
  return port
}

async function fetched<T>(url: string, until: (value: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    try {
      const answer = await fetch(url)
      const value = (await answer.json()) as T
      if (answer.ok && until(value)) return value
    } catch (error) {
      if (!(error instanceof Error)) throw error // it does not listen yet
    }
    await pause(200)
  }
  throw new Error(`${url} does not answer as awaited`)
}

const hasPython = existsSync(venvProgram('python'))
if (!hasPython) console.warn('SKIPPED: no .venv, so the real TensorBoard is not asked')

describe.skipIf(!hasPython)('the real TensorBoard', () => {
  let child: ChildProcess | undefined
  afterAll(() => child?.kill('SIGTERM'))

  it('opens the curves of a run: the values of its log, by step', async () => {
    const port = await freePort()
    ;({ child } = startCantus(['tensorboard', trained.runFolder, '--port', String(port)], env))
    const base = `http://127.0.0.1:${port}/data/plugin/scalars`
    type Tags = Record<string, Record<string, unknown>>
    const tags = await fetched<Tags>(`${base}/tags`, (found) => Object.keys(found).length === 2)
    const runs = Object.keys(tags).sort()
    expect(runs.map((run) => run.split('/').at(-1))).toEqual(['train', 'validation'])
    expect(Object.keys(tags[runs[0]!]!)).toContain('optimizer/learning rate')
    const rows = (await readMetricRows(runFiles(trained.runFolder).metrics)).filter(({ kind }) => kind === 'train')
    const url = `${base}/scalars?run=${encodeURIComponent(runs[0]!)}&tag=loss`
    const points = await fetched<[number, number, number][]>(url, (found) => found.length === rows.length)
    expect(points.map(([, step, loss]) => [step, Math.fround(loss)])).toEqual(
      rows.map(({ step, loss }) => [step, Math.fround(loss)]),
    )
  })
})
