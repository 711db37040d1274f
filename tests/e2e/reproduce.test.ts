import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IterationResult, Sidecar } from '../../src/iterations/iterationResult.js'
import { sha256 } from '../../src/support/files.js'
import { projectRoot } from '../../src/support/projectRoot.js'
import { cantus, startCantus } from './cantus.js'

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

const reproduceArgs = (...more: string[]): string[] => [
  ...['reproduce', '--scale', 'smoke', '--no-notebooks', '--no-site', '--corpus', corpus, '--style', style],
  ...more,
]

async function resultOf(name: string, iteration: string): Promise<IterationResult> {
  const path = join(folder, name, 'out', 'report', 'results', 'iterations', `${iteration}.json`)
  return JSON.parse(await readFile(path, 'utf8')) as IterationResult
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

  it('publishes numbers, weights and every melody of three iterations', async () => {
    for (const iteration of ['1', '2.1', '2.2']) {
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

  it('goes on from 2.1 in iteration 2.2, Adam steps counted on', async () => {
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

  it('does nothing a second time', async () => {
    const started = Date.now()
    const { status, stderr } = await cantus(reproduceArgs('--iteration', '1'), places('whole'))
    expect(status).toBe(0)
    expect(stderr).toContain('Iteration 1')
    expect(await resultOf('whole', '1')).toEqual(whole)
    expect(Date.now() - started).toBeLessThan(60_000)
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
