import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeNoteSequence, encodeNoteSequence } from '../../../src/score/noteSequences/sequenceMessage.ts'
import { parseSequenceText } from '../../../src/score/noteSequences/sequenceText.ts'
import { encodeRecord, recordsIn } from '../../../src/score/noteSequences/tfRecords.ts'
import type { NoteSequence } from '../../../src/score/noteSequence.ts'

const score: NoteSequence = {
  ticksPerQuarter: 480,
  totalSeconds: 1.5,
  tempos: [
    { timeSeconds: 0, qpm: 90 },
    { timeSeconds: 1, qpm: 100.5 },
  ],
  timeSignatures: [{ timeSeconds: 0, numerator: 6, denominator: 8 }],
  keySignatures: [{ timeSeconds: 0, key: 9, mode: 'minor' }],
  notes: [
    { instrument: 0, program: 40, isDrum: false, pitch: 60, velocity: 80, startSeconds: 0, endSeconds: 0.5 },
    { instrument: 1, program: 0, isDrum: true, pitch: 38, velocity: 100, startSeconds: 0.5, endSeconds: 1.5 },
  ],
  startTimeOffsetSeconds: 2,
}
const names = { id: '/id/a', filename: 'a.mid', collection: 'tunes' }
const bytes = encodeNoteSequence(score, names)
const readAll = (file: Uint8Array) => [
  ...recordsIn((offset, length) => file.subarray(offset, offset + length), file.length),
]
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))

describe('a NoteSequence', () => {
  it('comes back as it was written', () => {
    expect(decodeNoteSequence(bytes)).toEqual({ id: '/id/a', title: '', score })
  })

  it('gives modes as the other formats do, and puts changes in order', () => {
    const text = `
      key_signatures { time: 1 key: D mode: DORIAN }  # in C major
      key_signatures { key: F_SHARP mode: MINOR }
      tempos { time: 2 qpm: 60 } tempos { qpm: 120 }`
    const read = parseSequenceText(text).score
    expect(read.keySignatures).toEqual([
      { timeSeconds: 0, key: 6, mode: 'minor' },
      { timeSeconds: 1, key: 0, mode: 'major' },
    ])
    expect(read.tempos.map(({ qpm }) => qpm)).toEqual([120, 60])
  })

  it('has a tempo and a resolution where it names none', () => {
    expect(parseSequenceText('notes { pitch: 60 velocity: 0 end_time: 1 }').score).toMatchObject({
      ticksPerQuarter: 220,
      tempos: [{ timeSeconds: 0, qpm: 120 }],
      notes: [{ pitch: 60, velocity: 1 }],
    })
  })

  it.each([
    ['notes { pitch: 200 velocity: 80 end_time: 1 }', /^notes\.0\.pitch: .*<=127/],
    ['notes { pitch: 60 velocity: 80 start_time: 2 end_time: 1 }', 'notes.0: it ends at 1 s, before it begins at 2 s'],
    ['tempos { qpm: 0 }', /^tempos\.0\.qpm: .*>0/],
    ['notes { pitch: }', 'line 1: expected a value, got "}"'],
    ['id: "a"\nnotes [', 'line 2: expected ":" or "{", got "["'],
    ['notes { pitch: 60', 'line 1: expected "}", got the end of the text'],
    ['}', `line 1: expected a field's name, got "}"`],
    ['a { '.repeat(30), /^line 1: more than 20 messages/],
  ])('of %j says what is wrong with it', (text, problem) => {
    expect(() => parseSequenceText(text)).toThrow(problem)
  })

  it('reads text with every mark, and leaves out fields it does not know', () => {
    const text = `id: 'a' 'b', source_info { parser: PRETTY_MIDI more < deep: [1, 2] > };
      notes: [{ pitch: 60 velocity: 80 end_time: 5e-1 is_drum: true }, < pitch: 61 velocity: 80 end_time: -0 >]`
    const read = parseSequenceText(text)
    expect(read.id).toBe('ab')
    expect(read.score.notes).toMatchObject([{ pitch: 60, endSeconds: 0.5, isDrum: true }, { pitch: 61 }])
  })

  it('refuses any other bytes in one line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (any) => {
        try {
          decodeNoteSequence(any)
        } catch (error) {
          expect(error).toMatchObject({ name: 'NoteSequenceError', message: expect.not.stringContaining('\n') })
        }
      }),
      { seed: 1 },
    )
  })
})

describe('a TFRecord', () => {
  const record = encodeRecord(bytes)

  it('has the checksums that TensorFlow writes', () => {
    // tf.io.TFRecordWriter().write(b'abc') of TensorFlow 2.15.1
    expect(Buffer.from(encodeRecord(Buffer.from('abc'))).toString('hex')).toBe('0300000000000000b099490e6162636e57f121')
  })

  it('gives its records in order', () => {
    expect(
      readAll(joined(record, encodeRecord(Uint8Array.of(1)))).map(({ number, bytes }) => [number, bytes.length]),
    ).toEqual([
      [1, bytes.length],
      [2, 1],
    ])
  })

  it('names a damaged record and reads those after it', () => {
    const damaged = record.slice()
    damaged[20] = damaged[20] === 0 ? 1 : 0
    const long = record.slice()
    long[8] = long[8] === 0 ? 1 : 0 // the checksum of its length
    const read = readAll(joined(damaged, long, record))
    expect(read.map(({ failure }) => failure?.message ?? null)).toEqual([
      'it has another checksum: it is damaged',
      'its length has another checksum: it is damaged',
      null,
    ])
    expect(decodeNoteSequence(read[2]!.bytes).score).toEqual(score)
  })

  it('says where a file breaks off, in a record or in its head', () => {
    const [, cut] = readAll(joined(record, record.slice(0, -10)))
    expect(cut?.failure?.message).toBe(
      `the file breaks off in this record: it has ${bytes.length - 6} of ${bytes.length + 4} bytes`,
    )
    expect(readAll(joined(record, record.slice(0, 5)))[1]?.failure?.message).toBe(
      'the file breaks off in this record: 5 bytes remain',
    )
  })

  it('reads no length that is not there, and no record past the bound', () => {
    const huge = encodeRecord(new Uint8Array(33 * 1024 * 1024))
    expect(readAll(joined(huge.slice(0, 20)))[0]?.failure?.message).toMatch(/^the file breaks off/)
    const reads: number[] = []
    const [first] = recordsIn((offset, length) => {
      reads.push(length)
      return huge.subarray(offset, offset + length)
    }, huge.length)
    expect(first?.failure?.message).toBe('limit-bytes: 34603008 bytes, more than 33554432')
    expect(Math.max(...reads)).toBe(12)
  })

  it('says what other files are', () => {
    expect(readAll(gzipSync(record))[0]?.failure?.message).toBe('it is compressed: unpack it with gunzip first')
    expect(readAll(Buffer.from('MThd and so on'))[0]?.failure?.message).toBe('it is not a TFRecord file')
  })
})
