import { createHash } from 'node:crypto'
import type { Note, NoteSequence, QuantizedNote } from '../../src/score/noteSequence.ts'

/** SHA-256 over the notes as the goldens' README lays them out: four int32 and a byte, then start and end as doubles. */
export function notesHash(notes: readonly Note[]): string {
  const data = Buffer.alloc(notes.length * 33)
  notes.forEach((note, i) => {
    const at = i * 33
    data.writeInt32LE(note.instrument, at)
    data.writeInt32LE(note.program, at + 4)
    data.writeUInt8(note.isDrum ? 1 : 0, at + 8)
    data.writeInt32LE(note.pitch, at + 9)
    data.writeInt32LE(note.velocity, at + 13)
    data.writeDoubleLE(note.startSeconds, at + 17)
    data.writeDoubleLE(note.endSeconds, at + 25)
  })
  return createHash('sha256').update(data).digest('hex')
}

/** The same over quantized notes: instrument, drum byte, pitch, velocity, start step, end step. */
export function quantizedNotesHash(notes: readonly QuantizedNote[]): string {
  const data = Buffer.alloc(notes.length * 21)
  notes.forEach((note, i) => {
    const at = i * 21
    data.writeInt32LE(note.instrument, at)
    data.writeUInt8(note.isDrum ? 1 : 0, at + 4)
    data.writeInt32LE(note.pitch, at + 5)
    data.writeInt32LE(note.velocity, at + 9)
    data.writeInt32LE(note.startStep, at + 13)
    data.writeInt32LE(note.endStep, at + 17)
  })
  return createHash('sha256').update(data).digest('hex')
}

/** Tempos, signatures and length in the goldens' form; mode 0 is major, 1 minor. */
export function goldenMeta(sequence: NoteSequence): Record<string, unknown> {
  return {
    total_time: sequence.totalSeconds,
    tempos: sequence.tempos.map((tempo) => [tempo.timeSeconds, tempo.qpm]),
    time_signatures: sequence.timeSignatures.map((ts) => [ts.timeSeconds, ts.numerator, ts.denominator]),
    key_signatures: sequence.keySignatures.map((ks) => [ks.timeSeconds, ks.key, ks.mode === 'major' ? 0 : 1]),
    n_notes: sequence.notes.length,
    notes_sha256: notesHash(sequence.notes),
  }
}
