import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeWeights } from '../../src/model/safetensors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { tunerFiles } from '../../src/tuner/tunerFiles.ts'
import { readRows } from '../../src/training/eventLog.ts'
import { tunerRowSchema } from '../../src/tuner/tunerLog.ts'
import { cantus } from './cantus.ts'
import { often } from './often.ts'

const KILLS = often(3, 6)
/** After the first row of a session that many milliseconds at most. */
const LONGEST_SESSION = 250

let root = ''
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'cantus-kill-tuning-'))))
afterAll(() => rm(root, { recursive: true, force: true }))

const start = (folder: string, method: string) =>
  spawn(process.execPath, [join(projectRoot, 'tests/fixtures/tuneTiny.mjs'), folder, method], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

const ended = (child: ReturnType<typeof start>): Promise<number | null> => {
  child.stdout.resume()
  return new Promise((done) => child.on('close', done))
}

async function killed(folder: string, method: string, milliseconds: number): Promise<void> {
  const child = start(folder, method)
  const end = ended(child)
  await Promise.race([end, new Promise((first) => child.stdout.once('data', first))])
  await Promise.race([end, pause(milliseconds)])
  child.kill('SIGKILL')
  await end
}

async function remains(folder: string) {
  const { policy, metrics } = tunerFiles(folder)
  const rows = (await readRows(metrics, tunerRowSchema)).map(({ seconds: _seconds, ...row }) => row)
  return { rows, weights: decodeWeights(await readFile(policy)).weights }
}

describe('a tuning that is killed', () => {
  it.each(['psi', 'g'])('%s: reaches the same bits as one that is not', async (method) => {
    const [whole, parted] = [join(root, `${method}-whole`), join(root, `${method}-parted`)]
    expect(await ended(start(whole, method))).toBe(0)
    const random = mulberry32(5)
    for (let kill = 0; kill < KILLS; kill++) await killed(parted, method, LONGEST_SESSION * random.next())
    expect(await ended(start(parted, method))).toBe(0)
    expect(await remains(parted)).toEqual(await remains(whole))
  })
})

describe('cantus tune', () => {
  it('names what it does not know, with what there is, and exits with 2', async () => {
    const env = { CANTUS_DATA: join(root, 'data') }
    const mode = await cantus(['tune', '2.1', '--mode', 'dorain'], env)
    expect([mode.status, mode.stderr.trim().split('\n').length]).toEqual([2, 1])
    expect(mode.stderr).toContain('unknown mode "dorain": use ionian, dorian')
    const c = await cantus(['tune', '2.1', '--c', '-1'], env)
    expect([c.status, c.stderr]).toEqual([2, expect.stringContaining('invalid --c: -1 (a number above 0)')])
    const prior = await cantus(['tune', 'nowhere'], env)
    expect([prior.status, prior.stderr]).toEqual([
      2,
      expect.stringContaining('no iteration, run or checkpoint "nowhere"'),
    ])
  })

  it('tunes the published model, and its run generates like any other', async () => {
    const env = { CANTUS_DATA: join(root, 'data') }
    const tuned = await cantus(
      ['tune', '2.1', '--mode', 'lydian', '--root', 'F', '--start', 'empty', '--steps', '2048', '--json'],
      env,
    )
    expect(tuned.status, tuned.stderr).toBe(0)
    const { run, steps } = JSON.parse(tuned.stdout) as { run: string; steps: number }
    expect([run.startsWith('modal-F-lydian-psi-'), steps]).toEqual([true, 2048])
    const out = join(root, 'melodies')
    const made = await cantus(['generate', run, '--primer', 'onenote', '--steps', '32', '--out', out], env)
    expect([made.status, made.stdout]).toEqual([0, expect.stringContaining('32 steps')])
  })
})
