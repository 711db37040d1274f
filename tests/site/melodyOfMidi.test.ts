import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { melodyOfMidi } from '../../site/src/scripts/melodyOfMidi.ts'
import { melodyMidi } from '../../src/generation/compose.ts'
import { cleanEvents, melodyNotes } from '../../src/melody/melody.ts'

const readBack = (events: readonly number[]): number[] => {
  const bytes = melodyMidi(events, 120)
  return melodyOfMidi(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    4,
    events.length,
  )
}

describe('melodyOfMidi', () => {
  it('finds holds, rests and repeated notes in a written file', () => {
    const events = [60, -2, -1, -2, 62, 62, -2, -1]
    expect(melodyNotes(readBack(events))).toEqual(melodyNotes(events))
  })

  it('finds the notes of any published melody, though another parser reads them', () => {
    const event = fc.oneof(fc.constant(-2), fc.constant(-1), fc.integer({ min: 0, max: 127 }))
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 128 }), (raw) => {
        const events = cleanEvents(raw)
        expect(melodyNotes(readBack(events))).toEqual(melodyNotes(events))
      }),
    )
  })
})
