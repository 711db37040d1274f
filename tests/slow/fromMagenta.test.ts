import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { USE } from '../../src/study/hub/modelCard.ts'
import { pageCommands } from '../cli/pageCommands.ts'

const run = promisify(execFile)
const goldens = join(projectRoot, 'tests/goldens/data')
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-magenta-'))
  const at = (name: string): string => join(folder, name)
  await copyFile(join(goldens, 'interchange/sequences.tfrecord'), at('notesequences.tfrecord'))
  await copyFile(join(goldens, 'tensorflow/basic_rnn.mag'), at('basic_rnn.mag'))
  await copyFile(join(goldens, 'midi/synth/type1_basic.mid'), at('primer.mid'))
  await symlink(join(goldens, 'midi/synth'), at('MUSIC'))
  const grid = { 'model.layerSizes': [[4], [8]] }
  await writeFile(
    at('sweep.json'),
    JSON.stringify({ scale: 'smoke', steps: 2, corpus: ['notesequences.tfrecord'], grid }),
  )
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

/** The same command with fewer steps. */
function smaller(words: readonly string[]): string[] {
  const fewer = words.map((word, n) => (words[n - 1] === '--steps' && Number(word) > 200 ? '20' : word))
  return words[0] === 'train' ? [...fewer, '--scale', 'smoke'] : fewer
}

const cantus = (words: readonly string[]) =>
  run(process.execPath, [join(projectRoot, 'bin/cantus.mjs'), ...words], {
    cwd: folder,
    env: { ...process.env, CANTUS_DATA: join(folder, 'data') },
  })

describe('the page From Magenta', () => {
  it.each(pageCommands().map((words) => [words.join(' '), words] as const))(
    'shows what runs: %s',
    async (_, words) => void expect((await cantus(smaller(words))).stdout).not.toBe(''),
    600_000,
  )

  it('has a use of the hub folder that runs', async () => {
    const out = join(folder, 'cantus-3.1')
    await symlink(join(projectRoot, 'node_modules'), join(out, 'node_modules'))
    await writeFile(join(out, 'use.mjs'), USE)
    const { stdout } = await run(process.execPath, ['use.mjs'], { cwd: out })
    expect(stdout.trim().split(' ')).toHaveLength(128)
  }, 60_000)
})
