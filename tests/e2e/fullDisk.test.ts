import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { cantus } from './cantus.ts'

let folder = ''
const at = (name: string): string => join(folder, name)
const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0

async function canMount(): Promise<boolean> {
  const probe = await mkdtemp(join(tmpdir(), 'cantus-mount-'))
  const works = process.platform === 'linux' && mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe)
  if (works) spawnSync('umount', [probe])
  else console.warn('skipped: full disks and read-only folders (needs the right to mount)')
  await rm(probe, { recursive: true })
  return works
}
const mounts = await canMount()

const WEIGHTS = join(projectRoot, 'report/results/checkpoints/1.safetensors')

beforeAll(async () => {
  if (!mounts) return
  folder = await mkdtemp(join(tmpdir(), 'cantus-disk-'))
  for (const name of ['full', 'fixed', 'music', 'out']) await mkdir(at(name))
  const tune = (n: number): string =>
    `X:${n}\nM:4/4\nL:1/8\nK:C\nCDEF GABc|cBAG FEDC|CDEF GABc|cBAG FEDC|CEGc GECE|GcGE CEGc|CDEF GABc|c${'BAGF'[n % 4]}AG FEDC|\n`
  for (let n = 0; n < 40; n++) await writeFile(at(`music/${n}.abc`), tune(n))
  expect(spawnSync('tar', ['-czf', at('music.tar.gz'), '-C', folder, 'music']).status).toBe(0)
  expect(mount('-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', at('full'))).toBe(true)
  await cp(join(projectRoot, 'generated_melodies/iteration_1', await aMelody()), at('fixed/melody.mid'))
  expect(mount('--bind', at('fixed'), at('fixed')) && mount('-o', 'remount,bind,ro', at('fixed'))).toBe(true)
})
afterAll(async () => {
  if (!mounts) return
  for (const name of ['full', 'fixed']) spawnSync('umount', [at(name)])
  await rm(folder, { recursive: true, force: true })
})

const aMelody = async (): Promise<string> =>
  (await readdir(join(projectRoot, 'generated_melodies/iteration_1'))).find((name) => name.endsWith('.mid'))!

const jobs: [string, (where: string) => string[]][] = [
  ['corpus build', () => ['corpus', 'build', '--corpus', at('music'), '--threads', '1']],
  ['export', (where) => ['export', WEIGHTS, '--format', 'safetensors', '--out', join(where, 'model')]],
  ['generate', (where) => ['generate', WEIGHTS, '--steps', '32', '--count', '30', '--out', join(where, 'melodies')]],
  ['an archive', () => ['corpus', 'build', '--corpus', at('music.tar.gz'), '--threads', '1']],
  ['tune', () => ['tune', WEIGHTS, '--steps', '2000']],
  ['evaluate', () => ['evaluate', WEIGHTS, '--corpus', at('music'), '--split', 'all']],
  ['train', () => ['train', '--iteration', '1', '--scale', 'smoke', '--corpus', at('music')]],
]

const oneLine = (stderr: string): string[] => stderr.split('\n').filter((line) => line.startsWith('cantus: '))

describe.skipIf(!mounts)('on a full disk', () => {
  it.each(jobs)('%s says so in one line with the remedy', async (_, args) => {
    const { status, stderr } = await cantus(args(at('full')), { CANTUS_DATA: at('full/data'), CANTUS_OUT: at('out') })
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(oneLine(stderr)).toHaveLength(1)
    expect(stderr).toMatch(/the disk is full/)
    expect(status).toBe(2)
    // Half a set of melodies helps nobody.
    if (existsSync(at('full/melodies'))) expect(await readdir(at('full/melodies'))).toEqual([])
    await Promise.all((await readdir(at('full'))).map((name) => rm(at(`full/${name}`), { recursive: true })))
  })
})

describe.skipIf(!mounts)('in a read-only folder', () => {
  const further: typeof jobs = [
    ['render', () => ['render', at('fixed/melody.mid')]],
    ['site', (where) => ['site', '--build-only', '--out', join(where, 'site')]],
  ]
  it.each([...jobs, ...further])('%s says so in one line with the remedy', async (_, args) => {
    const { status, stderr } = await cantus(args(at('fixed')), {
      CANTUS_DATA: at('fixed/data'),
      CANTUS_OUT: at('out'),
    })
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stderr).toMatch(/read-only|EROFS/)
    expect(stderr + String(status)).toMatch(/cantus: .*2$|no sound for/s)
  })
})
