import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/dataset/storedDataset.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { cantus, startCantus } from './cantus.ts'
import { randomTune } from './mixedCorpus.ts'
import { often } from './often.ts'

/** Data folders a build is killed in, and kills in each before it may end. */
const FOLDERS = often(2, 6)
const KILLS = 3
const TUNES = 240

let root = ''
let corpus = ''
let whole: { hashes: string[]; milliseconds: number }

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-kill-'))
  corpus = join(root, 'music')
  await mkdir(corpus)
  const tunes = Array.from({ length: TUNES }, (_, n) => randomTune(n, mulberry32(n + 1)))
  await writeFile(join(corpus, 'book.abc'), tunes.slice(0, TUNES / 2).join('\n'))
  for (const [n, text] of tunes.slice(TUNES / 2).entries()) await writeFile(join(corpus, `single-${n}.abc`), text)
  await writeFile(join(corpus, 'copy.abc'), tunes.at(-1)!)
  await cp(join(projectRoot, 'tests/goldens/data/midi'), join(corpus, 'midi'), { recursive: true })
  await cp(join(projectRoot, 'tests/fixtures/corrupt'), join(corpus, 'corrupt'), { recursive: true })
  const started = performance.now()
  whole = { hashes: await build('whole'), milliseconds: performance.now() - started }
})
afterAll(() => rm(root, { recursive: true, force: true }))

const argumentsOf = (...more: string[]): string[] => ['corpus', 'build', '--corpus', corpus, ...more]
const folder = (name: string): NodeJS.ProcessEnv => ({ CANTUS_DATA: join(root, name) })

/** Builds to the end; the sums of both Parquet files of the one data set there is. */
async function build(name: string, ...more: string[]): Promise<string[]> {
  const { status, stderr } = await cantus(argumentsOf(...more), folder(name))
  expect([status, stderr]).toEqual([0, ''])
  const built = join(root, name, 'built')
  const keys = (await readdir(built)).filter((key) => !key.startsWith('.')) // a killed build leaves its temporary folder
  expect(keys).toHaveLength(1)
  const paths = ['files.parquet', 'melodies.parquet'].map((file) => join(built, keys[0]!, file))
  return Promise.all(
    paths.map(async (path) =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ),
  )
}

/** Starts a build and ends it with SIGKILL after the given milliseconds; false if it was done before. */
async function killAfter(name: string, milliseconds: number): Promise<boolean> {
  const { child, ended } = startCantus(argumentsOf(), folder(name))
  await Promise.race([ended, pause(milliseconds)])
  child.kill('SIGKILL')
  return (await ended).signal === 'SIGKILL'
}

describe('a build that is killed', () => {
  it('holds every file once', async () => {
    const [key] = await readdir(join(root, 'whole', 'built'))
    const { files, melodies } = (await loadDataset(join(root, 'whole', 'built', key!)))!
    const paths = files.map(({ path }) => path)
    expect(new Set(paths).size).toBe(paths.length)
    expect(paths.filter((path) => /\/(book|single|copy)/.test(path))).toHaveLength(TUNES + 1)
    expect(files.some(({ dropped }) => dropped.some(({ reason }) => reason.startsWith('unreadable')))).toBe(true)
    expect(melodies.length).toBeGreaterThan(TUNES)
  })

  it(`ends in the same bytes after up to ${FOLDERS * KILLS} kills at any moment`, async () => {
    const random = mulberry32(4)
    let killed = 0
    for (let n = 0; n < FOLDERS; n++) {
      for (let kill = 0; kill < KILLS; kill++) {
        // From the start of the process to its last moments: what was converted is not converted again, so that with
        // each kill less is left to do, and scan, conversion, families and Parquet all get theirs.
        if (!(await killAfter(`killed-${n}`, whole.milliseconds * (0.1 + 0.5 * random.next())))) break
        killed++
      }
      expect(await build(`killed-${n}`)).toEqual(whole.hashes)
    }
    expect(killed).toBeGreaterThanOrEqual(FOLDERS) // a machine that slows down and speeds up again may miss some
  })

  it.each(often([1, 3], [1, 2, 3]))('does not depend on the number of threads: %i', async (threads) => {
    expect(await build(`threads-${threads}`, '--threads', String(threads))).toEqual(whole.hashes)
  })

  it('refuses an invalid number of threads', async () => {
    const { status, stderr } = await cantus(argumentsOf('--threads', '0'), folder('none'))
    expect([status, stderr.trimEnd().split('\n').length]).toEqual([2, 1])
    expect(stderr).toMatch(/invalid --threads: 0 \(a whole number from 1 to 64\)/)
  })
})
