import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPitch, melodyNotes } from '../../src/melody/melody.ts'
import { augment, invert, retrograde, squash, transpose } from '../../src/melody/transform.ts'
import { eventsArbitrary, soundingEventsArbitrary } from './melodyArbitrary.ts'

const pitchClassCounts = (events: readonly number[]): number[] =>
  Array.from(
    { length: 12 },
    (_, pitchClass) => events.filter((event) => isPitch(event) && event % 12 === pitchClass).length,
  )

describe('transpose', () => {
  it('moves pitches alone and folds what leaves the range into its outer octave', () => {
    expect(transpose([60, -2, -1, 62], 5)).toEqual([65, -2, -1, 67])
    // 47 and 35 are Bs: the lowest octave of [48, 84) has its B at 59. 84 is a C: the highest octave begins at 72.
    expect(transpose([47, 35, 84, 97], 0, 48, 84)).toEqual([59, 59, 72, 73])
  })
})

describe('squash', () => {
  it('moves D major to C by the shortest way', () => {
    expect(squash([62, 66, 69], 48, 84, 0)).toEqual({ events: [60, 64, 67], transpose: -2 })
  })

  it('moves by octaves towards the middle of the range', () => {
    expect(squash([96, 100, 103], 48, 84, 0)).toEqual({ events: [60, 64, 67], transpose: -36 })
  })

  it('rounds half an octave to the even number of octaves', () => {
    // One C at 60, in [48, 85): the middles are 66 and 60, half an octave apart, which rounds to none.
    expect(squash([60], 48, 85, 0)).toEqual({ events: [60], transpose: 0 })
    // In [48, 109) they are one and a half octaves apart, which rounds to two.
    expect(squash([60], 48, 109, 0)).toEqual({ events: [84], transpose: 24 })
    // Downwards: -1.5 rounds to -2 as well.
    expect(squash([96], 48, 109, 0)).toEqual({ events: [72], transpose: -24 })
  })

  it('leaves the key alone without a shift, and rests always', () => {
    expect(squash([62, -2, -1, 90], 48, 84, null)).toEqual({ events: [62, -2, -1, 78], transpose: 0 })
    expect(squash([-2, -2], 48, 84, 5)).toEqual({ events: [-2, -2], transpose: 0 })
  })

  it('puts every pitch in the range and keeps rhythm and pitch classes up to the transposition', () => {
    const ranges = fc.tuple(fc.integer({ min: 0, max: 116 }), fc.integer({ min: 12, max: 128 }))
    const keys = fc.option(fc.integer({ min: 0, max: 11 }))
    fc.assert(
      fc.property(eventsArbitrary(), ranges, keys, (events, [minNote, size], key) => {
        const maxNote = Math.min(128, minNote + size)
        const { events: squashed, transpose: amount } = squash(events, minNote, maxNote, key)
        expect(squashed.every((event) => event < 0 || (event >= minNote && event < maxNote))).toBe(true)
        expect(squashed.map((event) => Math.min(event, 0))).toEqual(events.map((event) => Math.min(event, 0)))
        const shift = ((amount % 12) + 12) % 12
        const counts = pitchClassCounts(events)
        expect(pitchClassCounts(squashed)).toEqual(
          counts.map((_, pitchClass) => counts[(pitchClass - shift + 12) % 12]),
        )
      }),
    )
  })
})

describe('invert', () => {
  it('turns intervals round the first note, or round an axis', () => {
    expect(invert([-2, 60, 64, -1, 55])).toEqual([-2, 60, 56, -1, 65])
    expect(invert([60, 64], 62)).toEqual([64, 60])
    expect(invert([-2])).toEqual([-2])
  })

  it('folds what leaves 0-127 back by octaves', () => {
    expect(invert([120, 100])).toEqual([120, 116])
    expect(invert([10, 30])).toEqual([10, 2])
  })
})

describe('retrograde', () => {
  it('keeps how long notes and rests last', () => {
    expect(retrograde([60, -2, -2, 62])).toEqual([62, 60, -2, -2])
    expect(retrograde([-2, 60, -1, -2, 62, -2])).toEqual([62, -2, -1, -2, 60, -1])
  })

  it('is undone by itself', () => {
    fc.assert(
      fc.property(soundingEventsArbitrary(), (events) => {
        expect(retrograde(retrograde(events))).toEqual(events)
      }),
    )
  })
})

describe('augment', () => {
  it('makes every note and rest that many times as long', () => {
    fc.assert(
      fc.property(soundingEventsArbitrary(), fc.integer({ min: 1, max: 4 }), (events, factor) => {
        const longer = melodyNotes(events).map(({ pitch, startStep, endStep }) => {
          return { pitch, startStep: startStep * factor, endStep: endStep * factor }
        })
        expect(melodyNotes(augment(events, factor))).toEqual(longer)
      }),
    )
  })

  it('refuses a factor that is not a whole number from 1', () => {
    expect(() => augment([60], 1.5)).toThrow('invalid factor: 1.5 (a whole number from 1)')
  })
})
