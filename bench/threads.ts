/**
 * Files a second from MIDI files to melodies by the number of worker threads, on up to 20,000 files of a folder.
 * Build first, then: node bench/threads.ts FOLDER [MOST THREADS (default: the cores)]
 */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { median } from 'simple-statistics'
import type * as ConvertAll from '../src/dataset/convertAll.ts'
import type * as Melodies from '../src/dataset/scoreToMelodies.ts'

/** Repetitions of each measurement; they alternate, and the median counts. */
const ROUNDS = 3
const MOST_FILES = 20_000

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { convertAll, defaultConversion } = (await compiled('dataset/convertAll.js')) as typeof ConvertAll
const { DEFAULT_EXTRACTION } = (await compiled('dataset/scoreToMelodies.js')) as typeof Melodies

const [folder, most = String(availableParallelism())] = process.argv.slice(2)
if (folder === undefined) {
  console.log('skipped: name a folder of MIDI files (npm run bench threads FOLDER)')
  process.exit(0)
}
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.midi?$/i.test(name))
  .sort()
const every = Math.max(1, names.length / MOST_FILES)
const files = Array.from({ length: Math.min(names.length, MOST_FILES) }, (_, n) => names[Math.floor(n * every)]!)
const contents = files.map((name) => new Uint8Array(readFileSync(join(folder, name))))

const silent = { line: () => undefined, bar: () => ({ update: () => undefined, stop: () => undefined }) }
const effects = { reporter: silent, signal: new AbortController().signal, now: Date.now }

/** Start of the threads included, as in a build. */
async function filesPerSecond(threads: number): Promise<number> {
  const started = performance.now()
  const load = (n: number) =>
    Promise.resolve({ format: 'midi' as const, content: contents[n]!, extraction: DEFAULT_EXTRACTION })
  await convertAll(files.length, load, () => undefined, { ...defaultConversion, threads }, effects)
  return files.length / ((performance.now() - started) / 1000)
}

const counts = Array.from({ length: Number(most) }, (_, n) => n + 1)
const rates = new Map(counts.map((count) => [count, [] as number[]]))
for (let round = 0; round < ROUNDS; round++) {
  for (const count of counts) rates.get(count)!.push(await filesPerSecond(count))
}
const base = median(rates.get(1)!)
console.log(
  `${files.length} files of ${folder}, median of ${ROUNDS} interleaved rounds, ${availableParallelism()} cores`,
)
for (const [count, measured] of rates) {
  const rate = median(measured)
  const range = `${Math.min(...measured).toFixed(0)}-${Math.max(...measured).toFixed(0)}`
  console.log(
    `${count} ${count === 1 ? 'thread ' : 'threads'} ${rate.toFixed(0).padStart(6)} files per second (${range}), ` +
      `${(rate / base).toFixed(2)} times one thread`,
  )
}
