import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extractMelodies } from '../../src/melody/extractMelodies.ts'
import { melodyFromEvents, type Melody } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import { quantize } from '../../src/score/quantize.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { soundingEventsArbitrary } from '../melody/melodyArbitrary.ts'
import { goldenFolders, goldenJson, goldenLines } from './goldens.ts'

interface RoundTrip {
  file: string
  part: number
  melody: number
  qpm: number
  velocity: number
  total_time: number
  notes: [pitch: number, start: number, end: number][]
  midi_sha256: string
  midi_bytes: number
  midi_base64: string
  back_total_time: number
  back_n_notes: number
  back_events: number[]
  back_start_step: number
}
interface MelodyFile {
  file: string
  parts: {
    part: number
    melodies: { start_step: number; steps_per_bar: number; steps_per_quarter: number; events: number[] }[]
  }[]
}
interface MelodyCase {
  events: number[]
  to_sequence: { qpm: number; sequence_start_time: number; midi_base64: string }[]
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** The melody that MIDI bytes hold, on sixteenths; rests do not end it, and of notes together it takes the highest. */
function melodyOfMidi(bytes: Uint8Array): Melody | undefined {
  const options = { minBars: 0, minPitches: 0, gapBars: Infinity, ignorePolyphonic: true }
  return extractMelodies(quantize(readMidi(bytes), 4), options).melodies[0]
}

describe.each(goldenFolders())('round trips of the $name goldens', ({ folder }) => {
  const files = new Map(goldenLines<MelodyFile>(folder, 'melodies.jsonl').map((row) => [row.file, row]))

  it.each(goldenLines<RoundTrip>(folder, 'roundtrip.jsonl'))('$file part $part melody $melody', (golden) => {
    const found = files.get(golden.file)?.parts.find(({ part }) => part === golden.part)?.melodies[golden.melody]
    const melody = melodyFromEvents(found?.events ?? [], {
      startStep: found?.start_step ?? 0,
      stepsPerBar: found?.steps_per_bar ?? 0,
      stepsPerQuarter: found?.steps_per_quarter ?? 0,
    })
    const score = melodyToNoteSequence(melody, { qpm: golden.qpm, velocity: golden.velocity })
    expect(score.totalSeconds).toBe(golden.total_time)
    expect(score.notes.map((n) => [n.pitch, n.startSeconds, n.endSeconds])).toEqual(golden.notes)
    const bytes = writeMidi(score)
    expect(base64(bytes)).toBe(golden.midi_base64)
    expect([createHash('sha256').update(bytes).digest('hex'), bytes.length]).toEqual([
      golden.midi_sha256,
      golden.midi_bytes,
    ])
    const back = readMidi(bytes)
    expect([back.totalSeconds, back.notes.length]).toEqual([golden.back_total_time, golden.back_n_notes])
    const again = melodyOfMidi(bytes)
    expect(again?.events).toEqual(golden.back_events)
    expect(again?.startStep).toBe(golden.back_start_step)
  })

  it.each(goldenJson<{ melodies: MelodyCase[] }>(folder, 'misc.json').melodies)(
    'hand-made melody %# becomes the same MIDI bytes',
    ({ events, to_sequence }) => {
      for (const { qpm, sequence_start_time, midi_base64 } of to_sequence) {
        const score = melodyToNoteSequence(melodyFromEvents(events), { qpm, startSeconds: sequence_start_time })
        expect(base64(writeMidi(score))).toBe(midi_base64)
      }
    },
  )
})

describe('melody -> MIDI -> melody', () => {
  it('gives back every note where it was, at any tempo that MIDI holds', () => {
    const tempos = fc.integer({ min: 20, max: 300 })
    fc.assert(
      fc.property(soundingEventsArbitrary(), tempos, (events, qpm) => {
        const first = events.findIndex((event) => event >= 0)
        fc.pre(first >= 0)
        const again = melodyOfMidi(writeMidi(melodyToNoteSequence(melodyFromEvents(events), { qpm })))
        // What the notes do not say is lost: whole bars of rest before the first, the last NOTE_OFF and what follows.
        const start = first - (first % 16)
        const last = events.findLastIndex((event) => event !== -2)
        expect(again?.startStep).toBe(start)
        expect(again?.events).toEqual(events.slice(start, events[last] === -1 ? last : events.length))
      }),
    )
  })
})
