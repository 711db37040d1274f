import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { corpusJob } from '../../src/study/corpusJob.ts'
import { buildCorpus, type StoredDataset } from '../../src/dataset/buildDataset.ts'
import { defaultConversion } from '../../src/dataset/convertAll.ts'
import type { FileRow } from '../../src/dataset/dataset.ts'
import { FILES, loadDataset, MELODIES } from '../../src/dataset/storedDataset.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { mulberry32, type Random } from '../../src/support/random.ts'
import { cantus, startCantus } from './cantus.ts'
import { randomTune, writeMixedCorpus } from './mixedCorpus.ts'

let root = ''
let corpus = ''
let scores = 0
let reference: Reference

interface Reference {
  /** Of the three files of the data set, in base64. */
  readonly bytes: readonly string[]
  readonly logBytes: number
  readonly milliseconds: number
  readonly files: readonly FileRow[]
}

const PARTS = [FILES, MELODIES, 'dataset.json']
const bytesOf = (folder: string) => Promise.all(PARTS.map((name) => readFile(join(folder, name), 'base64')))
const buildArgs = (): string[] => ['corpus', 'build', '--json', '--corpus', corpus]
const dataFolder = (name: string): string => join(root, name)

async function build(name: string): Promise<StoredDataset> {
  const { status, stdout, stderr } = await cantus(buildArgs(), { CANTUS_DATA: dataFolder(name) })
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as StoredDataset
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cantus-kill-build-'))
  corpus = join(root, 'music')
  scores = await writeMixedCorpus(corpus, 1)
  const started = performance.now()
  const { folder } = await build('reference')
  const milliseconds = performance.now() - started
  const { files } = (await loadDataset(folder))!
  reference = { bytes: await bytesOf(folder), logBytes: logBytes('reference'), milliseconds, files }
})
afterAll(() => rm(root, { recursive: true, force: true }))

function namesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }) as string[]
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [] // not there yet, or gone
    throw error
  }
}

const logsOf = (name: string): string[] => {
  const cache = join(dataFolder(name), 'cache')
  const logs = namesBelow(cache).filter((path) => path.endsWith('.log'))
  return logs.map((path) => join(cache, path))
}
const logBytes = (name: string): number => logsOf(name).reduce((sum, path) => sum + statSync(path).size, 0)

/** Names in the temporary folders that a data folder's builds write their data sets in. */
const storing = (name: string): string[] => namesBelow(join(dataFolder(name), 'built'))

/** How far a build runs before it is killed, and how much longer it may then run. */
interface Moment {
  readonly phase: string
  readonly milliseconds: number
  readonly come: (name: string, atStart: AtStart) => boolean
}
interface AtStart {
  readonly logBytes: number
  readonly storing: ReadonlySet<string>
}

/** A moment in each phase of a build; one kill at each leaves something to do for the next. */
function moments(random: Random): Moment[] {
  const isWriting = (part: string) => (name: string, before: AtStart) =>
    storing(name).some((path) => path.endsWith(part) && !before.storing.has(path))
  const isConverted = (share: number) => (name: string, before: AtStart) =>
    logBytes(name) >= before.logBytes + share * (reference.logBytes - before.logBytes)
  const draw = (most: number): number => random.next() * most
  return [
    { phase: 'scan', milliseconds: draw(0.3) * reference.milliseconds, come: () => true },
    { phase: 'conversion', milliseconds: draw(20), come: isConverted(draw(0.5)) },
    { phase: 'conversion', milliseconds: draw(20), come: isConverted(draw(0.5)) },
    { phase: 'families', milliseconds: draw(60), come: isConverted(1) },
    { phase: 'rows', milliseconds: draw(30), come: isWriting('files.jsonl') },
    { phase: 'files.parquet', milliseconds: draw(15), come: isWriting(FILES) },
    { phase: 'melodies.parquet', milliseconds: draw(30), come: isWriting(MELODIES) },
    { phase: 'summary', milliseconds: draw(5), come: isWriting('.tmp') },
  ]
}

/** Starts a build and kills it at the moment; false when it was ready before. */
async function killAt({ come, milliseconds }: Moment, name: string): Promise<boolean> {
  const before = { logBytes: logBytes(name), storing: new Set(storing(name)) }
  const { child, ended } = startCantus(buildArgs(), { CANTUS_DATA: dataFolder(name) })
  while (child.exitCode === null && !come(name, before)) await sleep(1)
  await sleep(milliseconds)
  child.kill('SIGKILL')
  const { status, signal, stderr } = await ended
  expect([0, null], stderr).toContain(status)
  return signal === 'SIGKILL'
}

/** Contents in the logs of a data folder, without the lines that a kill cut. */
async function convertedContents(name: string): Promise<string[]> {
  const texts = await Promise.all(logsOf(name).map((path) => readFile(path, 'utf8')))
  const lines = texts.flatMap((text) => text.split('\n')).map((line) => /^([0-9a-f]{64}) (\d+) (.*)$/.exec(line))
  return lines.flatMap((parts) => {
    return parts !== null && Buffer.byteLength(parts[3]!) === Number(parts[2]) ? [parts[1]!] : []
  })
}

/** The data sets of a data folder; folders with a dot before their name do not count. */
async function visible(name: string): Promise<string[]> {
  const built = join(dataFolder(name), 'built')
  const names = existsSync(built) ? await readdir(built) : []
  return names.filter((each) => !each.startsWith('.')).map((each) => join(built, each))
}

describe('cantus corpus build', () => {
  it('makes a row of every score, once', () => {
    const paths = reference.files.map(({ path }) => path)
    expect(paths).toHaveLength(scores)
    expect(new Set(paths).size).toBe(scores)
    expect(reference.files.filter(({ melodies }) => melodies > 0).length).toBeGreaterThan(400)
  })

  it('killed again and again, in every phase, gives the same bytes in the end and converts nothing twice', async () => {
    const random = mulberry32(7)
    const kills: Record<string, number> = {}
    const count = () => Object.values(kills).reduce((sum, n) => sum + n, 0)
    const phases = new Set(moments(random).map(({ phase }) => phase))
    // A build that is quicker than the kill ends its folder's series; on a busy machine it takes another folder or two.
    for (let n = 0; n < 8 && (count() < 8 || Object.keys(kills).length < phases.size); n++) {
      const name = `killed-${n}`
      for (const moment of moments(random)) {
        if (!(await killAt(moment, name))) break
        kills[moment.phase] = (kills[moment.phase] ?? 0) + 1
        // After a kill there is either no data set yet, or the whole one.
        for (const path of await visible(name)) expect(await bytesOf(path), moment.phase).toEqual(reference.bytes)
      }
      const { folder, files } = await build(name)
      expect(files).toBe(scores)
      expect(await bytesOf(folder), name).toEqual(reference.bytes)
      expect(await visible(name)).toEqual([folder])
      const contents = await convertedContents(name)
      expect(new Set(contents).size).toBe(contents.length)
    }
    expect(new Set(Object.keys(kills))).toEqual(phases)
  })
})

describe('a worker that hangs or dies', () => {
  it('costs the file it had, by name, and nothing else', async () => {
    const music = join(root, 'bad')
    await mkdir(music)
    const random = mulberry32(3)
    const tunes = Array.from({ length: 40 }, (_, n) => randomTune(n, random))
    tunes[5] = tunes[5]!.replace('T:Tune 5', 'T:hang')
    for (const n of [20, 21]) tunes[n] = tunes[n]!.replace(`T:Tune ${n}`, 'T:die')
    for (const [n, tune] of tunes.entries()) await writeFile(join(music, `${n}.abc`), tune)
    const workerFile = fileURLToPath(new URL('../fixtures/workers/misbehavingByTitle.mjs', import.meta.url))
    const job = corpusJob({ corpus: [music], style: [], folders: { data: dataFolder('bad-data') } })
    const effects = { reporter: silentReporter, signal: new AbortController().signal, now: () => Date.now() }
    const { folder } = await buildCorpus(job, effects, {
      ...{ ...defaultConversion, threads: 2, workerFile, timeLimitMs: 3000 },
    })
    const { files } = (await loadDataset(folder))!
    const lost = files.filter(({ melodies }) => melodies === 0)
    expect(lost.map(({ path, dropped }) => [path, dropped[0]?.reason])).toEqual([
      ['bad/20.abc', expect.stringMatching(/^unreadable: worker-died: /)],
      ['bad/21.abc', expect.stringMatching(/^unreadable: worker-died: /)],
      ['bad/5.abc', 'unreadable: limit-time: more than 3 s'],
    ])
    expect(files).toHaveLength(40)
  })
})
