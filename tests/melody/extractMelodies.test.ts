import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  extractMelodies,
  MelodyLimitError,
  NoteLengthError,
  type ExtractionOptions,
} from '../../src/melody/extractMelodies.ts'
import { quantizedScore } from './quantizedScore.ts'

/** Anything goes: one pitch class, half a bar. */
const lax: ExtractionOptions = { minBars: 0, minPitches: 1, gapBars: 1, ignorePolyphonic: false }

/** `bars` bars of quarter notes from `startStep`, over five pitch classes. */
function quarters(bars: number, startStep = 0, more = {}) {
  return Array.from({ length: bars * 4 }, (_, beat) => {
    const start = startStep + beat * 4
    return [60 + [0, 2, 4, 5, 7][beat % 5]!, start, start + 4, more] as const
  })
}

const eventsOf = (score: Parameters<typeof extractMelodies>[0], options = lax) =>
  extractMelodies(score, options).melodies.map((melody) => melody.events)

describe('extractMelodies', () => {
  it('begins at the bar of the first note', () => {
    const [melody] = extractMelodies(quantizedScore([[60, 18, 20]]), lax).melodies
    expect(melody).toEqual({
      events: [-2, -2, 60, -2],
      startStep: 16,
      endStep: 20,
      stepsPerBar: 16,
      stepsPerQuarter: 4,
      instrument: 0,
    })
  })

  it('cuts a note where the next one starts', () => {
    expect(
      eventsOf(
        quantizedScore([
          [60, 0, 8],
          [62, 2, 9],
        ]),
      ),
    ).toEqual([[60, -2, 62, -2, -2, -2, -2, -2, -2]])
  })

  it('ends with the note that started last, even where an earlier one would sound on', () => {
    expect(
      eventsOf(
        quantizedScore([
          [60, 0, 12],
          [62, 2, 4],
        ]),
      ),
    ).toEqual([[60, -2, 62, -2]])
  })

  it('ends a melody at a rest of a whole bar and continues at the next bar line', () => {
    // 16 steps of rest from step 2 on: the next melody is sought from the bar line at 16.
    const { melodies } = extractMelodies(
      quantizedScore([
        [60, 0, 2],
        [62, 18, 20],
      ]),
      lax,
    )
    expect(melodies.map((m) => [m.startStep, m.endStep, m.events])).toEqual([
      [0, 2, [60, -2]],
      [16, 20, [-2, -2, 62, -2]],
    ])
  })

  it('bridges a rest one step shorter', () => {
    expect(
      eventsOf(
        quantizedScore([
          [60, 0, 2],
          [62, 17, 18],
        ]),
      ),
    ).toHaveLength(1)
  })

  it('with gaps of no end keeps all notes in one melody', () => {
    const score = quantizedScore([
      [60, 0, 1],
      [62, 500, 501],
    ])
    expect(eventsOf(score, { ...lax, gapBars: Infinity })[0]).toHaveLength(501)
  })

  it('gives up a track at two notes on one step, and keeps what it found before', () => {
    const score = quantizedScore([
      [60, 0, 2],
      [62, 32, 34],
      [65, 32, 34],
    ])
    const { melodies, dropped, stats } = extractMelodies(score, lax)
    expect(melodies.map((m) => m.events)).toEqual([[60, -2]])
    expect(dropped).toEqual([])
    expect(stats.polyphonicTracksDiscarded).toBe(1)
  })

  it('names a track polyphonic that gave nothing before', () => {
    expect(
      extractMelodies(
        quantizedScore([
          [60, 0, 2],
          [64, 0, 2],
        ]),
        lax,
      ).dropped,
    ).toEqual([{ instrument: 0, reason: 'polyphonic' }])
  })

  it('keeps the highest of such notes when told to', () => {
    const score = quantizedScore([
      [60, 0, 4],
      [67, 0, 1],
      [64, 0, 2],
    ])
    expect(eventsOf(score, { ...lax, ignorePolyphonic: true })).toEqual([[67]])
  })

  it('measures the shortest length before it truncates', () => {
    const options = { ...lax, minBars: 7, minPitches: 5, maxStepsTruncate: 32 }
    const { melodies, stats } = extractMelodies(quantizedScore(quarters(7)), options)
    expect(melodies.map((m) => [m.events.length, m.endStep])).toEqual([[32, 32]])
    expect(stats.melodiesTruncated).toBe(1)
    expect(stats.melodyLengthsInBars).toEqual({ 1: 1 })
    const short = extractMelodies(quantizedScore(quarters(7).slice(0, -1)), options)
    expect(short.dropped).toEqual([{ instrument: 0, reason: 'too-short' }])
  })

  it('counts pitch classes after it truncates', () => {
    // The fifth pitch class comes in step 16, which is cut off.
    const { dropped } = extractMelodies(quantizedScore(quarters(7)), { ...lax, minPitches: 5, maxStepsTruncate: 16 })
    expect(dropped).toEqual([{ instrument: 0, reason: 'too-few-pitches' }])
    // Octaves are one class.
    const octaves = quantizedScore([
      [48, 0, 1],
      [60, 1, 2],
      [72, 2, 3],
    ])
    expect(extractMelodies(octaves, { ...lax, minPitches: 2 }).dropped).toEqual([
      { instrument: 0, reason: 'too-few-pitches' },
    ])
  })

  it('drops what is longer than the longest length', () => {
    const { dropped, stats } = extractMelodies(quantizedScore(quarters(3)), { ...lax, maxStepsDiscard: 32 })
    expect(dropped).toEqual([{ instrument: 0, reason: 'too-long' }])
    expect(stats.melodiesDiscardedTooLong).toBe(1)
  })

  it('pads to whole bars when told to, ending the last note', () => {
    expect(eventsOf(quantizedScore([[60, 0, 2]], 4), { ...lax, padEnd: true })).toEqual([[60, -2, -1, -2]])
  })

  it('passes over drums and silent notes', () => {
    const drums = quantizedScore([
      [36, 0, 2, { instrument: 1, isDrum: true }],
      [60, 0, 2],
      [72, 0, 2, { velocity: 0 }],
    ])
    expect(extractMelodies(drums, lax)).toMatchObject({
      melodies: [{ events: [60, -2] }],
      dropped: [{ instrument: 1, reason: 'drums' }],
    })
    expect(eventsOf(drums, { ...lax, filterDrums: false })).toEqual([
      [60, -2],
      [36, -2],
    ])
  })

  it('visits instruments in ascending order', () => {
    const score = quantizedScore([
      [60, 0, 1, { instrument: 9 }],
      [61, 0, 1, { instrument: 1 }],
      [62, 0, 1, { instrument: 10 }],
    ])
    expect(extractMelodies(score, lax).melodies.map((m) => m.instrument)).toEqual([1, 9, 10])
  })

  it('gives a track of several failures the reason of the melody that came furthest', () => {
    const rows = [[60, 0, 2], ...quarters(2, 48).map(([, start, end]) => [60, start, end] as const)] as const
    const { dropped, stats } = extractMelodies(quantizedScore(rows), { ...lax, minBars: 2, minPitches: 2 })
    expect(dropped).toEqual([{ instrument: 0, reason: 'too-few-pitches' }])
    expect([stats.melodiesDiscardedTooShort, stats.melodiesDiscardedTooFewPitches]).toEqual([1, 1])
  })

  it('names a score without whole steps per bar, and one without notes', () => {
    expect(extractMelodies(quantizedScore([[60, 0, 2]], 1.5), lax)).toMatchObject({
      melodies: [],
      dropped: [{ instrument: null, reason: 'non-integer-steps-per-bar' }],
      stats: { nonIntegerStepsPerBar: 1 },
    })
    expect(extractMelodies(quantizedScore([]), lax).dropped).toEqual([{ instrument: null, reason: 'no-notes' }])
  })

  it('refuses a note that ends before it starts', () => {
    expect(() => extractMelodies(quantizedScore([[60, 4, 4]]), lax)).toThrow(NoteLengthError)
  })

  it('makes no array of a note as long as the piece when it is truncated', () => {
    const { melodies } = extractMelodies(quantizedScore([[60, 0, 2 ** 40]]), { ...lax, maxStepsTruncate: 512 })
    expect(melodies[0]?.events).toHaveLength(512)
  })

  it('names the limit when the melodies of a score would fill the memory', () => {
    const long = Array.from({ length: 6 }, (_, instrument) => [60, 0, 1e6, { instrument }] as const)
    expect(() => extractMelodies(quantizedScore(long), lax)).toThrow(MelodyLimitError)
    expect(extractMelodies(quantizedScore(long), { ...lax, maxStepsTruncate: 512 }).melodies).toHaveLength(6)
  })

  it('never changes the score, and accounts for every track once', () => {
    const row = fc.record({
      pitch: fc.integer({ min: 40, max: 80 }),
      start: fc.integer({ min: 0, max: 200 }),
      length: fc.integer({ min: 1, max: 20 }),
      instrument: fc.integer({ min: 0, max: 3 }),
      isDrum: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), fc.boolean(), (rows, ignorePolyphonic) => {
        const score = quantizedScore(
          rows.map(({ pitch, start, length, ...more }) => [pitch, start, start + length, more] as const),
        )
        const before = structuredClone(score)
        const { melodies, dropped } = extractMelodies(score, { ...lax, ignorePolyphonic, minBars: 1 })
        expect(score).toEqual(before)
        const found = new Set(melodies.map((melody) => melody.instrument))
        const named = dropped.map((row) => row.instrument)
        expect([...found, ...named].sort()).toEqual([...new Set(rows.map((r) => r.instrument))].sort())
        for (const melody of melodies) expect(melody.endStep - melody.startStep).toBe(melody.events.length)
      }),
    )
  })
})
