/**
 * Files per CPU-second for reading MIDI and extracting its melodies, against a plain parse with `midi-file` as the base
 * of the ratio, since seconds differ from machine to machine. Build first, then: node bench/read.ts [FOLDER [FILES]]
 * Default: the reference files in tests/goldens/data, and at most 400 files, spread evenly over the folder.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from 'simple-statistics'
import type * as ReadMidi from '../src/score/readMidi.ts'
import type * as Melodies from '../src/dataset/scoreToMelodies.ts'

/** Repetitions of each measurement; they alternate, and the median counts. */
const ROUNDS = 5
/** A measurement goes over the files until it has used this much CPU time. */
const LEAST_CPU_SECONDS = 0.5
/** note-seq 0.0.5 and Magenta 2.1.4 on a mix of corpora, in files per CPU-second. */
const NOTE_SEQ_RATE = 39

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { readMidi } = (await compiled('score/readMidi.js')) as typeof ReadMidi
const { scoreToMelodies, DEFAULT_EXTRACTION } = (await compiled('dataset/scoreToMelodies.js')) as typeof Melodies
const { parseMidi } = createRequire(import.meta.url)('midi-file') as { parseMidi: (bytes: Uint8Array) => unknown }

const [folder = fileURLToPath(new URL('../tests/goldens/data', import.meta.url)), most = '400'] = process.argv.slice(2)

function midiFiles(): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.midi?$/i.test(name))
    .sort()
    .map((name) => join(folder, name))
  const every = Math.max(1, all.length / Number(most))
  return Array.from({ length: Math.min(all.length, Number(most)) }, (_, i) => all[Math.floor(i * every)] as string)
}

/** True when the file could be read; a corrupt one counts as done by whoever refuses it. */
function attempt(action: () => unknown): boolean {
  try {
    action()
    return true
  } catch (error) {
    if (error instanceof Error || typeof error === 'string') return false
    throw error
  }
}

const jobs: Record<string, (bytes: Uint8Array) => unknown> = {
  'midi-file parse': (bytes) => parseMidi(bytes),
  readMidi: (bytes) => readMidi(bytes),
  'readMidi + scoreToMelodies': (bytes) => scoreToMelodies(readMidi(bytes), DEFAULT_EXTRACTION),
}

function filesPerCpuSecond(files: readonly string[], job: (bytes: Uint8Array) => unknown): number {
  const start = process.cpuUsage()
  for (let done = 0; ;) {
    for (const file of files) attempt(() => job(new Uint8Array(readFileSync(file))))
    done += files.length
    const { user, system } = process.cpuUsage(start)
    const seconds = (user + system) / 1e6
    if (seconds >= LEAST_CPU_SECONDS) return done / seconds
  }
}

const files = midiFiles()
if (files.length === 0) throw new Error(`no .mid file in ${folder}`)
const rates = Object.fromEntries(Object.keys(jobs).map((name) => [name, [] as number[]]))
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, job] of Object.entries(jobs)) rates[name]?.push(filesPerCpuSecond(files, job))
}
const base = median(rates['midi-file parse'] as number[])
console.log(`${files.length} files of ${folder}, median of ${ROUNDS} rounds`)
for (const [name, measured] of Object.entries(rates)) {
  const rate = median(measured)
  const ratios = `${(rate / base).toFixed(2)} of midi-file, ${(rate / NOTE_SEQ_RATE).toFixed(0)} times note-seq`
  console.log(`${name.padEnd(28)}${rate.toFixed(0).padStart(8)} files per CPU-second  ${ratios}`)
}
