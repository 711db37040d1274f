import { describe, expect, it } from 'vitest'
import { developments, transformationOf } from '../../src/evaluation/musical/motifs.ts'
import { pieceOf } from '../../src/evaluation/musical/piece.ts'
import { mulberry32 } from '../../src/support/random.ts'
import { barLikeness, developmentAt, lineOf } from '../../src/tuner/motifs.ts'

const C = { mode: 'ionian', root: 0 } as const
/** Of a melody's events, the development its last one completes. */
const last = (events: readonly number[]) => developmentAt(events.slice(0, -1), events.at(-1)!, C, 16)
const held = (pitches: readonly number[], steps: number): number[] =>
  pitches.flatMap((pitch) => [pitch, ...new Array<number>(steps - 1).fill(-2)])

describe('a motif repeats', () => {
  const motif = [60, 62, 64, 60]
  it.each([
    ['exact', [60, 62, 64, 60]],
    ['transposed', [67, 69, 71, 67]],
    ['diatonic', [62, 64, 65, 62]], // E to F is a half step, D to E was a whole one
    ['inverted', [72, 70, 68, 72]],
    ['retrograde', [60, 64, 62, 60]],
    ['one note changed', [60, 62, 67, 60]],
  ] as const)('%s', (kind, again) => expect(last([...motif, ...again])).toBe(kind))

  it('in notes twice or half as long', () => {
    expect(last([...motif, ...held([67, 69, 71], 2), 67])).toBe('augmented')
    expect(last([...held(motif, 2), 67, 69, 71, 67])).toBe('augmented')
  })

  it('with what is new no development, nor one note again and again', () => {
    expect(last([...motif, 67, 60, 72, 61])).toBeNull()
    expect(last([60, 60, 60, 60, 62, 62, 62, 62])).toBeNull()
    expect(last([...motif, 67, 69, 71, -2])).toBeNull()
  })

  it('is paid once, however long it grows', () => {
    const long = [60, 62, 64, 65, 67, 69]
    const events = [...long, ...long.map((pitch) => pitch + 1)]
    const paid = events.map((event, step) => developmentAt(events.slice(0, step), event, C, 64))
    expect(paid.filter((kind) => kind === 'transposed')).toHaveLength(1)
  })

  it('twice a bar at most', () => {
    // An arpeggio on and on: every fourth note would complete it again.
    const events = Array.from({ length: 16 }, (_, n) => 60 + [0, 4, 7, 5][n % 4]!)
    const paid = events.map((event, step) => developmentAt(events.slice(0, step), event, C, 16))
    expect(paid.filter((kind) => kind !== null).length).toBeLessThanOrEqual(2)
  })
})

describe('developments of four notes', () => {
  it('are those of the musical evaluation', () => {
    const random = mulberry32(7)
    let compared = 0
    for (let melody = 0; melody < 300; melody++) {
      const events = Array.from({ length: 14 }, () => [60, 62, 64, 65, 67, -2][Math.floor(random.next() * 6)]!)
      const piece = pieceOf(events)
      const line = lineOf(events, C)
      for (const { from, to, by } of developments(piece)) {
        if (by === 'diatonic') continue // there in the key that was found, here in the one that is asked for
        const ours = transformationOf(line, from, to, 4)
        compared++
        expect(ours === by || ours === 'diatonic', `${by} is ${ours}`).toBe(true)
      }
    }
    expect(compared).toBeGreaterThan(50)
  })
})

describe('the likeness of bars', () => {
  const bar = held([60, 62, 64, 65], 4)
  const likeness = (second: readonly number[]) => barLikeness([...bar, ...second.slice(0, -1)], second.at(-1)!, 16)

  it('is the share of notes in common', () => {
    expect(likeness(bar)).toBe(1)
    expect(likeness(held([60, 62, 64, 67], 4))).toBeCloseTo(3 / 5, 12)
    expect(likeness(new Array<number>(16).fill(-2))).toBeNull()
  })

  it('is asked at the end of a bar alone', () => {
    expect(barLikeness(bar, 60, 16)).toBeNull()
    expect(barLikeness(bar.slice(0, -1), -2, 16)).toBeNull()
  })
})
