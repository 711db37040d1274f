/**
 * Files per CPU-second from MIDI files to melodies, on 40 files of each of eight collections: the mix on which note-seq
 * and Magenta were timed. Build first, then: node bench/extract.ts FOLDER (the folder that holds the collections)
 * `midi-file parse` is the base of the ratio that can be compared between machines; note-seq's own rate was measured on
 * a machine like the one the figures in report/ come from.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { median } from 'simple-statistics'
import type * as ConvertScore from '../src/dataset/convertScore.ts'
import type * as Melodies from '../src/dataset/scoreToMelodies.ts'
import type * as ReadMidi from '../src/score/readMidi.ts'

const COLLECTIONS = [
  'polish-scores',
  'oneills1850',
  'nottingham',
  'pop909',
  'openscore-lieder-vocal',
  'cre-irish',
  'lakh-sample',
  'palestrina-modal',
]
const FILES_EACH = 40
/** Repetitions of each measurement; they alternate, and the median counts. */
const ROUNDS = 5
/** A measurement goes over the files until it has used this much CPU time. */
const LEAST_CPU_SECONDS = 1
/** note-seq 0.0.5 and Magenta 2.1.4 on this mix, in files per CPU-second. */
const NOTE_SEQ_RATE = 39
/** What the project promises, in times note-seq. */
const PROMISE = 30

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { readMidi } = (await compiled('score/readMidi.js')) as typeof ReadMidi
const { scoreToMelodies, DEFAULT_EXTRACTION } = (await compiled('dataset/scoreToMelodies.js')) as typeof Melodies
const { convertScore } = (await compiled('dataset/convertScore.js')) as typeof ConvertScore
const { parseMidi } = createRequire(import.meta.url)('midi-file') as { parseMidi: (bytes: Uint8Array) => unknown }

/** Spread evenly over the collection by name. */
function filesOf(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.midi?$/i.test(name))
    .sort()
  const count = Math.min(FILES_EACH, all.length)
  return Array.from({ length: count }, (_, n) => join(folder, all[Math.floor((n * all.length) / count)] as string))
}

function findMix(folder: string): string[] {
  const missing = COLLECTIONS.filter((name) => !existsSync(join(folder, name)))
  if (missing.length > 0) {
    console.error(`no ${missing.join(', ')} in ${folder}: name the folder that holds the eight collections`)
    process.exit(2)
  }
  return COLLECTIONS.flatMap((name) => filesOf(join(folder, name)))
}

const jobs = {
  'midi-file parse': (bytes: Uint8Array) => parseMidi(bytes),
  'MIDI to melodies': (bytes: Uint8Array) => scoreToMelodies(readMidi(bytes), DEFAULT_EXTRACTION),
  'the same, with sketches': (bytes: Uint8Array) => {
    return convertScore({ format: 'midi', content: bytes, extraction: DEFAULT_EXTRACTION })
  },
}

function filesPerCpuSecond(files: readonly string[], job: (bytes: Uint8Array) => unknown): number {
  const start = process.cpuUsage()
  for (let done = 0; ;) {
    for (const file of files) job(new Uint8Array(readFileSync(file)))
    done += files.length
    const { user, system } = process.cpuUsage(start)
    const seconds = (user + system) / 1e6
    if (seconds >= LEAST_CPU_SECONDS) return done / seconds
  }
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.log('skipped: name the folder that holds the collections (npm run bench extract FOLDER)')
  process.exit(0)
}
const files = findMix(folder)
const rates = new Map(Object.keys(jobs).map((name) => [name, [] as number[]]))
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, job] of Object.entries(jobs)) rates.get(name)?.push(filesPerCpuSecond(files, job))
}
const base = median(rates.get('midi-file parse') as number[])
console.log(`${files.length} files of ${COLLECTIONS.length} collections, median of ${ROUNDS} interleaved rounds`)
for (const [name, measured] of rates) {
  const rate = median(measured)
  const [least, most] = [Math.min(...measured), Math.max(...measured)]
  console.log(
    `${name.padEnd(26)}${rate.toFixed(0).padStart(6)} files per CPU-second (${least.toFixed(0)}-${most.toFixed(0)}), ` +
      `${(rate / base).toFixed(2)} of midi-file, ${(rate / NOTE_SEQ_RATE).toFixed(1)} times note-seq (promised: ${PROMISE})`,
  )
}
