import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arpeggioShare } from '../../src/evaluation/musical/intervals.ts'
import { findKey, type FoundKey, keysOfWindows } from '../../src/evaluation/musical/keys.ts'
import { type Piece, pieceOf } from '../../src/evaluation/musical/piece.ts'
import { excessiveRepeats } from '../../src/evaluation/musical/repetition.ts'
import { isPitch, NO_EVENT, NOTE_OFF } from '../../src/melody/melody.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { eventsArbitrary } from '../melody/melodyArbitrary.ts'

/** The definitions as first written and published, word for word: they look back, or through all notes, at each step. */
const published = {
  excessiveRepeats: (events: readonly number[]): boolean[] =>
    events.map((event, step) => {
      let repeats = 0
      let gaps = false
      for (let before = step - 1; before >= 0; before--) {
        const earlier = events[before]!
        if (earlier === event) repeats++
        else if (isPitch(earlier)) break
        else gaps = true
      }
      if (event === NOTE_OFF && repeats > 1) return true
      return repeats > (gaps ? 6 : 4) && event !== NO_EVENT
    }),

  arpeggioShare: ({ notes }: Piece): number => {
    const pitches = notes.map(({ pitch }) => pitch)
    const inChain = new Set<number>()
    for (let start = 0; start < pitches.length; start++) {
      const classes = new Set([pitches[start]! % 12])
      for (let end = start + 1; end < pitches.length && pitches[end] !== pitches[end - 1]; end++) {
        classes.add(pitches[end]! % 12)
        if (!inOneChord(classes)) break
        if (end - start + 1 >= 3 && classes.size >= 3) for (let n = start; n <= end; n++) inChain.add(n)
      }
    }
    return pitches.length === 0 ? NaN : inChain.size / pitches.length
  },

  keysOfWindows: (piece: Piece, bars: number): (FoundKey | null)[] => {
    const windows = Math.max(0, Math.ceil(piece.steps / piece.stepsPerBar) - bars + 1)
    return Array.from({ length: windows }, (_, bar) => {
      const [from, to] = [bar * piece.stepsPerBar, (bar + bars) * piece.stepsPerBar]
      const notes = piece.notes.filter(({ startStep }) => startStep >= from && startStep < to)
      return notes.length < 4 ? null : findKey({ notes })
    })
  },
}

/** Triads and sevenths above their root: major, minor, diminished, augmented, then the five sevenths. */
const CHORDS = ['0 4 7', '0 3 7', '0 3 6', '0 4 8', '0 4 7 10', '0 4 7 11', '0 3 7 10', '0 3 6 10', '0 3 6 9']
const inOneChord = (classes: ReadonlySet<number>): boolean =>
  CHORDS.some((chord) => {
    const degrees = chord.split(' ').map(Number)
    return Array.from({ length: 12 }, (_, root) => root).some((root) =>
      [...classes].every((degree) => degrees.includes((degree - root + 12) % 12)),
    )
  })

function expectSame(events: readonly number[]): void {
  const piece = pieceOf(events)
  expect(excessiveRepeats(events)).toEqual(published.excessiveRepeats(events))
  expect(arpeggioShare(piece)).toBe(published.arpeggioShare(piece))
  for (const bars of [2, 4]) expect(keysOfWindows(piece, bars)).toEqual(published.keysOfWindows(piece, bars))
}

describe('measures that take one pass', () => {
  it('give what their definitions give, for any events', () => {
    fc.assert(fc.property(eventsArbitrary(), expectSame))
    const few = fc.array(fc.constantFrom(60, 60, 64, 67, 70, 72, NO_EVENT, NOTE_OFF), { maxLength: 120 })
    fc.assert(fc.property(few, expectSame))
  })

  it('give the same for every published melody', () => {
    const folder = join(projectRoot, 'generated_melodies')
    const sidecars = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
    const events = sidecars.map((name) => {
      return (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { events?: number[] }).events
    })
    const melodies = events.filter((each) => each !== undefined)
    expect(melodies.length).toBeGreaterThan(100)
    melodies.forEach(expectSame)
  })

  it('end soon on an hour of one note, of rests, or of one broken chord', () => {
    const steps = 50_000
    const rest = [60, NOTE_OFF, ...new Array<number>(steps - 3).fill(NO_EVENT), 60]
    expect(excessiveRepeats(rest).filter(Boolean)).toEqual([])
    const chord = Array.from({ length: steps }, (_, n) => [60, 64, 67][n % 3]!)
    expect(arpeggioShare(pieceOf(chord))).toBe(1)
    const bars = keysOfWindows(pieceOf(chord, { stepsPerBar: 1 }), 4)
    expect(bars).toHaveLength(steps - 3)
  })
})
