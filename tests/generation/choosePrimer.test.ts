import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { choosePrimer, listMelodies, type PrimerChoice } from '../../src/generation/choosePrimer.ts'
import { PrimerError, primerOfScore } from '../../src/generation/primers.ts'
import type { Note, NoteSequence } from '../../src/score/noteSequence.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const fixture = (name: string): NoteSequence =>
  readMidi(new Uint8Array(readFileSync(join(projectRoot, 'tests', 'fixtures', 'midi', name))))

const note = (pitch: number, startSeconds: number, more: Partial<Note> = {}): Note => {
  return {
    instrument: 0,
    program: 0,
    isDrum: false,
    pitch,
    velocity: 90,
    startSeconds,
    endSeconds: startSeconds + 0.5,
    ...more,
  }
}

const SCALE = [60, 62, 64, 65, 67]
/** Quarter notes at 120 per minute, from bar `first` of 4/4 on. */
function quarters(count: number, first: number, instrument = 0): Note[] {
  return Array.from({ length: count }, (_, n) => {
    return note(SCALE[n % 5]! + 12 * instrument, (first - 1) * 2 + n / 2, { instrument })
  })
}

type Changes = Partial<Pick<NoteSequence, 'tempos' | 'timeSignatures'>>
function score(notes: readonly Note[], { tempos, timeSignatures }: Changes = {}): NoteSequence {
  return {
    ticksPerQuarter: 220,
    totalSeconds: notes.reduce((end, { endSeconds }) => Math.max(end, endSeconds), 0),
    tempos: tempos ?? [{ timeSeconds: 0, qpm: 120 }],
    timeSignatures: timeSignatures ?? [],
    keySignatures: [],
    notes,
    startTimeOffsetSeconds: 0,
  }
}

/** Three melodies: two in track 0, one in track 1. */
const three = score([...quarters(32, 1), ...quarters(32, 11), ...quarters(40, 3, 1)])
const choose = (from: NoteSequence, choice: PrimerChoice = {}) => choosePrimer(from, choice, false)
const pitches = (events: readonly number[]): number[] => events.filter((event) => event >= 0)

describe('listMelodies', () => {
  it('numbers the melodies track by track, with their bars in the score', () => {
    const listed = listMelodies(three)
    expect(listed.map(({ number, melody, bars }) => [number, melody.instrument, bars.first, bars.last])).toEqual([
      [1, 0, 1, 8],
      [2, 0, 11, 18],
      [3, 1, 3, 12],
    ])
  })

  it('counts bars on through changes of tempo and metre', () => {
    const tempos = [
      { timeSeconds: 0, qpm: 120 },
      { timeSeconds: 16, qpm: 60 },
    ]
    const slow = quarters(32, 1).map((each) => {
      return { ...each, startSeconds: 16 + 2 * each.startSeconds, endSeconds: 16 + 2 * each.endSeconds }
    })
    const listed = listMelodies(score([...quarters(32, 1), ...slow], { tempos }))
    expect(listed.map(({ bars, qpm }) => [bars.first, bars.last, qpm])).toEqual([
      [1, 8, 120],
      [9, 16, 60],
    ])
  })
})

describe('choosePrimer', () => {
  it('takes the first four bars of the first melody', () => {
    const { primer, taken, remark, isWhole } = choose(three)
    expect(primer.events).toHaveLength(64)
    expect(pitches(primer.events)).toEqual(Array.from({ length: 16 }, (_, n) => SCALE[n % 5]))
    expect(taken).toEqual({ melody: 1, track: 0, bars: [1, 4] })
    expect(remark).toBe('bars 1-4 of melody 1 of 3, track 0')
    expect(isWhole).toBe(false)
  })

  it('takes the melody of a number, the first of a track, and bars of either', () => {
    expect(choose(three, { melody: 2 }).taken).toEqual({ melody: 2, track: 0, bars: [11, 14] })
    expect(choose(three, { track: 1 }).taken).toEqual({ melody: 3, track: 1, bars: [3, 6] })
    expect(pitches(choose(three, { track: 1 }).primer.events)[0]).toBe(72)
    const part = choose(three, { melody: 2, bars: { first: 12, last: 12 } })
    expect(part.taken).toEqual({ melody: 2, track: 0, bars: [12, 12] })
    expect(pitches(part.primer.events)).toEqual([67, 60, 62, 64])
    expect(choose(three, { track: 1, bars: { first: 4, last: 5 } }).primer.events).toHaveLength(32)
  })

  it('without a track takes bars of the first melody that sounds in them', () => {
    expect(choose(three, { bars: { first: 9, last: 10 } }).taken).toEqual({ track: 1, bars: [9, 10] })
    expect(choose(three, { bars: { first: 2, last: 2 } }).taken.track).toBe(0)
  })

  it('passes over changes of tempo inside the bars, and keeps the tempo at their start', () => {
    const tempos = [
      { timeSeconds: 0, qpm: 120 },
      { timeSeconds: 1, qpm: 60 }, // from the third quarter on
    ]
    const notes = [note(60, 0), note(62, 0.5), note(64, 1, { endSeconds: 2 }), note(65, 2, { endSeconds: 3 })]
    const { primer, taken } = choose(score(notes, { tempos }))
    expect(primer).toMatchObject({ events: [60, 62, 64, 65].flatMap((pitch) => [pitch, -2, -2, -2]), qpm: 120 })
    expect(taken).toEqual({ track: 0, bars: [1, 1] })
  })

  it('keeps the metre, and stays on one side of its changes', () => {
    const timeSignatures = [
      { timeSeconds: 0, numerator: 3, denominator: 4 },
      { timeSeconds: 3, numerator: 2, denominator: 4 }, // two bars of 3/4
    ]
    const notes = Array.from({ length: 12 }, (_, n) => note(60 + (n % 3), n / 2))
    const changing = score(notes, { timeSignatures })
    const start = choose(changing)
    expect(start.taken.bars).toEqual([1, 2])
    expect(start.primer).toMatchObject({ timeSignature: { numerator: 3, denominator: 4 } })
    expect(start.primer.events).toHaveLength(24)
    expect(choose(changing, { bars: { first: 3, last: 5 } }).primer).toMatchObject({
      timeSignature: { numerator: 2, denominator: 4 },
    })
    expect(() => choose(changing, { bars: { first: 1, last: 4 } })).toThrow(
      'the metre changes from 3/4 to 2/4 in bar 3: choose --bars 1-2 or 3-4',
    )
  })

  it('of a file said twice to be in another metre takes the last, as note-seq does', () => {
    const { primer, taken } = choose(fixture('metre-twice-at-0.mid'))
    expect(taken).toEqual({ melody: 1, track: 0, bars: [1, 4] })
    expect(primer.timeSignature).toEqual({ numerator: 3, denominator: 4 })
    expect(primer.events).toHaveLength(48)
  })

  it('is whole, note for note as before, where the file is short', () => {
    // Ends off the grid: what is appended depends on it.
    const short = score([note(60, 0), note(62, 0.5), note(64, 1, { endSeconds: 1.43 })])
    for (const appendix of [true, false]) {
      const { primer, isWhole, taken } = choosePrimer(short, {}, appendix)
      expect(primer).toEqual(primerOfScore(short, appendix))
      expect([isWhole, taken]).toEqual([true, { track: 0, bars: [1, 1] }])
    }
  })

  it('of chords takes the highest notes, and says so', () => {
    const chords = score(quarters(40, 1).flatMap((each) => [each, { ...each, pitch: each.pitch - 12 }]))
    expect(listMelodies(chords)).toEqual([])
    const { primer, remark, taken } = choose(chords)
    expect(pitches(primer.events).every((pitch) => pitch >= 60)).toBe(true)
    expect(remark).toBe('bars 1-4 of track 0, of notes that start together the highest')
    expect(taken).toEqual({ track: 0, bars: [1, 4] })
  })

  it('begins in the bar of the first note, and cuts what sounds on', () => {
    const late = score([note(60, 4.5, { endSeconds: 30 })])
    const { primer, taken } = choose(late)
    expect(taken.bars).toEqual([3, 6])
    expect(primer.events).toHaveLength(64)
    expect(primer.events.slice(0, 6)).toEqual([-2, -2, -2, -2, 60, -2])
  })

  it('passes over drums', () => {
    const drums = quarters(40, 1).map((each) => ({ ...each, isDrum: true }))
    const both = score([...drums, ...quarters(40, 1, 1)])
    expect(choose(both).taken).toEqual({ melody: 1, track: 1, bars: [1, 4] })
    expect(() => choose(both, { track: 0 })).toThrow('track 0 is drums')
    expect(() => choose(score(drums))).toThrow('it has no notes')
  })

  it.each<[PrimerChoice, string]>([
    [
      { melody: 9 },
      'it has no melody 9; it has 3 melodies: 1 (track 0, bars 1-8), 2 (track 0, bars 11-18), 3 (track 1',
    ],
    [{ melody: 1, track: 0 }, 'melody 1 already has a track: leave out the number or --track 0'],
    [{ melody: 1, bars: { first: 8, last: 9 } }, 'melody 1 lies in bars 1-8, and bars 8-9 do not'],
    [{ track: 7 }, 'it has no track 7; its tracks are 0 to 1 (cantus inspect shows them)'],
    [{ bars: { first: 17, last: 40 } }, 'it has 18 bars, and --bars 17-40 is past its end: choose from 1 to 18'],
    [{ track: 0, bars: { first: 9, last: 10 } }, 'no note of track 0 begins in bars 9-10; one does in bar 11'],
    [{ track: 1, bars: { first: 1, last: 2 } }, 'no note of track 1 begins in bars 1-2; one does in bar 3'],
  ])('refuses %j', (choice, message) => {
    expect(() => choose(three, choice)).toThrow(PrimerError)
    expect(() => choose(three, choice)).toThrow(message)
  })

  it('names a metre without whole sixteenths, and says that nothing is listed', () => {
    const odd = score([note(60, 0)], { timeSignatures: [{ timeSeconds: 0, numerator: 3, denominator: 32 }] })
    expect(() => choose(odd)).toThrow('a bar of 3/32 has 1.5 sixteenths')
    expect(() => choose(odd, { melody: 1 })).toThrow('it has no melodies')
  })

  it('names the bound on how long a primer may be', () => {
    const long = score([note(60, 0), note(62, 7000)])
    expect(() => choose(long, { bars: { first: 1, last: 3500 } })).toThrow('56000 steps (at most 50000): choose fewer')
  })

  it('gives the same after a round trip through MIDI', () => {
    const again = readMidi(writeMidi(three))
    expect(choose(again, { melody: 3 })).toEqual(choose(three, { melody: 3 }))
  })
})
