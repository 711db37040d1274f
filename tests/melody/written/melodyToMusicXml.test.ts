import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { starterMelodies } from '../../../src/dataset/starterMelodies.ts'
import { DEFAULT_EXTRACTION, scoreToMelodies } from '../../../src/dataset/scoreToMelodies.ts'
import { type Melody, melodyFromEvents, melodyNotes } from '../../../src/melody/melody.ts'
import { melodyToAbc } from '../../../src/melody/written/melodyToAbc.ts'
import { compressMusicXml, melodyToMusicXml } from '../../../src/melody/written/melodyToMusicXml.ts'
import { decodeMusicXml } from '../../../src/score/musicXml/decodeMusicXml.ts'
import { readMusicXml } from '../../../src/score/musicXml/readMusicXml.ts'
import type { NoteSequence } from '../../../src/score/noteSequence.ts'
import { quantize } from '../../../src/score/quantize.ts'
import { readAbc } from '../../../src/score/readAbc.ts'
import { soundingEventsArbitrary } from '../melodyArbitrary.ts'

const notesOf = (score: NoteSequence, stepsPerQuarter: number): ReturnType<typeof melodyNotes> =>
  quantize(score, stepsPerQuarter).notes.map(({ pitch, startStep, endStep }) => ({ pitch, startStep, endStep }))

/** The melody after it was written and read, in both formats. */
function roundTrips(melody: Melody, options: Omit<Parameters<typeof melodyToMusicXml>[1], 'title'>): void {
  const named = { title: 'T & <T>', ...options }
  const notes = melodyNotes(melody.events)
  const { stepsPerQuarter } = melody
  expect(notesOf(readMusicXml(melodyToMusicXml(melody, named)), stepsPerQuarter)).toEqual(notes)
  expect(notesOf(readAbc(melodyToAbc(melody, named)), stepsPerQuarter)).toEqual(notes)
}

describe('melodyToMusicXml', () => {
  it('writes measures, ties, values, key, tempo and the mark', () => {
    const melody = melodyFromEvents([60, ...new Array<number>(16).fill(-2), 63, -2, -2])
    const xml = melodyToMusicXml(melody, {
      ...{ title: 'A & B', key: { tonic: 0, mode: 'minor' }, qpm: 96, marks: [{ from: 1, text: 'model' }] },
    })
    for (const line of [
      '<work-title>A &amp; B</work-title>',
      '<key><fifths>-3</fifths><mode>minor</mode></key><time><beats>4</beats><beat-type>4</beat-type></time>',
      '<sound tempo="96"/>',
      '<octave>4</octave></pitch><duration>16</duration><tie type="start"/><voice>1</voice><type>whole</type>',
      '<words>model</words></direction-type></direction>\n<note><pitch><step>E</step><alter>-1</alter>',
    ])
      expect(xml).toContain(line)
  })

  it('is the same compressed', () => {
    const xml = melodyToMusicXml(melodyFromEvents([60, -2, 62, -2]), { title: 'T' })
    expect(compressMusicXml(xml)).toEqual(compressMusicXml(xml))
    expect(decodeMusicXml(compressMusicXml(xml))).toEqual(readMusicXml(xml))
  })

  it('gives back the notes of 500 melodies, as ABC does: 200 embedded tunes, 300 generated', () => {
    const tunes = starterMelodies()
    expect(tunes).toHaveLength(200)
    for (const { events, stepsPerBar, qpm } of tunes) roundTrips(melodyFromEvents(events, { stepsPerBar }), { qpm })
    const key = fc.record({
      tonic: fc.integer({ min: 0, max: 11 }),
      mode: fc.constantFrom('major' as const, 'minor' as const),
    })
    const place = fc.constantFrom({ stepsPerBar: 16 }, { stepsPerBar: 12 }, { stepsPerBar: 10 }, { stepsPerBar: 14 })
    const events = soundingEventsArbitrary(24, 108).filter((all) => all.some((event) => event >= 0))
    fc.assert(
      fc.property(events, key, place, (all, key, place) => {
        roundTrips(melodyFromEvents(all, place), { key, qpm: 100 })
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  it('gives the melody that training would use', () => {
    const events = [60, 62, 64, 65, 67, 69, 71, 72].flatMap((pitch) => [
      pitch,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
      -2,
    ])
    const read = scoreToMelodies(
      readMusicXml(melodyToMusicXml(melodyFromEvents(events), { title: 'T' })),
      DEFAULT_EXTRACTION,
    )
    expect(read[0]?.melodies[0]?.events).toEqual(events)
  })
})
