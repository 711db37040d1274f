import { describe, expect, it } from 'vitest'
import { type DuetPlace, PENALTIES, ruleScore, type RuleSettings } from '../../src/duet/rules.ts'

const C = { mode: 'ionian', root: 0 } as const
const place: DuetPlace = {
  ...{ tonality: C, performer: 72, begins: true, heard: [72, 71, 67], own: 64, unisons: 0 },
}
const settings = (mode: RuleSettings['mode'], octaves = false): RuleSettings => ({ mode, octaves, noParallels: false })
/** The pitches within two octaves that the rules like best. */
const best = (at: DuetPlace, by: RuleSettings): number[] => {
  const pitches = Array.from({ length: 37 }, (_, n) => 48 + n)
  const scores = pitches.map((pitch) => ruleScore({ pitch, isNew: true }, at, by))
  const most = Math.max(...scores)
  return pitches.filter((_, n) => scores[n] === most)
}

describe('ruleScore', () => {
  it.each([
    ['third-below', 69],
    ['third-above', 76],
    ['fourth-below', 67],
    ['fifth-below', 65],
    ['ninth-below', 59],
  ] as const)('%s of C5 in C major is %i', (mode, pitch) => {
    const apart = { ...place, own: pitch, heard: [72] }
    expect(best(apart, settings(mode))).toEqual([pitch])
  })

  it('takes the mode’s own third: major or minor by degree', () => {
    const thirds = [72, 74, 76, 77].map(
      (performer) => best({ ...place, performer, heard: [performer] }, settings('third-below'))[0],
    )
    expect(thirds).toEqual([69, 71, 72, 74])
  })

  it('gives a foreign note the nearer third that belongs to the mode', () => {
    expect(best({ ...place, performer: 73, heard: [73] }, settings('third-below'))).toEqual([69])
    expect(best({ ...place, performer: 73, heard: [73] }, settings('third-above'))).toEqual([76])
  })

  it('moves with or against the performer’s note, and only where one begins', () => {
    expect(best(place, settings('parallel'))).toEqual([65]) // B to C is a step up: E to F
    expect(best(place, settings('contrary'))).toEqual([62])
    const held = { ...place, begins: false }
    expect(ruleScore({ pitch: 65, isNew: true }, held, settings('parallel'))).toBe(
      ruleScore({ pitch: 62, isNew: true }, held, settings('parallel')),
    )
  })

  it('answers the move before where it is delayed', () => {
    // G to B, two steps up, was the move before.
    expect(best(place, settings('delayed-parallel'))).toEqual([67])
    expect(best({ ...place, own: 67 }, settings('delayed-contrary'))).toEqual([64])
  })

  it('takes octaves for the same where asked', () => {
    const low = { ...place, own: 57, heard: [72] }
    expect(best(low, settings('third-below', true))).toEqual([57, 69, 81])
  })

  it('holds foreign notes, a third unison in a row, crossings and, where asked, parallels against a note', () => {
    const free = settings('free')
    expect(ruleScore({ pitch: 61, isNew: true }, place, free)).toBe(-PENALTIES.outOfMode)
    expect(ruleScore({ pitch: 60, isNew: true }, { ...place, unisons: 2 }, free)).toBe(-PENALTIES.unison)
    expect(ruleScore({ pitch: 74, isNew: true }, place, free)).toBe(-PENALTIES.crossing)
    const fifths = { ...place, own: 64 } // E below B, then F below C
    expect(ruleScore({ pitch: 65, isNew: true }, fifths, { ...free, noParallels: true })).toBe(-PENALTIES.parallels)
    expect(ruleScore({ pitch: 65, isNew: true }, fifths, free)).toBe(0)
  })

  it('asks for nothing in free play and of a held note for no penalty', () => {
    expect(ruleScore({ pitch: 65, isNew: true }, place, settings('free'))).toBe(0)
    expect(ruleScore({ pitch: 61, isNew: false }, place, settings('free'))).toBe(0)
  })
})
