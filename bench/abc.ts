/**
 * Reads every tune of a folder of ABC (default: the embedded tunes, fetched by `cantus corpus fetch music21`) and prints:
 * how many have no two notes sounding at once, and how many give a melody, with the reasons of the others; how many have
 * the pitches and onsets that abc2midi gives (Debian's abcmidi, where it is installed), with a table of what explains the
 * others; and the time to read a tune as a ratio to abcjs's, where that is installed.
 * Build first, then: node bench/abc.ts [FOLDER [EVERY-NTH-TUNE]]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type * as Melodies from '../src/dataset/scoreToMelodies.ts'
import type { NoteSequence } from '../src/score/noteSequence.ts'
import type * as ReadAbc from '../src/score/readAbc.ts'
import type * as ReadMidi from '../src/score/readMidi.ts'
import type * as BoundedInTime from '../src/support/boundedInTime.ts'
import type * as Causes from '../tests/score/abcCauses.ts'

/** Onsets nearer than this are equal; abc2midi sets each note a tick late. */
const SAME_SECONDS = 0.005
/** Tunes of each reader for the ratio, in turns. */
const TIMED_TUNES = 400

const testing = new URL('../tests/score/abcCauses.ts', import.meta.url).href
const { ABC_EXPERIMENTS, inMusic, leavesMuchToAbc2midi } = (await import(testing)) as typeof Causes
const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { ABC_LIMITS, readAbc, splitTunebook } = (await compiled('score/readAbc.js')) as typeof ReadAbc
const { readMidi } = (await compiled('score/readMidi.js')) as typeof ReadMidi
const { boundedInTime } = (await compiled('support/boundedInTime.js')) as typeof BoundedInTime
const { scoreToMelodies, DEFAULT_EXTRACTION } = (await compiled('dataset/scoreToMelodies.js')) as typeof Melodies

const embedded = fileURLToPath(new URL('../data/raw/music21', import.meta.url))
const [folder = embedded, every = '1'] = process.argv.slice(2)

interface Tune {
  readonly name: string
  readonly abc: string
}

function tunesIn(path: string): Tune[] {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => /\.abc$/i.test(name))
  return names.sort().flatMap((name) => {
    const book = splitTunebook(readFileSync(join(path, name), 'latin1'))
    return book.map(({ reference, abc }) => ({ name: `${name}#${reference}`, abc }))
  })
}

const share = (part: number, all: number): string => `${part} of ${all} (${((100 * part) / all).toFixed(1)}%)`
const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
const table = (counts: Map<string, number>): void => {
  for (const [what, n] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`${String(n).padStart(7)}  ${what}`)
}

/** The score, or the reason there is none. */
function attempt(read: () => NoteSequence): NoteSequence | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error) return error.message
    throw error
  }
}

function soundsTwice({ notes }: NoteSequence): boolean {
  const byStart = [...notes].sort((a, b) => a.startSeconds - b.startSeconds)
  let latest = 0
  for (const { startSeconds, endSeconds } of byStart) {
    if (startSeconds < latest - 1e-9) return true
    latest = Math.max(latest, endSeconds)
  }
  return false
}

function reportMelodies(scores: readonly (NoteSequence | string)[]): void {
  const read = scores.filter((score) => typeof score !== 'string')
  console.log(`read: ${share(read.length, scores.length)}`)
  table(new Map(scores.filter((score) => typeof score === 'string').map((reason) => [reason, 1])))
  const apart = read.filter((score) => !soundsTwice(score)).length
  console.log(`no two notes sound at once: ${share(apart, scores.length)}`)
  const reasons = new Map<string, number>()
  let melodies = 0
  for (const score of read) {
    const parts = scoreToMelodies(score, DEFAULT_EXTRACTION)
    if (parts.some((part) => part.melodies.length > 0)) melodies++
    else count(reasons, parts.flatMap((part) => part.dropped.map(({ reason }) => reason))[0] ?? 'no notes')
  }
  console.log(`at least one melody: ${share(melodies, scores.length)}; the others give none because of`)
  table(reasons)
}

/** A tune as abc2midi gets it. The file's head stands in each tune already. */
function forAbc2midi(abc: string): string {
  const plain = inMusic(abc, (music) =>
    music
      .replace(/![^!|\s]*!/g, '')
      .replace(/\{[^}]*\}/g, '')
      .replace(/[.~TMPHLRSOuv]/g, ''),
  )
  const lines = plain.split('\n').filter((line) => !line.startsWith('R:'))
  return lines.join('\n').replace(/\nK:/, '\n%%MIDI chordattack 0\nK:')
}

const RULES = [
  'abc2midi -NGRA -NGUI -NFER; from its input are removed R: lines, decorations (!…! and . ~ T M P H L R S O u v) and',
  'grace groups; the file’s head is repeated in each tune, and the notes of a chord start together (%%MIDI chordattack 0).',
  `Equal are two readings with the same pitches, in order, at onsets within ${SAME_SECONDS * 1000} ms.`,
]

const work = mkdtempSync(join(tmpdir(), 'cantus-bench-abc-'))

function abc2midi(abc: string): NoteSequence | string {
  const [from, to] = [join(work, 'tune.abc'), join(work, 'tune.mid')]
  writeFileSync(from, abc)
  rmSync(to, { force: true })
  spawnSync('abc2midi', [from, '-o', to, '-NGRA', '-NGUI', '-NFER', '-silent'])
  return attempt(() => readMidi(new Uint8Array(readFileSync(to))))
}

function isSame(ours: NoteSequence | string, theirs: NoteSequence | string): boolean {
  if (typeof ours === 'string' || typeof theirs === 'string') return false
  const order = ({ notes }: NoteSequence) =>
    [...notes].sort((a, b) => {
      const apart = a.startSeconds - b.startSeconds
      return Math.abs(apart) < SAME_SECONDS ? a.pitch - b.pitch : apart
    })
  const [a, b] = [order(ours), order(theirs)]
  return (
    a.length === b.length &&
    a.every((note, n) => {
      const other = b[n]!
      return note.pitch === other.pitch && Math.abs(note.startSeconds - other.startSeconds) <= SAME_SECONDS
    })
  )
}

/** The experiments are tried one by one, then two by two; the first that makes both readings equal names the cause. */
function causeOf({ abc }: Tune): string {
  const after = (causes: readonly Causes.AbcCause[]): string => causes.reduce((text, { change }) => change(text), abc)
  const experiment = ABC_EXPERIMENTS.find((causes) => {
    const ours = after(causes.filter(({ forBoth }) => forBoth))
    return isSame(
      attempt(() => readAbc(ours)),
      abc2midi(forAbc2midi(after(causes))),
    )
  })
  return experiment?.map(({ name }) => name).join(' + ') ?? 'other'
}

function reportAgreement(tunes: readonly Tune[], scores: readonly (NoteSequence | string)[]): void {
  if (spawnSync('abc2midi', ['-ver']).error) {
    return console.log('abc2midi is not installed (Debian: abcmidi): no comparison')
  }
  for (const rule of RULES) console.log(`  ${rule}`)
  const causes = new Map<string, number>()
  const others: string[] = []
  let [both, same] = [0, 0]
  let [plain, plainSame] = [0, 0]
  for (const [n, tune] of tunes.entries()) {
    const theirs = abc2midi(forAbc2midi(tune.abc))
    if (typeof theirs === 'string' || typeof scores[n] === 'string') continue
    both++
    const isPlain = !leavesMuchToAbc2midi(tune.abc)
    if (isPlain) plain++
    if (isSame(scores[n]!, theirs)) {
      same++
      if (isPlain) plainSame++
    } else {
      const cause = causeOf(tune)
      count(causes, cause)
      if (cause === 'other') others.push(tune.name)
    }
  }
  console.log(`read by both: ${both}; equal: ${share(same, both)}; the others, each cause by the experiment it names:`)
  table(causes)
  console.log(
    `of those without D.C. or D.S. in which each repeat but the first says its |: equal: ${share(plainSame, plain)}`,
  )
  const explained = both - others.length
  console.log(`equal or explained by an experiment: ${share(explained, both)}`)
  if (others.length > 0) console.log(`other: ${others.join(', ')}`)
}

type Abcjs = { synth: { getMidiFile: (abc: string, options: object) => unknown } }

function loadAbcjs(): Abcjs | null {
  try {
    return createRequire(import.meta.url)('abcjs') as Abcjs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}

/** The reader that abc2svg replaced: abcjs, bounded in time as ours, plays the tune into MIDI, which is read. */
function readByAbcjs({ synth }: Abcjs, abc: string): NoteSequence {
  const { warn, log } = console
  console.warn = console.log = () => undefined
  try {
    const play = (): unknown => synth.getMidiFile(abc, { midiOutputType: 'binary', chordsOff: true })
    return readMidi((boundedInTime(play, ABC_LIMITS.milliseconds) as Uint8Array[])[0]!)
  } finally {
    Object.assign(console, { warn, log })
  }
}

function cpuMilliseconds(action: () => unknown): number {
  const start = process.cpuUsage()
  action()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

function reportSpeed(tunes: readonly Tune[]): void {
  const step = Math.max(1, Math.floor(tunes.length / TIMED_TUNES))
  const timed = tunes.filter((_, n) => n % step === 0)
  const abcjs = loadAbcjs()
  let [ours, theirs] = [0, 0]
  for (const [n, { abc }] of timed.entries()) {
    const first = cpuMilliseconds(() => attempt(() => readAbc(abc)))
    const second = abcjs === null ? 0 : cpuMilliseconds(() => attempt(() => readByAbcjs(abcjs, abc)))
    if (n === 0) continue // compiles
    ours += first
    theirs += second
  }
  const each = (sum: number): string => `${(sum / (timed.length - 1)).toFixed(2)} ms per tune`
  console.log(`${timed.length - 1} tunes, in turns, CPU time: ${each(ours)}`)
  if (abcjs === null) console.log('abcjs is not installed: no ratio')
  else console.log(`abcjs: ${each(theirs)}; ratio ${(ours / theirs).toFixed(2)} (below 1: faster than abcjs)`)
}

const tunes = tunesIn(folder).filter((_, n) => n % Number(every) === 0)
if (tunes.length === 0) throw new Error(`no .abc file in ${folder}: cantus corpus fetch music21`)
console.log(`${tunes.length} tunes of ${folder}`)
const scores = tunes.map(({ abc }) => attempt(() => readAbc(abc)))
try {
  reportMelodies(scores)
  console.log('\nagainst abc2midi')
  reportAgreement(tunes, scores)
  console.log('\nspeed')
  reportSpeed(tunes)
} finally {
  rmSync(work, { recursive: true })
}
