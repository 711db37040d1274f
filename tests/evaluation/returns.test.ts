import { describe, expect, it } from 'vitest'
import { pieceOf } from '../../src/evaluation/musical/piece.ts'
import { repeatedRuns } from '../../src/evaluation/musical/repeatedRuns.ts'
import { returningFigures } from '../../src/evaluation/musical/returns.ts'

const of = (...events: number[]) => pieceOf(events)

describe('returningFigures', () => {
  it('finds a figure of three notes that returns, and how much higher', () => {
    expect(returningFigures(of(60, 62, 64, 67, 69, 71, 50))).toEqual([{ from: 0, to: 3, notes: 3, transposed: 7 }])
  })

  it('takes the longest return, and of equal ones the nearest in pitch', () => {
    // C D E, G A B, then C D E F: the last is the first again, and not the second a fourth higher.
    const found = returningFigures(of(60, 62, 64, -2, 67, 69, 71, -2, 60, 62, 64), 6)
    expect(found).toEqual([{ from: 0, to: 6, notes: 3, transposed: 0 }])
    // The fourth note has another length on either side: it is not part of it.
    expect(returningFigures(of(60, 62, 64, 65, 40, 60, 62, 64, 65), 5)).toEqual([
      { from: 0, to: 5, notes: 4, transposed: 0 },
    ])
  })

  it('calls neither a repeated note nor another rhythm a return, and asks only from the note named', () => {
    expect(returningFigures(of(60, 60, 60, 60, 60, 60, 60))).toEqual([])
    expect(returningFigures(of(60, 62, 64, 40, 60, -2, 62, 64))).toEqual([])
    expect(returningFigures(of(60, 62, 64, 67, 69, 71), 4)).toEqual([])
    expect(returningFigures(of())).toEqual([])
  })
})

describe('repeatedRuns', () => {
  it('gives each run once, at its longest, in steps', () => {
    expect(repeatedRuns(of(60, 62, 64, 65, 40, 60, 62, 64, 65))).toEqual([{ earlier: 0, later: 5, steps: 4 }])
    expect(repeatedRuns(of(60, 62, 60, 65))).toEqual([])
  })
})
