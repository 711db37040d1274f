import { describe, expect, it } from 'vitest'
import { HumdrumError, readHumdrum } from '../../src/dataset/readHumdrum.ts'
import { quantize } from '../../src/score/quantize.ts'

const score = (...lines: readonly string[]): string => lines.join('\n')
/** Pitch, first step and end of each note, by instrument. */
const stepsOf = (text: string): number[][][] => {
  const { notes } = quantize(readHumdrum(text), 4)
  return [...new Set(notes.map(({ instrument }) => instrument))].map((instrument) =>
    notes.filter((note) => note.instrument === instrument).map((note) => [note.pitch, note.startStep, note.endStep]),
  )
}

describe('readHumdrum', () => {
  it('reads spines as voices, the last one first', () => {
    const text = score('!!!OTL: Agnus', '**kern\t**kern', '*M4/2\t*M4/2', '=1\t=1', '1C\t2cc', '.\t2dd', '*-\t*-')
    expect(stepsOf(text)).toEqual([
      [
        [72, 0, 8],
        [74, 8, 16],
      ],
      [[48, 0, 16]],
    ])
    expect(readHumdrum(text).timeSignatures).toEqual([{ timeSeconds: 0, numerator: 4, denominator: 2 }])
  })

  it('reads octaves and accidentals', () => {
    const pitches = readHumdrum(score('**kern', '4c', '4B-', '4CC#', '4ccc', '4f##', '4en')).notes.map((n) => n.pitch)
    expect(pitches).toEqual([60, 58, 37, 84, 67, 64])
  })

  it('reads lengths: breves, dots, and rests', () => {
    expect(stepsOf(score('**kern', '0c', '1.d', '2r', '4..e', '00f'))).toEqual([
      [
        [60, 0, 32],
        [62, 32, 56],
        [64, 64, 71],
        [65, 71, 135],
      ],
    ])
  })

  it('joins tied notes, also across a bar line, and leaves two notes of one pitch apart', () => {
    expect(stepsOf(score('**kern', '[2c', '=2', '4c_', '4c]', '4c', '[4d', '4e]'))).toEqual([
      [
        [60, 0, 16],
        [60, 16, 20],
        [62, 20, 24],
        [64, 24, 28],
      ],
    ])
  })

  it('passes over other spines, grace notes and comments, and takes the first note of a chord', () => {
    const text = score('**text\t**kern', '!a\t!b', 'Ky-\t4c 4e', '.\t8qd', 'rie\t4g')
    expect(stepsOf(text)).toEqual([
      [
        [60, 0, 4],
        [67, 4, 8],
      ],
    ])
  })

  it('puts a new metre at its time', () => {
    const { timeSignatures } = readHumdrum(score('**kern', '*M4/2', '0c', '*M3/2', '1.d'))
    expect(timeSignatures[1]).toEqual({ timeSeconds: 4, numerator: 3, denominator: 2 })
  })

  it.each([
    ['', 'no **kern spine: expected a line such as "**kern" before the first note'],
    ['**kern\n*^\n4c\t4d', 'line 2: "*^" splits, joins, swaps or adds spines: give a score of single voices'],
    ['**kern\nc', 'line 2: "c" has no length: expected one such as "4c"'],
    ['**kern\n4', 'line 2: "4" has no pitch: expected one such as "4c"'],
  ])('refuses %j in one line', (text, message) => {
    expect(() => readHumdrum(text)).toThrow(new HumdrumError(message))
  })
})
