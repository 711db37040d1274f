import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { melodyFromEvents, melodyNotes } from '../../../src/melody/melody.ts'
import { melodyToAbc } from '../../../src/melody/written/melodyToAbc.ts'
import { readAbc } from '../../../src/score/readAbc.ts'
import { quantize } from '../../../src/score/quantize.ts'

const hold = (steps: number): number[] => new Array<number>(steps).fill(-2)
const music = (events: readonly number[], options = {}): string =>
  melodyToAbc(melodyFromEvents(events), { title: 'T', ...options }).split(/K:.*\n/)[1]!

describe('melodyToAbc', () => {
  it('has title, metre, unit length, tempo, key and clef', () => {
    const low = melodyFromEvents([43, -2, 46, -2])
    expect(melodyToAbc(low, { title: 'Two  notes', key: { tonic: 10, mode: 'major' }, qpm: 96 })).toBe(
      'X:1\nT:Two notes\nM:4/4\nL:1/16\nQ:1/4=96\nK:Bb clef=bass\nG,,2B,,2 |]\n',
    )
  })

  it('ties notes across bars and beats, and writes rests', () => {
    expect(music([60, ...hold(13), 62, ...hold(5), -1, ...hold(11)])).toBe('C12- C2D2- | D4 z12 |]\n')
    expect(music([-2, 60, ...hold(2), 72, ...hold(11)])).toBe('zC-C2 c12 |]\n')
  })

  it('spells by the key, and puts an accidental once a bar', () => {
    const d = { key: { tonic: 2, mode: 'minor' } }
    expect(music([70, ...hold(3), 73, ...hold(3), 74, ...hold(7)], d)).toBe('B4 ^c4 d8 |]\n')
    const eb = { key: { tonic: 3, mode: 'major' } }
    expect(music([63, ...hold(3), 71, ...hold(3), 71, ...hold(3), 66, ...hold(3), 71, -2, -2, -2], eb)).toBe(
      'E4 =B4 B4 _G4 | =B4 |]\n',
    )
  })

  it('marks the first note from a step on', () => {
    expect(music([60, -2, -2, -2, 62, -2, -2, -2], { marks: [{ from: 2, text: 'model' }] })).toBe('C4 "^model"D4 |]\n')
  })

  it('is read back as the same notes, in every key', () => {
    const event = fc.oneof(
      { weight: 3, arbitrary: fc.constant(-2) },
      { weight: 1, arbitrary: fc.integer({ min: 36, max: 96 }) },
      { weight: 1, arbitrary: fc.constant(-1) },
    )
    const key = fc.record({
      tonic: fc.integer({ min: 0, max: 11 }),
      mode: fc.constantFrom('major' as const, 'minor' as const),
    })
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 64 }), key, (events, key) => {
        const melody = melodyFromEvents([60, ...events])
        const read = quantize(readAbc(melodyToAbc(melody, { title: 'T', key })), 4)
        const notes = read.notes.map(({ pitch, startStep, endStep }) => ({ pitch, startStep, endStep }))
        expect(notes).toEqual(melodyNotes(melody.events))
      }),
      { numRuns: 60, seed: 1 },
    )
  })
})
