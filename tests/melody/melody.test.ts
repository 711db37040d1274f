import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cleanEvents,
  eventsOfNotes,
  majorKey,
  majorKeyHistogram,
  majorKeys,
  melodyFromEvents,
  MelodyEventError,
  melodyNotes,
  setLength,
} from '../../src/melody/melody.ts'
import { soundingEventsArbitrary } from './melodyArbitrary.ts'

describe('melodyFromEvents', () => {
  it('turns NOTE_OFFs before the first note into NO_EVENTs and leaves later ones', () => {
    expect(cleanEvents([-1, -2, -1, 60, -1, -1])).toEqual([-2, -2, -2, 60, -1, -1])
    expect(cleanEvents([-1, -1])).toEqual([-2, -2])
  })

  it('names the step and the value of an event outside -2 to 127', () => {
    expect(() => melodyFromEvents([60, 128])).toThrow(
      new MelodyEventError('invalid melody event at step 1: 128 (-2 to 127)'),
    )
    expect(() => melodyFromEvents([-3])).toThrow(MelodyEventError)
    expect(() => melodyFromEvents([60.5])).toThrow(MelodyEventError)
  })

  it('ends where its events do', () => {
    expect(melodyFromEvents([60, -2, -1], { startStep: 16 })).toEqual({
      events: [60, -2, -1],
      startStep: 16,
      endStep: 19,
      stepsPerBar: 16,
      stepsPerQuarter: 4,
      instrument: 0,
    })
  })
})

describe('setLength', () => {
  it('ends a note that still sounds where the melody is lengthened', () => {
    expect(setLength(melodyFromEvents([60, -2]), 4).events).toEqual([60, -2, -1, -2])
  })

  it('adds no NOTE_OFF to silence', () => {
    expect(setLength(melodyFromEvents([60, -1]), 4).events).toEqual([60, -1, -2, -2])
    expect(setLength(melodyFromEvents([-2]), 2).events).toEqual([-2, -2])
  })

  it('cuts at the end and moves the end step', () => {
    const cut = setLength(melodyFromEvents([60, 62, 64], { startStep: 4 }), 1)
    expect([cut.events, cut.startStep, cut.endStep]).toEqual([[60], 4, 5])
  })
})

describe('keys', () => {
  it('counts for each major key the notes in its scale', () => {
    // C lies in C, Db, Eb, F, G, Ab and Bb; F# in Db, D, E, Gb, G, A and B.
    expect(majorKeyHistogram([60])).toEqual([1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0])
    expect(majorKeyHistogram([60, 66])).toEqual([1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1])
  })

  it('takes the lowest of several best keys, and C without notes', () => {
    expect(majorKey([60, 66])).toBe(1)
    expect(majorKey([62, 66, 69])).toBe(2)
    expect(majorKey([])).toBe(0)
    expect(majorKeys([60, 62, 64, 67, 69])).toEqual([0, 5, 7])
    expect(majorKeys([62, 66, 69])).toEqual([2, 7, 9])
    expect(majorKeys([])).toHaveLength(12)
  })
})

describe('notes of a melody', () => {
  it('last until the next note, the next NOTE_OFF or the end', () => {
    expect(melodyNotes([-2, 60, -2, 62, -1, -2, 64, -2])).toEqual([
      { pitch: 60, startStep: 1, endStep: 3 },
      { pitch: 62, startStep: 3, endStep: 4 },
      { pitch: 64, startStep: 6, endStep: 8 },
    ])
  })

  it('are cut where the next one begins, and left out past the end', () => {
    const notes = [
      { pitch: 60, startStep: 0, endStep: 9 },
      { pitch: 62, startStep: 2, endStep: 3 },
      { pitch: 64, startStep: 7, endStep: 8 },
    ]
    expect(eventsOfNotes(notes, 5)).toEqual([60, -2, 62, -1, -2])
  })

  it('give the events back', () => {
    fc.assert(
      fc.property(soundingEventsArbitrary(), (events) => {
        expect(eventsOfNotes(melodyNotes(events), events.length)).toEqual(events)
      }),
    )
  })
})
