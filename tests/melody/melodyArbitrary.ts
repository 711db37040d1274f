import fc from 'fast-check'
import { cleanEvents, NO_EVENT, NOTE_OFF } from '../../src/melody/melody.ts'

/** Any events at all, pitches within [minNote, maxNote). */
export function eventsArbitrary(minNote = 0, maxNote = 128, maxLength = 100): fc.Arbitrary<number[]> {
  const event = fc.oneof(
    { weight: 3, arbitrary: fc.constant(NO_EVENT) },
    { weight: 1, arbitrary: fc.constant(NOTE_OFF) },
    { weight: 3, arbitrary: fc.integer({ min: minNote, max: maxNote - 1 }) },
  )
  return fc.array(event, { maxLength }).map(cleanEvents)
}

/** Events in which every NOTE_OFF ends a sounding note, which is what a score can say. */
export function soundingEventsArbitrary(minNote?: number, maxNote?: number): fc.Arbitrary<number[]> {
  return eventsArbitrary(minNote, maxNote).map((events) => {
    let sounding = false
    return events.map((event) => {
      if (event === NO_EVENT) return event
      const kept = event === NOTE_OFF && !sounding ? NO_EVENT : event
      sounding = event !== NOTE_OFF
      return kept
    })
  })
}
