import { describe, expect, it } from 'vitest'
import { MidiConversionError } from '../../src/score/midiConversionError.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { goldenFolders, goldenLines, goldenMidi } from './goldens.ts'
import { goldenMeta } from './noteSequenceHash.ts'

interface NoteSequenceRow {
  file: string
  ok: boolean
  ticks_per_quarter: number
  notes: number[][]
}

describe.each(goldenFolders())('readMidi gives note-seq 0.0.5 its NoteSequence ($name goldens)', ({ folder }) => {
  const rows = goldenLines<NoteSequenceRow>(folder, 'noteseq.jsonl')

  it('has rows to compare', () => {
    expect(rows.length).toBeGreaterThanOrEqual(27)
  })

  it.each(rows.filter((row) => row.ok))('$file', (row) => {
    const sequence = readMidi(goldenMidi(folder, row.file))
    expect(sequence.ticksPerQuarter).toBe(row.ticks_per_quarter)
    expect(row).toMatchObject(goldenMeta(sequence))
    const notes = sequence.notes.map((note) => [
      note.instrument,
      note.program,
      note.isDrum ? 1 : 0,
      note.pitch,
      note.velocity,
      note.startSeconds,
      note.endSeconds,
    ])
    expect(notes).toEqual(row.notes)
  })

  it.each(rows.filter((row) => !row.ok))('$file is refused', (row) => {
    expect(() => readMidi(goldenMidi(folder, row.file))).toThrow(MidiConversionError)
  })
})
