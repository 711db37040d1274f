import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_EXTRACTION, scoreToMelodies } from '../../src/dataset/scoreToMelodies.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import type { Note, NoteSequence } from '../../src/score/noteSequence.ts'
import { soundingEventsArbitrary } from '../melody/melodyArbitrary.ts'

const lax = { ...DEFAULT_EXTRACTION, minBars: 0, minPitches: 1 }

/** A score at 120 quarters per minute from rows of pitch, start and end in seconds. */
function score(
  rows: readonly (readonly [number, number, number, Partial<Note>?])[],
  more: Partial<NoteSequence> = {},
): NoteSequence {
  const notes = rows.map(([pitch, startSeconds, endSeconds, other]): Note => {
    return { instrument: 0, program: 0, isDrum: false, pitch, velocity: 90, startSeconds, endSeconds, ...other }
  })
  return {
    ticksPerQuarter: 480,
    totalSeconds: Math.max(0, ...notes.map((note) => note.endSeconds)),
    tempos: [{ timeSeconds: 0, qpm: 120 }],
    timeSignatures: [],
    keySignatures: [],
    notes,
    startTimeOffsetSeconds: 0,
    ...more,
  }
}
const metre = (timeSeconds: number, numerator: number, denominator: number) => ({ timeSeconds, numerator, denominator })

describe('scoreToMelodies', () => {
  it('cuts a score where its metre changes, and starts a new part there', () => {
    const parts = scoreToMelodies(
      score(
        [
          [60, 0, 0.25],
          [62, 2, 2.25],
        ],
        { timeSignatures: [metre(0, 4, 4), metre(2, 3, 4)] },
      ),
      lax,
    )
    expect(parts.map((part) => [part.startTimeOffset, part.stepsPerBar, part.melodies.map((m) => m.events)])).toEqual([
      [0, 16, [[60, -2]]],
      [2, 12, [[62, -2]]],
    ])
  })

  it('names a part without whole steps per bar, and continues with the others', () => {
    const timeSignatures = [metre(0, 3, 32), metre(2, 4, 4)]
    const parts = scoreToMelodies(
      score(
        [
          [60, 0, 0.25],
          [62, 2, 2.25],
        ],
        { timeSignatures },
      ),
      lax,
    )
    expect(parts[0]).toEqual({
      startTimeOffset: 0,
      stepsPerBar: null,
      melodies: [],
      dropped: [{ instrument: null, reason: 'non-integer-steps-per-bar' }],
    })
    expect(parts[1]?.melodies).toHaveLength(1)
  })

  it('counts a metre that has no place on any grid among those', () => {
    for (const timeSignatures of [[metre(0, 0, 4)], [metre(0, 3, 6)]]) {
      expect(scoreToMelodies(score([[60, 0, 1]], { timeSignatures }), lax)).toMatchObject([
        { stepsPerBar: null, dropped: [{ instrument: null, reason: 'non-integer-steps-per-bar' }] },
      ])
    }
  })

  it('names a score without notes, and a part without notes', () => {
    expect(scoreToMelodies(score([]), lax)).toEqual([
      { startTimeOffset: 0, stepsPerBar: null, melodies: [], dropped: [{ instrument: null, reason: 'no-notes' }] },
    ])
    const parts = scoreToMelodies(score([[60, 4, 5]], { timeSignatures: [metre(2, 3, 4)] }), lax)
    expect(parts[0]).toMatchObject({ stepsPerBar: 16, dropped: [{ instrument: null, reason: 'no-notes' }] })
  })

  it('gives every track without melodies its reason', () => {
    const track = (instrument: number, pitches: number[], isDrum = false) =>
      pitches.map((pitch, index) => [pitch, index / 2, index / 2 + 0.5, { instrument, isDrum }] as const)
    const scale = [60, 62, 64, 65, 67]
    const config = { ...DEFAULT_EXTRACTION, minBars: 1 }
    const notes = [
      ...track(0, [36, 36, 36, 36, 36], true),
      ...track(1, [60, 60, 60, 60, 60]),
      ...track(2, [60, 62]),
      ...track(3, scale),
      ...track(4, scale),
      ...track(4, [72]),
    ]
    const [part] = scoreToMelodies(score(notes), config)
    expect(part?.melodies.map((melody) => melody.instrument)).toEqual([3])
    expect(part?.dropped).toEqual([
      { instrument: 0, reason: 'drums' },
      { instrument: 1, reason: 'too-few-pitches' },
      { instrument: 2, reason: 'too-short' },
      { instrument: 4, reason: 'polyphonic' },
    ])
  })

  it('uses every setting', () => {
    const scale = [60, 62, 64, 65, 67].map((pitch, index) => [pitch, index, index + 1] as const)
    const events = (config: Partial<typeof lax>) =>
      scoreToMelodies(score([...scale, [84, 0, 1]]), { ...lax, ignorePolyphonic: true, ...config })[0]?.melodies[0]
        ?.events
    expect(events({})).toHaveLength(40)
    expect(events({})?.[0]).toBe(84)
    expect(events({ stepsPerQuarter: 2 })).toHaveLength(20)
    expect(events({ maxSteps: 10 })).toHaveLength(10)
    expect(events({ minBars: 3 })).toBeUndefined()
    expect(events({ minPitches: 6 })).toBeUndefined()
    expect(events({ ignorePolyphonic: false })).toBeUndefined()
  })

  it('gives the melody of a melody', () => {
    fc.assert(
      fc.property(soundingEventsArbitrary(), (events) => {
        const heard = events.findLastIndex((event) => event !== -2)
        fc.pre(events.some((event) => event >= 0))
        const melody = melodyFromEvents(events)
        const parts = scoreToMelodies(melodyToNoteSequence(melody), { ...lax, gapBars: Infinity })
        const [back] = parts[0]?.melodies ?? []
        // The last NOTE_OFF and the silence behind it are not in the score; nor are bars before the first note.
        const end = events[heard] === -1 ? heard : events.length
        const start = Math.floor(events.findIndex((event) => event >= 0) / 16) * 16
        expect(back?.events).toEqual(events.slice(start, end))
        expect(back?.startStep).toBe(start)
      }),
    )
  })

  it('never changes the score', () => {
    const given = score(
      [
        [62, 2, 3],
        [60, 0, 1],
        [64, 0, 4],
      ],
      { timeSignatures: [metre(1, 3, 4)] },
    )
    const before = structuredClone(given)
    scoreToMelodies(given, lax)
    expect(given).toEqual(before)
  })
})
