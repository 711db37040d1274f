/**
 * Builds the data set of a folder of MIDI files and of many more copies of them (other names, other bytes), and prints
 * time and memory of both: memory should hardly grow with the number of files.
 * Build first, then: node bench/scale.ts FOLDER [FILES (default 180000)] [--distinct]
 * `--distinct` also moves notes about, so that each copy is music of its own: as hard as that many different files.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRequire } from 'node:module'
import type * as Sketch from '../src/dataset/sketch.ts'

interface MidiFile {
  readonly tracks: readonly (readonly { noteNumber?: number }[])[]
}

const { parseMidi, writeMidi } = createRequire(import.meta.url)('midi-file') as {
  parseMidi: (bytes: Uint8Array) => MidiFile
  writeMidi: (midi: MidiFile) => number[]
}
const { mix } = (await import(new URL('../dist/dataset/sketch.js', import.meta.url).href)) as typeof Sketch

/** What the project promises. */
const PROMISED_MINUTES = 15
const PROMISED_MEGABYTES = 1500
const SAMPLE_MS = 200

const { values, positionals } = parseArgs({ allowPositionals: true, options: { distinct: { type: 'boolean' } } })
const [folder, wanted = '180000'] = positionals
if (folder === undefined) {
  console.log('skipped: name a folder of MIDI files (npm run bench scale FOLDER)')
  process.exit(0)
}

const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.midi?$/i.test(name))
  .sort()
const most = Number(wanted)

/** The file with one more text event, which no reader of notes sees; other files get the text appended. */
function copyOf(bytes: Buffer, copy: number): Buffer {
  const text = Buffer.from(`copy ${copy}`)
  const track = 8 + (bytes.length < 8 ? 0 : bytes.readUInt32BE(4))
  if (bytes.toString('latin1', track, track + 4) !== 'MTrk') return Buffer.concat([bytes, text])
  const event = Buffer.concat([Buffer.from([0, 0xff, 1, text.length]), text])
  const changed = Buffer.concat([bytes.subarray(0, track + 8), event, bytes.subarray(track + 8)])
  changed.writeUInt32BE(bytes.readUInt32BE(track + 4) + event.length, track + 4)
  return changed
}

/** The file with each pitch moved by what the pitch and the copy say: a note's two ends alike, no two copies alike. */
function variantOf(bytes: Buffer, copy: number): Buffer {
  try {
    const midi = parseMidi(bytes)
    for (const event of midi.tracks.flat()) {
      if (event.noteNumber === undefined) continue
      const hash = mix(Math.imul(event.noteNumber + 1, 0x9e3779b1) ^ mix(copy)) >>> 0
      event.noteNumber = Math.min(127, Math.max(0, event.noteNumber + (hash % 9) - 4))
    }
    return Buffer.from(writeMidi(midi))
  } catch {
    return copyOf(bytes, copy)
  }
}

function makeCopies(into: string): void {
  const change = values.distinct ? variantOf : copyOf
  for (let made = 0, copy = 0; made < most; copy++) {
    const folders = new Set(names.map((name) => join(into, `copy-${copy}`, dirname(name))))
    for (const path of folders) mkdirSync(path, { recursive: true })
    const some = names.slice(0, most - made)
    for (const name of some) {
      const bytes = readFileSync(join(folder!, name))
      writeFileSync(join(into, `copy-${copy}`, name), copy === 0 ? bytes : change(bytes, copy))
    }
    made += some.length
  }
}

/** Peak resident memory of a process and its children so far, in MB; NaN where the system does not report it. */
function peakMegabytes(pid: number): number {
  try {
    const own = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return Math.max(own, ...children.map((child) => peakMegabytes(Number(child))))
  } catch {
    return NaN
  }
}

interface Measured {
  readonly files: number
  readonly seconds: number
  readonly megabytes: number
}

async function build(corpus: string, data: string): Promise<Measured> {
  const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
  const started = performance.now()
  const child = spawn(process.execPath, [main, 'corpus', 'build', '--json', '--corpus', corpus], {
    env: { ...process.env, CANTUS_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  let peak = 0
  const watch = setInterval(() => (peak = Math.max(peak, peakMegabytes(child.pid!) || 0)), SAMPLE_MS)
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  clearInterval(watch)
  if (status !== 0) throw new Error(`cantus corpus build ended with ${status}`)
  const { files } = JSON.parse(said) as { files: number }
  return { files, seconds: (performance.now() - started) / 1000, megabytes: peak }
}

const scratch = mkdtempSync(join(tmpdir(), 'cantus-scale-'))
try {
  makeCopies(join(scratch, 'music'))
  const few = await build(folder, join(scratch, 'few'))
  const many = await build(join(scratch, 'music'), join(scratch, 'many'))
  for (const { files, seconds, megabytes } of [few, many]) {
    console.log(
      `${files.toLocaleString('en')} files: ${seconds.toFixed(0)} s, ${(files / seconds).toFixed(0)} files per second, ` +
        `${megabytes.toFixed(0)} MB at most`,
    )
  }
  const [more, memory] = [many.files / few.files, many.megabytes / few.megabytes]
  console.log(
    `${more.toFixed(1)} times the files: ${(many.seconds / few.seconds).toFixed(1)} times the time, ` +
      `${memory.toFixed(2)} times the memory (promised: under ${PROMISED_MINUTES} minutes and ${PROMISED_MEGABYTES} MB)`,
  )
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
