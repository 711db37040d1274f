import { describe, expect, it } from 'vitest'
import type { Note, NoteSequence } from '../../src/score/noteSequence.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { MidiWriteError, writeMidi } from '../../src/score/writeMidi.ts'
import { goldenFolders, goldenJson, goldenLines } from '../goldens/goldens.ts'

const note = (pitch: number, startSeconds: number, endSeconds: number, more: Partial<Note> = {}): Note => ({
  instrument: 0,
  program: 0,
  isDrum: false,
  pitch,
  velocity: 100,
  startSeconds,
  endSeconds,
  ...more,
})

const score = (notes: Note[], more: Partial<NoteSequence> = {}): NoteSequence => ({
  ticksPerQuarter: 220,
  totalSeconds: Math.max(0, ...notes.map(({ endSeconds }) => endSeconds)),
  tempos: [{ timeSeconds: 0, qpm: 120 }],
  timeSignatures: [],
  keySignatures: [],
  notes,
  startTimeOffsetSeconds: 0,
  ...more,
})

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

interface RoundTripRow {
  qpm: number
  velocity: number
  notes: [number, number, number][]
  midi_base64: string
}
interface MelodyRow {
  to_sequence: { qpm: number; notes: [number, number, number, number][]; midi_base64: string }[]
}

describe.each(goldenFolders())('writeMidi gives the bytes of pretty_midi ($name goldens)', ({ folder }) => {
  it('for every melody of the round trips', () => {
    const rows = goldenLines<RoundTripRow>(folder, 'roundtrip.jsonl')
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) {
      const notes = row.notes.map(([pitch, start, end]) => note(pitch, start, end, { velocity: row.velocity }))
      const bytes = writeMidi(score(notes, { tempos: [{ timeSeconds: 0, qpm: row.qpm }] }))
      expect(Buffer.from(bytes).toString('base64')).toBe(row.midi_base64)
    }
  })

  it('for every melody of misc.json at every tempo', () => {
    const rows = goldenJson<{ melodies: MelodyRow[] }>(folder, 'misc.json').melodies.flatMap((row) => row.to_sequence)
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) {
      const notes = row.notes.map(([pitch, velocity, start, end]) => note(pitch, start, end, { velocity }))
      const bytes = writeMidi(score(notes, { tempos: [{ timeSeconds: 0, qpm: row.qpm }] }))
      expect(Buffer.from(bytes).toString('base64')).toBe(row.midi_base64)
    }
  })
})

describe('writeMidi', () => {
  it('writes a header, a conductor track and a track an instrument', () => {
    // One quarter note of middle C at 120 per minute: 220 ticks, dc 81 5c as a delta, and the end one tick later.
    expect(hex(writeMidi(score([note(60, 0, 0.5)])))).toBe(
      '4d54686400000006' + '0001' + '0002' + '00dc' +
        '4d54726b00000013' + '00ff510307a120' + '00ff580404021808' + '01ff2f00' +
        '4d54726b0000000f' + '00c000' + '00903c64' + '815c3c00' + '01ff2f00',
    ) // prettier-ignore
  })

  it('names the tracks of further instruments, and puts drums on channel 10', () => {
    const notes = [note(36, 0, 1, { instrument: 2, isDrum: true }), note(60, 0, 1, { instrument: 1, program: 40 })]
    const bytes = writeMidi(score(notes))
    const text = Buffer.from(bytes).toString('latin1')
    expect(text).toContain('Violin')
    expect(text).toContain('Drums')
    expect(readMidi(bytes).notes).toEqual([
      { ...note(60, 0, 1), program: 40, instrument: 0 },
      { ...note(36, 0, 1), isDrum: true, instrument: 1 },
    ])
  })

  it('keeps tempos, metres and keys at their times', () => {
    const sequence = score([note(60, 0, 1), note(62, 2, 3)], {
      tempos: [
        { timeSeconds: 0, qpm: 120 },
        { timeSeconds: 1, qpm: 60 },
      ],
      timeSignatures: [
        { timeSeconds: 0, numerator: 3, denominator: 4 },
        { timeSeconds: 1, numerator: 6, denominator: 8 },
      ],
      keySignatures: [
        { timeSeconds: 0, key: 7, mode: 'major' },
        { timeSeconds: 1, key: 9, mode: 'minor' },
      ],
    })
    expect(readMidi(writeMidi(sequence))).toEqual(sequence)
  })

  it.each([
    ['a tempo', score([], { tempos: [{ timeSeconds: 0, qpm: 1 }] }), 'a tempo of 1'],
    ['a metre', score([], { timeSignatures: [{ timeSeconds: 0, numerator: 3, denominator: 5 }] }), 'a metre of 3/5'],
    ['a key', score([], { keySignatures: [{ timeSeconds: 0, key: 12, mode: 'major' }] }), 'a key on pitch class 12'],
    ['a pitch', score([note(128, 0, 1)]), 'invalid pitch 128 (0-127)'],
    ['a program', score([note(60, 0, 1, { program: -1 })]), 'invalid program -1 (0-127)'],
    ['a velocity', score([note(60, 0, 1, { velocity: 300 })]), 'invalid velocity 300 (0-127)'],
    ['a time', score([note(60, -1, 1)]), 'times are from 0'],
    ['a time', score([note(60, Number.NaN, 1)]), 'times are from 0'],
    ['a time', score([note(60, 0, Infinity)]), 'times are from 0'],
    ['a resolution', score([], { ticksPerQuarter: 40000 }), '40000 ticks'],
  ])('refuses %s that MIDI cannot say', (_what, sequence, message) => {
    expect(() => writeMidi(sequence)).toThrow(MidiWriteError)
    expect(() => writeMidi(sequence)).toThrow(message)
  })
})
