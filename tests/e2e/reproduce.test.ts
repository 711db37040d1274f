import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EvaluationReport } from '../../src/study/evaluateModel.ts'
import type { IterationResult } from '../../src/results/iterationResult.ts'
import type { DuetKnowledge } from '../../src/results/duetReport.ts'
import type { PublishedDuets } from '../../src/results/publishedDuets.ts'
import type { Sidecar } from '../../src/results/sidecar.ts'
import type { StarterReport } from '../../src/results/starterReport.ts'
import type { StepsReport } from '../../src/results/stepsReport.ts'
import { ITERATIONS } from '../../src/config/scales.ts'
import { BASELINES, type Summary } from '../../src/results/summary.ts'
import { sha256 } from '../../src/support/files.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { cantus, startCantus } from './cantus.ts'

const PRIMERS = ['onenote', 'half_note', 'major', 'minor', 'arp', 'bach', 'modal']

let folder = ''
/** A folder of real MIDI files as a person's own corpus; every third one is also the style. */
let corpus = ''
let style = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-e2e-'))
  corpus = join(folder, 'corpus')
  style = join(folder, 'style')
  const synth = join(projectRoot, 'tests', 'goldens', 'data', 'midi', 'synth')
  await mkdir(style, { recursive: true })
  await cp(synth, corpus, { recursive: true })
  const names = (await readdir(synth)).filter((name) => name.endsWith('.mid')).sort()
  for (const name of names.slice(0, 8)) await cp(join(synth, name), join(style, name))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const places = (name: string): NodeJS.ProcessEnv => ({
  CANTUS_OUT: join(folder, name, 'out'),
  CANTUS_DATA: join(folder, name, 'data'),
})

const evaluate = (...args: string[]) => cantus(['evaluate', ...args], places('whole'))
const summarize = (...args: string[]) => cantus(['study', 'summarize', ...args], places('whole'))

const reproduceArgs = (...more: string[]): string[] => [
  ...['reproduce', '--scale', 'smoke', '--no-notebooks', '--no-site', '--corpus', corpus, '--style', style],
  ...more,
]

async function resultOf(name: string, iteration: string): Promise<IterationResult> {
  const path = join(folder, name, 'out', 'report', 'results', 'iterations', `${iteration}.json`)
  return JSON.parse(await readFile(path, 'utf8')) as IterationResult
}

/** When each checkpoint and each log of the runs was last written. */
async function timesOfRuns(name: string): Promise<[file: string, milliseconds: number][]> {
  const runs = join(folder, name, 'data', 'runs')
  const files = (await readdir(runs, { recursive: true })).filter((file) => /\.(safetensors|jsonl)$/.test(file)).sort()
  expect(files.length).toBeGreaterThan(5)
  return Promise.all(files.map(async (file) => [file, (await stat(join(runs, file))).mtimeMs]))
}

/** Resolves when the run has written its n-th training row. */
async function trainingRows(name: string, wanted: number): Promise<void> {
  const runs = join(folder, name, 'data', 'runs')
  for (let waited = 0; waited < 120_000; waited += 20) {
    const files = existsSync(runs) ? await readdir(runs, { recursive: true }) : []
    const metrics = files.find((file) => file.endsWith('metrics.jsonl'))
    if (metrics !== undefined) {
      const rows = (await readFile(join(runs, metrics), 'utf8')).split('\n').filter((line) => line.includes('"train"'))
      if (rows.length >= wanted) return
    }
    await sleep(20)
  }
  throw new Error(`no ${wanted} training rows under ${runs}`)
}

describe('cantus reproduce on a folder of music', () => {
  let whole: IterationResult

  beforeAll(async () => {
    const { status, stderr } = await cantus(reproduceArgs('--iteration', 'all'), places('whole'))
    expect(stderr).toContain('Iteration 2.2')
    expect(status).toBe(0)
    whole = await resultOf('whole', '1')
  })

  it('publishes numbers, weights and every melody of all iterations', async () => {
    for (const iteration of ITERATIONS) {
      const result = await resultOf('whole', iteration)
      expect(result.config.scale).toBe('smoke')
      expect(result.dataset.corpus).toContain(corpus)
      expect(Number.isFinite(result.test.loss)).toBe(true)
      expect(result.curve.some((row) => row.kind === 'test')).toBe(true)
      const names = result.melodies.map((path) => path.split('/').at(-1))
      for (const primer of PRIMERS) expect(names).toContain(`it_${iteration}_${primer}_nr_1.mid`)
      const weights = await readFile(join(folder, 'whole', 'out', result.checkpoint.path))
      expect(sha256(weights)).toBe(result.checkpoint.sha256)
    }
  })

  it('resumes from 2.1 in iteration 2.2 and keeps counting Adam steps', async () => {
    const before = await resultOf('whole', '2.1')
    const after = await resultOf('whole', '2.2')
    expect(before.restored).toBeNull()
    expect(after.restored).toContain('lstm_0/kernel')
    expect(after.step).toBe(before.step + after.config.training.steps)
  })

  it('renders sound beside every melody', async () => {
    for (const path of whole.melodies) {
      const mp3 = await readFile(join(folder, 'whole', 'out', path.replace(/\.mid$/, '.mp3')))
      expect(mp3.length).toBeGreaterThan(5000)
    }
  })

  it('measures all of them together, with intervals and beside what needs no network', async () => {
    const path = join(folder, 'whole', 'out', 'report', 'results', 'summary.json')
    const summary = JSON.parse(await readFile(path, 'utf8')) as Summary
    expect(Object.keys(summary.iterations)).toEqual(ITERATIONS)
    for (const { test, asInTheStudy, config } of Object.values(summary.iterations)) {
      for (const { value, low, high } of [test.general.loss, test.style.bitsPerNote, test.general.accuracy]) {
        expect(low).toBeLessThanOrEqual(value)
        expect(high).toBeGreaterThanOrEqual(value)
      }
      const { steps, logEvery } = config.training
      expect(asInTheStudy.last100.n).toBe(steps / logEvery)
    }
    const own = await resultOf('whole', '2.2')
    expect(summary.iterations['2.2'].test.style.loss.value).toBeCloseTo(own.test.loss, 9)
    expect(summary.baselines.general.map(({ name }) => name)).toEqual(BASELINES)
    expect(summary.baselines.general[0]!.test.loss.value).toBeCloseTo(
      (await resultOf('whole', '2.1')).baselines.unigramLoss,
      9,
    )
    const models = ['2.1', '2.2', '3.1', '3.2', ...(own.last === undefined ? [] : ['2.2 last'])]
    expect(Object.keys(summary.forgetting.models)).toEqual(models)
    const again = await evaluate(
      '--no-further',
      '--no-musical',
      '--scale',
      'smoke',
      '--corpus',
      corpus,
      '--style',
      style,
      '--json',
    )
    expect(again.stderr).not.toContain('Error')
    expect(JSON.parse(again.stdout)).toEqual(summary)
  })

  it('refuses to measure them on other music than they were trained on', async () => {
    const { status, stderr } = await summarize('--no-musical', '--corpus', corpus)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^cantus: iteration 1 is run smoke-[^\n]*, but [^\n]*--corpus[^\n]*\n$/)
  })

  it('measures a model on any music, but on none that it has seen unless that is asked for', async () => {
    const seen = await evaluate('2.2', '--corpus', corpus, '--style', style)
    expect(seen.status).toBe(2)
    expect(seen.stderr).toMatch(/^cantus: 2\.2 was trained on \d+ of these \d+ melodies[^\n]*--seen leave-out[^\n]*\n$/)
    const report = async (...more: string[]): Promise<EvaluationReport> => {
      const { stdout, stderr } = await evaluate('2.2', '--corpus', corpus, '--style', style, '--json', ...more)
      expect(stderr).not.toContain('cantus:')
      return JSON.parse(stdout) as EvaluationReport
    }
    const [all, others, held] = [
      await report('--seen', 'include'),
      await report('--seen', 'leave-out'),
      await report('--split', 'test'),
    ]
    expect(all.melodies.measured).toBe(others.melodies.measured + all.melodies.seen!)
    expect(held.melodies.seen).toBe(0)
    const portable = await report('--split', 'test', '--engine', 'portable')
    expect(portable.test.style!.loss.value).toBeCloseTo(held.test.style!.loss.value, 5)
    const path = join(folder, 'whole', 'out', 'report', 'results', 'summary.json')
    const { iterations } = JSON.parse(await readFile(path, 'utf8')) as Summary
    expect(portable.test.style!.loss.value).toBe(iterations['2.2'].portable.loss)
    const text = await evaluate('2.2', '--corpus', corpus, '--style', style, '--split', 'test')
    expect(text.stdout).toMatch(/event accuracy +\d\.\d{4} \[/)
  })

  it('is an error, not a number, when there is nothing to measure', async () => {
    const empty = join(folder, 'empty')
    await mkdir(empty, { recursive: true })
    await cp(join(corpus, 'ts_3_32_non_integer.mid'), join(empty, 'a.mid'))
    const { status, stderr } = await evaluate('1', '--corpus', empty)
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^cantus: no general melody to measure in [^\n]*\n$/)])
    const unknown = await evaluate('3', '--corpus', corpus)
    expect(unknown.stderr).toMatch(/^cantus: no iteration, run or checkpoint "3"[^\n]*\n$/)
  })

  it('writes the same bytes again from a sidecar', async () => {
    const midi = join(folder, 'whole', 'out', whole.melodies[0]!)
    const again = join(folder, 'again.mid')
    const { status, stderr } = await cantus(
      ['generate', '--from', midi.replace(/\.mid$/, '.json'), '--out', again],
      places('whole'),
    )
    expect(stderr).not.toContain('Error')
    expect(status).toBe(0)
    expect((await readFile(again)).equals(await readFile(midi))).toBe(true)
    const sidecar = JSON.parse(await readFile(midi.replace(/\.mid$/, '.json'), 'utf8')) as Sidecar
    expect(sidecar.midiSha256).toBe(sha256(await readFile(midi)))
    expect(sidecar.checkpointSha256).toBe(whole.checkpoint.sha256)
  })

  it('is studied further by commands that find its music, and takes measured rows from the report', async () => {
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, 'whole', 'out', 'report', 'results', `${name}.json`), 'utf8'))
    const study = async (...args: string[]): Promise<string> => {
      const { status, stderr } = await cantus(['study', ...args], places('whole'))
      expect(status, stderr).toBe(0)
      return stderr
    }
    const music = ['--scale', 'smoke', '--corpus', corpus, '--style', style]

    await study('starter', ...music)
    const { melodies } = (await read('starter')) as StarterReport
    expect(melodies).toHaveLength(12 * (ITERATIONS.length + 2)) // PPM and the composers as well

    await study('decoding', ...music)
    expect(await read('decoding')).toMatchObject({
      corpus: expect.stringContaining(corpus) as string,
    })

    await study('transfer', ...music)
    expect(Object.keys((await read('transfer')) as object)).toContain('transfers')

    const unkept = await cantus(['study', 'steps', ...music], places('whole'))
    expect(unkept.stderr).toMatch(/^cantus: no weights of the published runs are kept in \S+: restore them[^\n]*\n$/m)
    const checkpoints = join(folder, 'whole', 'out', 'report', 'results', 'checkpoints')
    const steps = (iteration: string, name: string): string => join(checkpoints, 'steps', iteration, name)
    for (const [iteration, step] of [
      ['1', 40],
      ['2.1', 40],
      ['2.2', 80],
    ] as const) {
      await mkdir(join(checkpoints, 'steps', iteration), { recursive: true })
      await cp(join(checkpoints, `${iteration}.safetensors`), steps(iteration, `${step}.safetensors`))
      const { run } = (await read(`iterations/${iteration}`)) as IterationResult
      await writeFile(steps(iteration, 'run.json'), JSON.stringify({ run }))
    }
    const note = await readFile(steps('1', 'run.json'), 'utf8')
    await writeFile(steps('1', 'run.json'), '{"run":"smoke-other-s1"}')
    expect(await study('steps', ...music)).toMatch(
      /steps\/1 keeps weights of run smoke-other-s1, iteration 1 is of run \S+: left out/,
    )
    expect(await read('steps')).toMatchObject({ equal: [] })
    await writeFile(steps('1', 'run.json'), note)
    await study('steps', ...music)
    const { kept, equal, memory } = (await read('steps')) as StepsReport
    expect(kept.map(({ iteration, step }) => [iteration, step])).toEqual([['1', 40], ['2.1', 40], ['2.2', 80]]) // prettier-ignore
    expect(equal.map(({ step }) => step)).toEqual([40])
    expect(memory?.points.map(({ step }) => step)).toEqual([40, 80])
    const { iterations } = (await read('summary')) as Summary
    const [ours, published] = [memory?.points[1]?.test, iterations['2.2'].test]
    expect(ours?.style.loss.value).toBeCloseTo(published.style.loss.value, 4)

    await study('claims')
    expect((await read('musical')) as object).toHaveProperty('claims')

    const rows = ['ablations', ...music, '--only', 'published', '--only', 'units-16', '--seeds', '1']
    expect(await study(...rows)).toContain('Training iteration 3.1')
    const measured = await read('ablations')
    await rename(join(folder, 'whole', 'data', 'runs'), join(folder, 'whole', 'data', 'elsewhere'))
    try {
      expect(await study(...rows)).not.toContain('Training')
    } finally {
      await rename(join(folder, 'whole', 'data', 'elsewhere'), join(folder, 'whole', 'data', 'runs'))
    }
    expect(await read('ablations')).toEqual(measured)

    const args = ['generate', '3.1', '--primer', 'onenote', '--count', '3', '--rank', '--json']
    const ranked = await cantus([...args, '--out', join(folder, 'ranked')], places('whole'))
    expect(ranked.stderr).not.toContain('copies are not looked for')
    expect(ranked.stdout.trim().split('\n').map((line) => (JSON.parse(line) as { rank: number }).rank)).toEqual([1, 2, 3]) // prettier-ignore
  })

  it('gets a second voice, which is measured, published and answers a performer in every mode', async () => {
    const json = async <T>(...args: string[]): Promise<T> => {
      const { status, stdout, stderr } = await cantus([...args, '--json'], places('whole'))
      expect(status, stderr).toBe(0)
      return JSON.parse(stdout) as T
    }
    const { run } = await json<{ run: string }>('train', '--iteration', '3.3', '--scale', 'smoke')
    const knowledge = await json<DuetKnowledge>('study', 'duet', run, '--scale', 'smoke')
    expect(knowledge).toMatchObject({ run, passages: 10 })
    for (const { loss, rhythm, rest, pitch } of [knowledge.none, knowledge.before, knowledge.onset])
      expect(rhythm + rest + pitch).toBeCloseTo(loss, 9)
    expect(knowledge.saved).toBeCloseTo(1 - knowledge.onset.loss / knowledge.none.loss, 9)

    const early = await cantus(['study', 'duets'], places('whole'))
    expect([early.status, early.stderr]).toEqual([
      2,
      expect.stringMatching(/^cantus: iteration 3\.3 is not published yet/),
    ])
    expect((await cantus(['runs', '--publish', run], places('whole'))).status).toBe(0)
    const { duets } = await json<PublishedDuets>('study', 'duets')
    expect(new Set(duets.map(({ mode }) => mode)).size).toBeGreaterThan(3)
  })

  it('does nothing a second time', async () => {
    const before = await timesOfRuns('whole')
    const { status, stderr } = await cantus(reproduceArgs('--iteration', '1'), places('whole'))
    expect(status).toBe(0)
    expect(stderr).toContain('Iteration 1')
    expect(await resultOf('whole', '1')).toEqual(whole)
    expect(await timesOfRuns('whole')).toEqual(before)
  })

  it.each(['SIGINT', 'SIGKILL'] as const)('ends in the same weights after %s and the same command', async (signal) => {
    const name = `stopped-${signal}`
    const { child, ended } = startCantus(reproduceArgs('--iteration', '1'), places(name))
    await trainingRows(name, 2)
    child.kill(signal)
    const stopped = await ended
    if (signal === 'SIGINT') {
      expect(stopped.status).toBe(130)
      expect(stopped.stderr).toMatch(/same command/)
    } else {
      expect(stopped.signal).toBe('SIGKILL')
    }
    expect(existsSync(join(folder, name, 'out', 'report', 'results', 'iterations', '1.json'))).toBe(false)
    const { status } = await cantus(reproduceArgs('--iteration', '1'), places(name))
    expect(status).toBe(0)
    const resumed = await resultOf(name, '1')
    expect(resumed.checkpoint.sha256).toBe(whole.checkpoint.sha256)
    expect(resumed.test).toEqual(whole.test)
    const steps = resumed.curve.map(({ kind, step }) => `${kind} ${step}`)
    expect(new Set(steps).size).toBe(steps.length)
    expect(steps).toEqual(whole.curve.map(({ kind, step }) => `${kind} ${step}`))
  })
})
