import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { MidiConversionError } from '../../src/score/midiConversionError.ts'
import { MIDI_LIMITS } from '../../src/score/midiLimits.ts'
import type { Note, NoteSequence } from '../../src/score/noteSequence.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { goldenMidi, ownGoldens } from '../goldens/goldens.ts'
import { corruptFiles, END_OF_TRACK, fileOf, header, QUARTER, track } from '../fixtures/makeCorrupt.ts'

const corruptFolder = fileURLToPath(new URL('../fixtures/corrupt/', import.meta.url))

/** [pitch, start tick, end tick] at 480 ticks per quarter and 120 per minute, which is 960 ticks per second. */
const ticks = (sequence: NoteSequence): number[][] =>
  sequence.notes.map((note) => [note.pitch, note.startSeconds * 960, note.endSeconds * 960])

const on = (delta: number, pitch = 60): number[] => [delta, 0x90, pitch, 64]
const off = (delta: number, pitch = 60): number[] => [delta, 0x80, pitch, 0]

describe('readMidi takes tempo and metre from the first track, as note-seq does', () => {
  const tempo = (microseconds: number): number[] => {
    return [0, 0xff, 0x51, 3, microseconds >> 16, (microseconds >> 8) & 255, microseconds & 255]
  }
  const metre = (beats: number): number[] => [0, 0xff, 0x58, 4, beats, 2, 24, 8]
  const twoTracks = (first: readonly number[], second: readonly number[]): NoteSequence =>
    readMidi(Uint8Array.from([...header({ tracks: 2 }), ...track(first), ...track([...second, ...QUARTER])]))

  it('and counts what other tracks say otherwise', () => {
    const score = twoTracks(metre(3), [...tempo(250_000), ...metre(4), ...metre(3)])
    expect(score.tempos).toEqual([{ timeSeconds: 0, qpm: 120 }])
    expect(score.timeSignatures).toEqual([{ timeSeconds: 0, numerator: 3, denominator: 4 }])
    expect(score.ignored).toEqual({ tempos: 1, timeSignatures: 1 })
  })

  it('and says nothing of a track that repeats the first, or its defaults', () => {
    expect(twoTracks([...tempo(600_000), ...metre(3)], [...tempo(600_000), ...metre(3)])).not.toHaveProperty('ignored')
    expect(twoTracks(END_OF_TRACK, [...tempo(500_000), ...metre(4)])).not.toHaveProperty('ignored')
  })
})

describe('readMidi pairs notes as pretty_midi does', () => {
  it('closes every open note of the pitch with one note-off, first opened first', () => {
    expect(ticks(readMidi(fileOf([...on(0), ...on(10), ...off(20)])))).toEqual([
      [60, 0, 30],
      [60, 10, 30],
    ])
  })

  it('keeps a note open that starts on the tick of the note-off', () => {
    expect(ticks(readMidi(fileOf([...on(0), ...on(10), ...off(0), ...off(10)])))).toEqual([
      [60, 0, 10],
      [60, 10, 20],
    ])
  })

  it('drops notes without length, notes never closed, and note-offs without a note', () => {
    expect(ticks(readMidi(fileOf([...on(0), ...off(0), ...off(5), ...on(5), ...on(0, 62)])))).toEqual([])
  })

  it('takes a note-on of velocity 0 for a note-off, also by running status and after a meta event', () => {
    expect(ticks(readMidi(fileOf([...on(0), 10, 0xff, 1, 0, 5, 60, 0])))).toEqual([[60, 0, 15]])
  })

  it('does not pair across channels or tracks', () => {
    const other = [10, 0x81, 60, 0]
    expect(ticks(readMidi(fileOf([...on(0), ...other])))).toEqual([])
    const bytes = Uint8Array.from([...header({ tracks: 2 }), ...track(on(0)), ...track(off(10))])
    expect(ticks(readMidi(bytes))).toEqual([])
  })

  it('numbers instruments by (program at the note-off, channel, track) and their first closed note', () => {
    const first = [0, 0xc0, 5, ...on(0), ...on(0, 62), ...off(10, 62), 0, 0xc0, 7, ...off(0), 0, 0x99, 36, 9, 5, 36, 0]
    const second = QUARTER
    const bytes = Uint8Array.from([...header({ tracks: 2 }), ...track(first), ...track(second)])
    const instruments = readMidi(bytes).notes.map((note) => [note.instrument, note.program, note.isDrum, note.pitch])
    expect(instruments).toEqual([
      [0, 5, false, 62],
      [1, 7, false, 60],
      [2, 0, true, 36],
      [3, 0, false, 60],
    ])
  })
})

describe('readMidi keeps time as pretty_midi does', () => {
  it('lets the last of several tempos at tick 0 win, and leaves out a repeated one', () => {
    const tempo = (delta: number, high: number): number[] => [delta, 0xff, 0x51, 3, high, 0, 0]
    const { tempos } = readMidi(fileOf([...tempo(0, 8), ...tempo(0, 4), ...tempo(96, 4), ...tempo(96, 2)]))
    // 0x40000 = 262144 microseconds a quarter: 192 ticks of 480 last 0.1048576 s.
    expect(tempos.map(({ qpm }) => Math.round(qpm))).toEqual([229, 458])
    expect(tempos[1]?.timeSeconds).toBeCloseTo(0.1048576, 12)
  })

  it('takes tempo, metre and key from track 0 only', () => {
    const conductor = [0, 0xff, 0x59, 2, 0xfd, 1, 0, 0xff, 0x58, 4, 6, 3, 24, 8]
    const ignored = [0, 0xff, 0x51, 3, 0, 0, 0, 0, 0xff, 0x58, 4, 0, 2, 24, 8, ...QUARTER]
    const sequence = readMidi(Uint8Array.from([...header({ tracks: 2 }), ...track(conductor), ...track(ignored)]))
    expect(sequence.tempos).toEqual([{ timeSeconds: 0, qpm: 120 }])
    expect(sequence.timeSignatures).toEqual([{ timeSeconds: 0, numerator: 6, denominator: 8 }])
    expect(sequence.keySignatures).toEqual([{ timeSeconds: 0, key: 0, mode: 'minor' }])
    expect(sequence.totalSeconds).toBe(0.5)
  })

  it('plays on after an early end of track, and forgets the delta of an unknown meta event', () => {
    expect(ticks(readMidi(fileOf([...END_OF_TRACK, ...on(0), 50, 0xff, 0x60, 0, ...off(10)])))).toEqual([[60, 0, 10]])
  })

  it('reads the header by its length, ignores what follows the last track, and any file type', () => {
    const long = [...header({ type: 7 }), 1, 2, 3]
    long[7] = 9
    expect(ticks(readMidi(Uint8Array.from([...long, ...track(QUARTER), 1, 2, 3])))).toEqual([[60, 0, 480]])
  })

  it('reads over sysex, system and escape events', () => {
    const noise = [0, 0xf0, 4, 0xf0, 1, 2, 0xf7, 0, 0xf7, 0, 0, 0xf1, 3, 0, 0xf2, 1, 2, 0, 0xf3, 1, 0, 0xf6, 0, 0xfe]
    expect(ticks(readMidi(fileOf([...noise, ...QUARTER])))).toEqual([[60, 0, 480]])
  })
})

describe('readMidi refuses with a reason', () => {
  const files = corruptFiles.filter(({ name }) => name.endsWith('.mid'))

  it.each(files)('$name: $says', ({ name, bytes, says }) => {
    expect(() => readMidi(bytes)).toThrow(MidiConversionError)
    expect(() => readMidi(bytes)).toThrow(says)
    expect(new Uint8Array(readFileSync(`${corruptFolder}${name}`))).toEqual(bytes)
  })

  it('every corrupt .mid file there is', () => {
    const names = readdirSync(corruptFolder).filter((name) => name.endsWith('.mid'))
    expect(names.length).toBeGreaterThanOrEqual(files.length)
    for (const name of names) {
      expect(() => readMidi(new Uint8Array(readFileSync(`${corruptFolder}${name}`)))).toThrow(MidiConversionError)
    }
  })

  const repeated = (events: readonly number[], times: number): Uint8Array => {
    const body = Buffer.alloc(events.length * times, Uint8Array.from(events))
    const start = Uint8Array.from([...header(), ...track([], body.length)])
    return new Uint8Array(Buffer.concat([start, body]))
  }

  it.each([
    ['10 million program changes', () => repeated([0, 0xc0, 1], 1e7), 'limit-events'],
    ['a million notes', () => repeated([0, 0x90, 60, 1, 1, 60, 0], 1e6), 'limit-notes'],
    ['a million open notes', () => repeated([0, 0x90, 60, 1], 1e6), 'limit-notes'],
    ['100,000 tempos', () => repeated([1, 0xff, 0x51, 3, 7, 0, 0], 1e5), 'limit-time-changes'],
    ['a large file', () => new Uint8Array(MIDI_LIMITS.fileBytes + 1), 'limit-bytes'],
  ])('refuses %s', (_what, bytes, message) => {
    const hostile = bytes()
    expect(() => readMidi(hostile)).toThrow(new RegExp(message))
  })

  it('reads 32,767 tracks, which is what a header can say', () => {
    const one = track(QUARTER)
    const bytes = Uint8Array.from([...header({ tracks: 32767 }), ...new Array<number[]>(32767).fill(one).flat()])
    expect(readMidi(bytes).notes).toHaveLength(32767)
  })
})

/** Reads, or fails as it should; anything else is a defect. */
function readOrRefuse(bytes: Uint8Array): NoteSequence | null {
  try {
    return readMidi(bytes)
  } catch (error) {
    if (error instanceof MidiConversionError) return null
    throw error
  }
}

describe('readMidi, whatever the bytes', () => {
  it('throws nothing but MidiConversionError on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(readOrRefuse(bytes)).toBeNull()
        readOrRefuse(fileOf([...bytes]))
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  it('throws nothing but MidiConversionError on real files with wrong bytes, and gives sound notes otherwise', () => {
    const files = ['drums_and_melody', 'tempo_change_mid', 'running_status'].map((name) =>
      goldenMidi(ownGoldens, `synth/${name}.mid`),
    )
    const change = fc.tuple(fc.nat(1200), fc.nat(255))
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 4 }), (file, changes) => {
        const bytes = Uint8Array.from(file)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        for (const { startSeconds, endSeconds, pitch, velocity } of readOrRefuse(bytes)?.notes ?? []) {
          expect(startSeconds).toBeGreaterThanOrEqual(0)
          expect(endSeconds).toBeGreaterThan(startSeconds)
          expect(pitch).toBeLessThan(128)
          expect(velocity).toBeGreaterThan(0)
        }
      }),
      { numRuns: 500, seed: 2 },
    )
  })

  it('reads back what writeMidi wrote', () => {
    const part = fc.record({
      pitch: fc.nat(127),
      velocity: fc.integer({ min: 1, max: 127 }),
      rest: fc.nat(900),
      length: fc.integer({ min: 1, max: 2000 }),
    })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        // One voice in whole ticks of 1/440 s, which is 220 per quarter at 120 per minute.
        let tick = 0
        const notes = parts.map(({ pitch, velocity, rest, length }): Note => {
          const start = tick + rest
          tick = start + length
          const [startSeconds, endSeconds] = [start * (60 / (120 * 220)), tick * (60 / (120 * 220))]
          return { instrument: 0, program: 0, isDrum: false, pitch, velocity, startSeconds, endSeconds }
        })
        const sequence: NoteSequence = {
          ticksPerQuarter: 220,
          totalSeconds: notes.at(-1)?.endSeconds ?? 0,
          tempos: [{ timeSeconds: 0, qpm: 120 }],
          timeSignatures: [{ timeSeconds: 0, numerator: 4, denominator: 4 }],
          keySignatures: [],
          notes,
          startTimeOffsetSeconds: 0,
        }
        expect(readMidi(writeMidi(sequence))).toEqual(sequence)
      }),
      { numRuns: 100, seed: 3 },
    )
  })
})

describe('readMidi reads a RIFF file of form RMID', () => {
  const text = (name: string): number[] => [...name].map((letter) => letter.charCodeAt(0))
  const chunk = (name: string, content: ArrayLike<number>): number[] => {
    const length = content.length
    const size = [length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff, 0]
    return [...text(name), ...size, ...Array.from(content), ...(length % 2 === 1 ? [0] : [])]
  }
  const riff = (...chunks: number[][]): Uint8Array =>
    Uint8Array.from(chunk('RIFF', [...text('RMID'), ...chunks.flat()]))
  const midi = fileOf(QUARTER)

  it('as the MIDI file in its data chunk', () => {
    expect(readMidi(riff(chunk('data', midi)))).toEqual(readMidi(midi))
    expect(readMidi(riff(chunk('LIST', [1, 2, 3]), chunk('data', midi), chunk('bext', [1])))).toEqual(readMidi(midi))
  })

  it('names one without a data chunk, or one that is cut', () => {
    expect(() => readMidi(riff(chunk('LIST', [1])))).toThrow('no MIDI file: this RIFF file has no data chunk')
    const whole = 12 + 8 + 14 // the form, the chunk's head, and the MIDI file's
    for (let length = 13; length < whole; length++)
      expect(() => readMidi(riff(chunk('data', midi)).subarray(0, length))).toThrow(MidiConversionError)
  })
})
