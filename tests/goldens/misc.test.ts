import { describe, expect, it } from 'vitest'
import { extractMelodies, type ExtractionStats } from '../../src/melody/extractMelodies.ts'
import { majorKey, majorKeyHistogram, melodyFromEvents, setLength, type Melody } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import { squash, transpose } from '../../src/melody/transform.ts'
import type { QuantizedSequence } from '../../src/score/noteSequence.ts'
import { goldenFolders, goldenJson } from './goldens.ts'
import { goldenStats } from './goldenStats.ts'

type NoteRow = [instrument: number, pitch: number, velocity: number, isDrum: number, start: number, end: number]
interface ExtractCase {
  args: {
    search_start_step?: number
    min_bars: number
    max_steps_truncate?: number
    max_steps_discard?: number
    min_unique_pitches: number
    gap_bars: number | 'Infinity'
    ignore_polyphonic_notes: boolean
    pad_end?: boolean
    filter_drums?: boolean
  }
  stats: Record<string, number | Record<string, number>>
  melodies: [instrument: number, start: number, end: number, stepsPerBar: number, events: number[]][]
}
interface MelodyCase {
  events_in: number[]
  events: number[]
  major_key_histogram: number[]
  major_key: number
  squash: [min: number, max: number, key: number | null, amount: number, events: number[]][]
  transpose: [amount: number, min: number, max: number, events: number[]][]
  set_length: [steps: number, events: number[], start: number, end: number][]
  to_sequence: {
    qpm: number
    sequence_start_time: number
    total_time: number
    notes: [pitch: number, velocity: number, start: number, end: number][]
  }[]
}
interface Misc {
  extract: { time_signature: [number, number]; notes: NoteRow[]; cases: ExtractCase[] }[]
  melodies: MelodyCase[]
}

function quantized([numerator, denominator]: [number, number], rows: NoteRow[]): QuantizedSequence {
  const notes = rows.map(([instrument, pitch, velocity, isDrum, startStep, endStep]) => {
    const times = { startSeconds: startStep / 8, endSeconds: endStep / 8, startStep, endStep }
    return { instrument, program: 0, isDrum: isDrum === 1, pitch, velocity, ...times }
  })
  return {
    ticksPerQuarter: 220,
    totalSeconds: Math.max(...notes.map((note) => note.endSeconds)),
    tempos: [{ timeSeconds: 0, qpm: 120 }],
    timeSignatures: [{ timeSeconds: 0, numerator, denominator }],
    keySignatures: [],
    notes,
    startTimeOffsetSeconds: 0,
    stepsPerQuarter: 4,
    stepsPerBar: (16 * numerator) / denominator,
    totalSteps: Math.max(...notes.map((note) => note.endStep)),
  }
}

function extractRow(
  score: QuantizedSequence,
  args: ExtractCase['args'],
): { stats: ExtractionStats; melodies: Melody[] } {
  return extractMelodies(score, {
    minBars: args.min_bars,
    minPitches: args.min_unique_pitches,
    gapBars: Number(args.gap_bars),
    ignorePolyphonic: args.ignore_polyphonic_notes,
    maxStepsTruncate: args.max_steps_truncate ?? null,
    maxStepsDiscard: args.max_steps_discard ?? null,
    padEnd: args.pad_end ?? false,
    filterDrums: args.filter_drums ?? true,
    searchStartStep: args.search_start_step ?? 0,
  })
}

const place = (melody: Melody) => [melody.events, melody.startStep, melody.endStep]

describe.each(goldenFolders())('misc.json of the $name goldens', ({ folder }) => {
  const misc = goldenJson<Misc>(folder, 'misc.json')

  it.each(misc.extract)('extracts what note-seq does, hand-made score %#', ({ time_signature, notes, cases }) => {
    const score = quantized(time_signature, notes)
    for (const { args, stats, melodies } of cases) {
      const ours = extractRow(score, args)
      expect(goldenStats(ours.stats)).toEqual(stats)
      expect(ours.melodies.map((m) => [m.instrument, m.startStep, m.endStep, m.stepsPerBar, m.events])).toEqual(
        melodies,
      )
    }
  })

  it.each(misc.melodies)('transforms as note-seq does, hand-made melody %#', (golden) => {
    const melody = melodyFromEvents(golden.events_in)
    expect(melody.events).toEqual(golden.events)
    expect(majorKeyHistogram(melody.events)).toEqual(golden.major_key_histogram)
    expect(majorKey(melody.events)).toBe(golden.major_key)
    for (const [min, max, key, amount, events] of golden.squash) {
      expect(squash(melody.events, min, max, key)).toEqual({ events, transpose: amount })
    }
    for (const [amount, min, max, events] of golden.transpose) {
      expect(transpose(melody.events, amount, min, max)).toEqual(events)
    }
    for (const [steps, ...rest] of golden.set_length) expect(place(setLength(melody, steps))).toEqual(rest)
  })

  it.each(misc.melodies)('plays as note-seq does, hand-made melody %#', ({ events, to_sequence }) => {
    for (const { qpm, sequence_start_time, total_time, notes } of to_sequence) {
      const score = melodyToNoteSequence(melodyFromEvents(events), { qpm, startSeconds: sequence_start_time })
      expect(score.totalSeconds).toBe(total_time)
      expect(score.notes.map((n) => [n.pitch, n.velocity, n.startSeconds, n.endSeconds])).toEqual(notes)
    }
  })
})
