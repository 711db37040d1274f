import { describe, expect, it } from 'vitest'
import { isInMode, MODES } from '../../src/evaluation/musical/keys.ts'
import {
  aboveTonic,
  colourOf,
  degreeOf,
  MODE_DEGREES,
  MODE_NAMES,
  type ModeName,
  parseTonality,
  scaleStep,
  tonalityName,
} from '../../src/config/modes.ts'

const rotated = (degrees: readonly number[], n: number): number[] =>
  degrees.map((_, i) => (degrees[(i + n) % 7]! - degrees[n]! + 12) % 12)

describe('the modes', () => {
  it('are the rotations of the major scale and of melodic minor', () => {
    MODE_NAMES.slice(0, 7).forEach((mode, n) => expect(MODE_DEGREES[mode]).toEqual(rotated(MODE_DEGREES.ionian, n)))
    MODE_NAMES.slice(7).forEach((mode, n) =>
      expect(MODE_DEGREES[mode]).toEqual(rotated(MODE_DEGREES['melodic-minor'], n)),
    )
    expect(MODE_NAMES).toHaveLength(14)
  })

  it('are those of the musical evaluation, where that has them', () => {
    for (const mode of MODES) {
      for (let pitch = 48; pitch < 72; pitch++)
        expect(degreeOf(pitch, { mode, root: 5 }) >= 0).toBe(isInMode(pitch, 5, mode))
    }
  })

  it('have a colour that plain major and minor lack', () => {
    const colours: Partial<Record<ModeName, number[]>> = {
      dorian: [9],
      phrygian: [1],
      lydian: [6],
      mixolydian: [10],
      'lydian-dominant': [6, 10],
    }
    for (const [mode, own] of Object.entries(colours)) expect(colourOf(mode as ModeName)).toEqual(own)
    expect([colourOf('ionian'), colourOf('aeolian')]).toEqual([[11], [8]])
  })
})

describe('a tonality', () => {
  const dorian = parseTonality('Dorian', 'd')

  it('is read in letters of either case, with sharps and flats', () => {
    expect(dorian).toEqual({ mode: 'dorian', root: 2 })
    expect(['C#', 'Db', 'Cb', 'B#'].map((root) => parseTonality('ionian', root).root)).toEqual([1, 1, 11, 0])
    expect(tonalityName(dorian)).toBe('D dorian')
  })

  it('refuses what nobody knows, with what there is', () => {
    expect(() => parseTonality('dorain', 'D')).toThrow('unknown mode "dorain": use ionian, dorian, phrygian')
    expect(() => parseTonality('dorian', 'H')).toThrow('unknown root "H": use C, Db, D')
  })

  it('counts from its tonic, free of octave', () => {
    expect([62, 50, 71, 61].map((pitch) => aboveTonic(pitch, dorian))).toEqual([0, 0, 9, 11])
    expect([62, 64, 65, 71, 63].map((pitch) => degreeOf(pitch, dorian))).toEqual([0, 1, 2, 5, -1])
    expect(scaleStep(74, dorian)! - scaleStep(62, dorian)!).toBe(7)
    expect(scaleStep(60, dorian)! - scaleStep(62, dorian)!).toBe(-1)
    expect(scaleStep(63, dorian)).toBeNull()
  })
})
