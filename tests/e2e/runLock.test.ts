import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { lockStress } from './lockStress.ts'
import { often } from './often.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-lock-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

// 300 rounds found the fault.
describe('four processes that want a run at the same millisecond', () => {
  it.each([
    ['a lock that a killed process left', true],
    ['no lock', false],
  ])('with %s: one gets it, three are refused', async (_, stale) => {
    for (const said of await lockStress(folder, often(20, 300), stale))
      expect([...said].sort()).toEqual(['held', 'refused', 'refused', 'refused'])
  })
})

const inNamespace = ['--pid', '--fork', '--mount-proc', '--kill-child']
const hasNamespaces = spawnSync('unshare', [...inNamespace, 'true']).status === 0
if (!hasNamespaces) console.warn('skipped: a restarted container (needs unshare and the right to make PID namespaces)')

/** Starts a container's first process, number 1, which takes the lock and keeps it; what it says of that. */
async function firstProcess(run: string): Promise<{ said: string; kill: () => Promise<void> }> {
  const module = join(projectRoot, 'dist', 'training', 'runLock.js')
  const code = `import(${JSON.stringify(module)}).then(({ lockRun }) => lockRun(${JSON.stringify(run)}, Date.now()))
    .then(() => 'held', (error) => error.message).then((said) => console.log(process.pid, said))
  setInterval(() => undefined, 1000)`
  const child = spawn('unshare', [...inNamespace, process.execPath, '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const ended = once(child, 'close')
  return {
    said: said.toString().trim(),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

describe('a container that is killed and started again', () => {
  it.skipIf(!hasNamespaces)('resumes its run, though its process has the number of the killed one', async () => {
    for (let start = 0; start < 2; start++) {
      const { said, kill } = await firstProcess(join(folder, 'container'))
      expect(said).toBe('1 held')
      await kill()
    }
  })
})
