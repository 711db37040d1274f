/**
 * Lets the other side of each format read what this project writes, and this project read what it writes; what is not
 * installed is named and left out. Build first, then: node bench/interchange.ts [--write FOLDER]
 * With --write, what the other side wrote is kept there (tests/goldens/data/interchange).
 * Python: CANTUS_BENCH_PYTHON, else python3, with note-seq 0.0.5, TensorFlow 2.15.1 and music21 10.5.1.
 * magenta-js: CANTUS_BENCH_MAGENTA_JS, the path of dist/magentamusic.js of @magenta/music 1.23.1.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { magentaJsRow } from './interchange/magentaJs.ts'
import { starterMelodies } from '../src/dataset/starterMelodies.ts'
import { melodyFromEvents } from '../src/melody/melody.ts'
import { melodyToNoteSequence } from '../src/melody/melodyToNoteSequence.ts'
import { melodyToAbc } from '../src/melody/written/melodyToAbc.ts'
import { melodyToMusicXml } from '../src/melody/written/melodyToMusicXml.ts'
import type { NoteSequence } from '../src/score/noteSequence.ts'
import { decodeNoteSequence, encodeNoteSequence } from '../src/score/noteSequences/sequenceMessage.ts'
import { encodeRecord, recordsIn } from '../src/score/noteSequences/tfRecords.ts'
import { readMidi } from '../src/score/readMidi.ts'
import { readScore } from '../src/score/readScore.ts'
import { projectRoot } from '../src/support/projectRoot.ts'

const python = process.env['CANTUS_BENCH_PYTHON'] ?? 'python3'
const script = join(projectRoot, 'bench/interchange/other_side.py')
const midi = join(projectRoot, 'tests/goldens/data/midi/synth')
const work = mkdtempSync(join(tmpdir(), 'cantus-interchange-'))

interface Heard {
  readonly name: string
  readonly notes: readonly (readonly [pitch: number, start: number, end: number])[]
}

const otherSide = (...words: readonly string[]): Heard[] =>
  execFileSync(python, [script, ...words], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Heard)

const has = (...modules: readonly string[]): boolean =>
  modules.every((name) => spawnSync(python, [script, 'has', name]).status === 0)

/** Notes in an order and with a precision that both sides share; `perSecond` turns seconds into their unit. */
const rounded = (notes: Heard['notes']): string =>
  notes
    .map(([pitch, start, end]) => `${start.toFixed(3)} ${pitch} ${end.toFixed(3)}`)
    .sort()
    .join('|')
const notesOf = ({ notes }: NoteSequence, perSecond = 1): Heard['notes'] =>
  notes.map(({ pitch, startSeconds, endSeconds }) => [pitch, startSeconds * perSecond, endSeconds * perSecond])

/** How many of the same names have the same notes. */
const alike = (ours: readonly Heard[], theirs: readonly Heard[]): string => {
  const known = new Map(theirs.map(({ name, notes }) => [name, rounded(notes)]))
  const same = ours.filter(({ name, notes }) => known.get(name) === rounded(notes))
  return `${same.length} of ${ours.length} with the same notes`
}

const melodies = starterMelodies().map((row, n) => ({
  name: `m${n}`,
  melody: melodyFromEvents(row.events, { stepsPerBar: row.stepsPerBar }),
}))
const inQuarters = ({ name, melody }: (typeof melodies)[number]): Heard => {
  return { name, notes: notesOf(melodyToNoteSequence(melody, { qpm: 120 }), 2) }
}

function recordsRead(): string {
  const paths = execFileSync('ls', [midi], { encoding: 'utf8' }).trim().split('\n')
  const theirs = otherSide('write-sequences', work, ...paths.map((name) => join(midi, name)))
  const bytes = readFileSync(join(work, 'sequences.tfrecord'))
  const scores = [...recordsIn((at, length) => bytes.subarray(at, at + length), bytes.length)].map((record) =>
    decodeNoteSequence(record.bytes),
  )
  const ours = scores.map(({ score }, n) => ({ name: theirs[n]?.name ?? '', notes: notesOf(score) }))
  return alike(ours, theirs)
}

function recordsWritten(): string {
  const ours = execFileSync('ls', [midi], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .flatMap((name) => {
      try {
        return [{ name, score: readMidi(readFileSync(join(midi, name))) }]
      } catch {
        return []
      }
    })
  const names = { id: 'x', collection: 'synth' }
  const records = ours.map(({ name, score }) => encodeRecord(encodeNoteSequence(score, { ...names, filename: name })))
  writeFileSync(join(work, 'ours.tfrecord'), Buffer.concat(records))
  return alike(
    ours.map(({ name, score }) => ({ name, notes: notesOf(score) })),
    otherSide('read-records', join(work, 'ours.tfrecord')),
  )
}

function scoresRead(): string {
  const theirs = otherSide('write-scores', work)
  writeFileSync(join(work, 'scores.jsonl'), theirs.map((heard) => `${JSON.stringify(heard)}\n`).join(''))
  const ours = theirs.map(({ name }) => {
    const score = readScore(readFileSync(join(work, `${name}.musicxml`)), `${name}.musicxml`)
    return { name, notes: notesOf(score, (score.tempos[0]?.qpm ?? 120) / 60) }
  })
  return alike(ours, theirs)
}

function scoresWritten(): string {
  const paths = melodies.map(({ name, melody }) => {
    const path = join(work, `${name}.musicxml`)
    writeFileSync(path, melodyToMusicXml(melody, { title: name }))
    return path
  })
  const theirs = otherSide('read-scores', ...paths).map(({ name, notes }) => ({
    name: name.replace('.musicxml', ''),
    notes,
  }))
  return alike(melodies.map(inQuarters), theirs)
}

function abcWritten(): string {
  const theirs = melodies.map(({ name, melody }) => {
    writeFileSync(join(work, `${name}.abc`), melodyToAbc(melody, { title: name }))
    spawnSync('abc2midi', [join(work, `${name}.abc`), '-o', join(work, `${name}.mid`)])
    return { name, notes: notesOf(readMidi(readFileSync(join(work, `${name}.mid`))), 2) }
  })
  // abc2midi begins a note one of 480 ticks late and ends it early, so that the next can begin: on the grid they are equal.
  const starts = ({ name, notes }: Heard): Heard => {
    return { name, notes: notes.map(([pitch, start]) => [pitch, onGrid(start), onGrid(start)]) }
  }
  return `${alike(melodies.map(inQuarters).map(starts), theirs.map(starts))} (pitch and start)`
}

/** To the nearest 48th of a quarter note. */
const onGrid = (quarters: number): number => Math.round(quarters * 48) / 48

function checkpointsWritten(): string {
  const data = join(projectRoot, 'tests/goldens/data')
  mkdirSync(join(work, 'tensorflow'))
  const from = [join(projectRoot, 'bench/interchange/write_checkpoints.py'), data, join(work, 'tensorflow')]
  execFileSync(python, from, { stdio: 'ignore' })
  const names = ['mono_rnn.ckpt.data-00000-of-00001', 'basic_rnn.ckpt', 'basic_rnn.mag', 'lookback_rnn.ckpt']
  const same = names.filter((name) =>
    readFileSync(join(work, 'tensorflow', name)).equals(readFileSync(join(data, 'tensorflow', name))),
  )
  return `${same.length} of ${names.length} files with the bytes of the goldens, whose logits the tests compare`
}

const abc2midi = spawnSync('abc2midi', ['-ver']).error === undefined
const rows: readonly (readonly [what: string, isHere: boolean, measure: () => string | Promise<string>])[] = [
  ['note-seq and TensorFlow write a TFRecord, we read it', has('note_seq', 'tensorflow'), recordsRead],
  ['we write a TFRecord, TensorFlow and note-seq read it', has('note_seq', 'tensorflow'), recordsWritten],
  ['music21 writes MusicXML, we read it', has('music21'), scoresRead],
  ['we write MusicXML, music21 reads it', has('music21'), scoresWritten],
  ['we write ABC, abc2midi plays it', abc2midi, abcWritten],
  ['TensorFlow writes checkpoints, we read them', has('tensorflow'), checkpointsWritten],
  [
    'we export magenta-js, MusicRNN continues in Chromium',
    existsSync(process.env['CANTUS_BENCH_MAGENTA_JS'] ?? ''),
    magentaJsRow,
  ],
]
for (const [what, isHere, measure] of rows)
  console.log(`${what}: ${isHere ? await measure() : 'SKIPPED, not installed'}`)

const [flag, out] = process.argv.slice(2)
if (flag === '--write' && out !== undefined) {
  for (const name of [
    'sequences.tfrecord',
    'sequences.txt',
    'ts_6_8.pbtxt',
    'scores.jsonl',
    'repeats.musicxml',
    'ties.musicxml',
    'ties.mxl',
    'chorale.musicxml',
  ])
    if (existsSync(join(work, name))) cpSync(join(work, name), join(out, name))
  console.log(`kept in ${out}`)
}
