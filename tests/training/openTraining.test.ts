import { installedBackends } from '../model/installedBackends.ts'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const execute = promisify(execFile)
let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'cantus-open-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A process of its own for each backend, with compiled sources, so that the parts of a batch run in threads as they do in a notebook. */
async function openLoop(backend: string, steps: number, units: number): Promise<unknown> {
  const script = join(projectRoot, 'tests/fixtures/openLoop.mjs')
  const args = [script, join(projectRoot, 'dist'), join(folder, backend), String(steps), String(units)]
  const env = { ...process.env, CANTUS_BACKEND: backend }
  const { stdout } = await execute(process.execPath, args, { env, maxBuffer: 1e8 })
  return JSON.parse(stdout.trim().split('\n').at(-1)!)
}

// Other work may take most of the machine.
describe('a training loop in the open', { timeout: 300_000 }, () => {
  it.runIf(installedBackends.includes('native'))(
    'has the weights of train() after 20 steps, bit for bit, on the native backend',
    async () => {
      expect(await openLoop('native', 20, 128)).toEqual({ tensors: 6, changed: 6, different: 0 })
    },
  )

  it('has them on WebAssembly too, with a small network', async () => {
    expect(await openLoop('wasm', 3, 16)).toEqual({ tensors: 6, changed: 6, different: 0 })
  })
})
