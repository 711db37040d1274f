import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeNoteSequence } from '../../src/score/noteSequences/sequenceMessage.ts'
import { encodeRecord, recordsIn } from '../../src/score/noteSequences/tfRecords.ts'
import type { NoteSequence } from '../../src/score/noteSequence.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { readScore } from '../../src/score/readScore.ts'
import { ownGoldens } from './goldens.ts'

/** Written by TensorFlow 2.15.1, note-seq 0.0.5 and music21 10.5.1: `npm run bench interchange`. */
const folder = join(ownGoldens, 'interchange')
const read = (name: string): Uint8Array => readFileSync(join(folder, name))
const midi = (name: string): NoteSequence => readMidi(readFileSync(join(ownGoldens, 'midi/synth', name)))
/** Without what a message has no field for. */
const kept = ({ ignored: _, ...score }: NoteSequence): NoteSequence => score

describe('the TFRecord that TensorFlow and note-seq wrote', () => {
  const bytes = read('sequences.tfrecord')
  const records = [...recordsIn((offset, length) => bytes.subarray(offset, offset + length), bytes.length)]
  const names = readFileSync(join(folder, 'sequences.txt'), 'utf8').trim().split('\n')

  it.each(records.map((record, n) => [names[n] ?? '', record] as const))(
    'has %s as this project reads it',
    (name, record) => {
      expect(record.failure).toBeNull()
      expect(decodeNoteSequence(record.bytes).score).toEqual(kept(midi(name)))
    },
  )

  it('is the same bytes framed again', () => {
    expect(Buffer.concat(records.map((record) => encodeRecord(record.bytes)))).toEqual(Buffer.from(bytes))
  })

  it('is the same sequence as text', () => {
    expect(readScore(read('ts_6_8.pbtxt'), 'ts_6_8.pbtxt')).toEqual(kept(midi('ts_6_8.mid')))
  })
})

interface Heard {
  readonly name: string
  readonly notes: readonly (readonly [pitch: number, start: number, end: number])[]
}

describe('the MusicXML that music21 wrote', () => {
  const heard = readFileSync(join(folder, 'scores.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Heard)

  it.each(heard.map(({ name, notes }) => [name, notes] as const))(
    '%s has the notes that music21 hears in it',
    (name, notes) => {
      const score = readScore(read(`${name}.musicxml`), `${name}.musicxml`)
      const quarters = (seconds: number): number => Number(((seconds * (score.tempos[0]?.qpm ?? 120)) / 60).toFixed(4))
      const ours = score.notes.map(({ pitch, startSeconds, endSeconds }) => [
        pitch,
        quarters(startSeconds),
        quarters(endSeconds),
      ])
      const theirs = notes.map(([pitch, start, end]) => [pitch, Number(start.toFixed(4)), Number(end.toFixed(4))])
      const inOrder = (all: number[][]): number[][] =>
        all.sort((a, b) => a[1]! - b[1]! || a[0]! - b[0]! || a[2]! - b[2]!)
      expect(inOrder(ours)).toEqual(inOrder(theirs))
    },
  )

  it('is the same compressed', () => {
    expect(readScore(read('ties.mxl'), 'ties.mxl').notes).toEqual(
      readScore(read('ties.musicxml'), 'ties.musicxml').notes,
    )
  })
})
