import { describe, expect, it } from 'vitest'
import { overlay } from '../../src/evaluation/overlay.ts'

describe('overlay', () => {
  it('moves a melody in time and pitch so that the shared stretch falls together, and cuts it to the length', () => {
    const piece = [-2, 60, -2, 62, 64, -1, -2, -2]
    // Its second note is the first of the stretch; what comes before the piece begins is left out.
    const other = [50, -2, -2, 67, -2, 69, 71, 72, 40, 41, 42]
    expect(overlay(piece, other, { start: 0, at: 1 })).toEqual({
      semitones: -7,
      steps: -2,
      events: [-2, 60, -2, 62, 64, 65, 33, 34],
    })
  })

  it('keeps where notes end', () => {
    expect(overlay([60, -2, -2, -2], [-2, 62, -1], { start: 0, at: 0 }).events).toEqual([60, -1, -2, -2])
  })

  it('leaves out notes that fall outside 0-127', () => {
    expect(overlay([120, 121, -2], [60, 61, 127], { start: 0, at: 0 }).events).toEqual([120, 121, -1])
  })

  it('refuses a note that is not there', () => {
    expect(() => overlay([60], [60, 62], { start: 1, at: 0 })).toThrow('no note 1 of one or 0 of the other melody')
    expect(() => overlay([60], [], { start: 0, at: 0 })).toThrow(RangeError)
  })
})
