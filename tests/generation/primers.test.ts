import { describe, expect, it } from 'vitest'
import { checkRoom, PRIMER_NAMES, primerOfEvents, primerOfScore, primers } from '../../src/generation/primers.ts'
import { melodyFromEvents, melodyNotes } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'

describe("the study's primers", () => {
  it('are seven', () => {
    expect(PRIMER_NAMES).toEqual(['onenote', 'half_note', 'major', 'minor', 'arp', 'bach', 'modal'])
  })

  it.each([
    ['onenote', 1, 1],
    ['half_note', 8, 1],
    ['major', 10, 5],
    ['minor', 10, 5],
    ['arp', 17, 9],
    ['bach', 64, 64],
    ['modal', 64, 8],
  ] as const)('%s has %d steps and %d notes', (name, steps, notes) => {
    expect(primers[name]).toHaveLength(steps)
    expect(melodyNotes(primers[name])).toHaveLength(notes)
  })

  it('have the tonic triad, the minor third and the cadence where they belong', () => {
    expect(melodyNotes(primers.major).map(({ pitch }) => pitch)).toEqual([60, 62, 64, 59, 60])
    expect(melodyNotes(primers.minor).map(({ pitch }) => pitch)).toEqual([60, 62, 63, 58, 60])
    expect(melodyNotes(primers.arp).map(({ pitch }) => pitch)).toEqual([62, 65, 69, 72, 71, 67, 65, 62, 60])
  })

  it('bach changes its bass a bar, and its last half bar alone ends on 54', () => {
    expect([0, 8, 16, 24, 32, 40, 48, 56].map((step) => primers.bach[step])).toEqual([43, 43, 43, 43, 43, 43, 43, 43])
    expect([1, 9, 17, 25, 33, 41, 49, 57].map((step) => primers.bach[step])).toEqual([50, 50, 52, 52, 54, 54, 55, 55])
    expect(primers.bach.slice(56)).toEqual([43, 55, 59, 57, 59, 55, 59, 54])
    expect(primers.bach.slice(48, 56)).toEqual([43, 55, 59, 57, 59, 55, 59, 55])
  })

  it('modal has its onsets and lengths: a short note is ended before a rest', () => {
    expect(
      melodyNotes(primers.modal).map(({ pitch, startStep, endStep }) => [startStep, endStep - startStep, pitch]),
    ).toEqual([
      [0, 4, 62],
      [4, 8, 62],
      [12, 4, 69],
      [16, 1, 72],
      [20, 8, 64],
      [28, 1, 65],
      [32, 12, 65],
      [44, 20, 67],
    ])
    expect(primers.modal.slice(16, 21)).toEqual([72, -1, -2, -2, 64])
  })
})

describe('primerOfEvents', () => {
  it.each([
    [[60], [60, -1, -2]],
    [
      [60, -2],
      [60, -2, -1, -2],
    ],
    [
      [60, -2, -1],
      [60, -2, -1, -2],
    ], // what is there already is not appended again
    [
      [60, -1, -2, -2],
      [60, -1, -2],
    ], // a longer rest is cut
    [
      [-2, 60],
      [-2, 60, -1, -2],
    ],
    [
      [-1, 60],
      [-2, 60, -1, -2],
    ], // nothing to end yet
  ])('%j is continued from %j', (events, conditionedOn) => {
    expect(primerOfEvents(events, true)).toEqual({ events, conditionedOn, qpm: 120 })
  })

  it('takes the events alone without the appendix', () => {
    expect(primerOfEvents([60, -2], false).conditionedOn).toEqual([60, -2])
    expect(primerOfEvents([-2], false).conditionedOn).toEqual([-2])
  })

  it('takes silence as one step of it', () => {
    expect(primerOfEvents([-2, -2, -2], true).conditionedOn).toEqual([-2])
  })

  it.each([
    [[60, 62, 130], 'invalid primer step 3: 130 (0–127 a note, -1 note off, -2 no event)'],
    [[-3], 'invalid primer step 1: -3 (0–127 a note, -1 note off, -2 no event)'],
    [[60.5], 'invalid primer step 1: 60.5 (0–127 a note, -1 note off, -2 no event)'],
    [[], 'the primer is empty: give one event per step, such as "60,-2,62"'],
  ])('refuses %j', (events, message) => {
    expect(() => primerOfEvents(events, true)).toThrow(message)
  })
})

describe('primerOfScore', () => {
  it('begins at the bar of the first note and plays at its tempo', () => {
    const score = melodyToNoteSequence(melodyFromEvents([-2, 62, -2], { startStep: 32 }), { qpm: 90 })
    expect(primerOfScore(score, true)).toEqual({ events: [-2, 62, -2], conditionedOn: [-2, 62, -2, -1, -2], qpm: 90 })
    expect(primerOfScore(score, false).conditionedOn).toEqual([-2, 62, -2])
  })

  it('keeps the highest of notes that start together', () => {
    const [low, high] = [melodyFromEvents([60, -2]), melodyFromEvents([67, -2])].map((melody) =>
      melodyToNoteSequence(melody),
    )
    if (low === undefined || high === undefined) throw new Error('two scores')
    expect(primerOfScore({ ...low, notes: [...low.notes, ...high.notes] }, false).events).toEqual([67, -2])
  })

  it('refuses a score of hours', () => {
    const score = melodyToNoteSequence(melodyFromEvents([60], { startStep: 60_000 }))
    expect(() => primerOfScore(score, true)).toThrow('it has 60001 steps (at most 50000)')
  })

  it('refuses a score without a note', () => {
    expect(() => primerOfScore(melodyToNoteSequence(melodyFromEvents([-2])), true)).toThrow('it has no note')
  })
})

describe('checkRoom', () => {
  it('wants a step to add', () => {
    expect(() => checkRoom([60, -1, -2], 4)).not.toThrow()
    expect(() => checkRoom([60, -1, -2], 3)).toThrow('3 steps with what is appended, but the total is 3 (--steps 4 or')
  })
})
