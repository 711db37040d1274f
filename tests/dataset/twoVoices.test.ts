import { describe, expect, it } from 'vitest'
import type { MelodyRow, Split } from '../../src/dataset/dataset.ts'
import { PASSAGE_RULES, type PassageRules } from '../../src/config/passageRules.ts'
import { countPassages, firstPassage, goTheirOwnWay, pairsOf, twoVoicePassages } from '../../src/dataset/twoVoices.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'

const notes = (pitches: readonly number[], steps: number): number[] =>
  pitches.flatMap((pitch) => [pitch, ...new Array<number>(steps - 1).fill(-2)])
/** Ten bars of quarters, and ten of halves a tenth or so below. */
const quarters = notes(
  Array.from({ length: 40 }, (_, n) => [72, 74, 76, 77, 79][n % 5]!),
  4,
)
const halves = notes(
  Array.from({ length: 20 }, (_, n) => [57, 60, 55, 59][n % 4]!),
  8,
)
const rules: PassageRules = { ...PASSAGE_RULES, sameRhythm: 0.7 }

interface RowOf {
  readonly file: string
  readonly n: number
  readonly events: readonly number[]
  readonly instrument: number
  readonly split?: Split
  readonly startStep?: number
  readonly hash?: string
}
const row = ({ file, n, events, instrument, split = 'train', startStep = 0, hash }: RowOf): MelodyRow => ({
  ...melodyFromEvents(events, { instrument, startStep }),
  ...{ id: `${file}/${n}`, path: file, canonicalHash: hash ?? `${file} ${n}`, family: `family of ${file}`, split },
})
const twoTracks = (file: string, split: Split = 'train', hash?: string): MelodyRow[] => [
  row({ file, n: 0, events: quarters, instrument: 0, split, ...(hash === undefined ? {} : { hash }) }),
  row({ file, n: 1, events: halves, instrument: 1, split }),
]

describe('goTheirOwnWay', () => {
  it('takes two voices of their own', () => expect(goTheirOwnWay(quarters, halves, rules)).toBe(true))
  it('refuses a doubling in octaves', () => {
    const octave = quarters.map((event) => (event < 0 ? event : event - 12))
    expect(goTheirOwnWay(quarters, octave, { ...rules, sameRhythm: 1 })).toBe(false)
    expect(goTheirOwnWay(quarters, octave, { ...rules, sameRhythm: 1, doubled: 1 })).toBe(true)
  })
  it('refuses one rhythm in both, unless the rules allow it', () => {
    const third = quarters.map((event) => (event < 0 ? event : event - 4))
    expect(goTheirOwnWay(quarters, third, rules)).toBe(false)
    expect(goTheirOwnWay(quarters, third, { ...rules, sameRhythm: 1 })).toBe(true)
  })
  it('refuses a voice that is mostly silent', () => {
    const silent = [
      ...notes([57, 60, 55, 59, 57, 60, 55, 59, 57, 60, 55, 59], 4),
      -1,
      ...new Array<number>(111).fill(-2),
    ]
    expect(goTheirOwnWay(quarters, silent, rules)).toBe(false)
    expect(goTheirOwnWay(quarters, silent, { ...rules, together: 0.25 })).toBe(true)
  })
})

describe('pairsOf', () => {
  it('pairs melodies of different tracks that overlap', () => {
    const [a, b, c] = [
      melodyFromEvents(quarters),
      melodyFromEvents(halves, { instrument: 1, startStep: 100 }),
      melodyFromEvents(halves, { instrument: 1, startStep: 300 }),
    ] as const
    expect(pairsOf([a, b, c])).toEqual([[a, b]])
  })
})

describe('firstPassage', () => {
  it('takes all whole bars that both have, the higher voice first', () => {
    const found = firstPassage(melodyFromEvents(halves, { startStep: 20 }), melodyFromEvents(quarters), rules)!
    expect(found.upper).toEqual(quarters.slice(32, 160))
    expect(found.lower).toHaveLength(128)
    expect(found.lower[0]).toBe(-2) // the half note that began before bar 2 is left out
    expect(found.lower[4]).toBe(55)
  })
  it('takes no more bars than the rules say', () => {
    const found = firstPassage(melodyFromEvents(quarters), melodyFromEvents(halves), { ...rules, bars: 8 })!
    expect(found.upper).toEqual(quarters.slice(0, 128))
  })
  it('gives none for voices that share too few bars', () => {
    const late = melodyFromEvents(halves, { startStep: 64 })
    expect(firstPassage(melodyFromEvents(quarters), late, rules)).toBeNull()
    expect(firstPassage(melodyFromEvents(quarters), late, { ...rules, leastBars: 6 })?.upper).toHaveLength(96)
  })
})

describe('twoVoicePassages', () => {
  it('names a passage after its melodies, on the side of its family', () => {
    const [found] = twoVoicePassages(twoTracks('a.mid', 'test'), rules)
    expect(found).toMatchObject({ id: 'a.mid/0+1', path: 'a.mid', family: 'family of a.mid', split: 'test' })
    expect(found!.upper).toEqual(quarters)
    expect(found!.lower).toEqual(halves)
  })
  it('takes as many per file as the rules say, whatever other files there are', () => {
    const three = [...twoTracks('a.mid'), row({ file: 'a.mid', n: 2, events: halves, instrument: 2 })]
    const ids = (rows: readonly MelodyRow[], perFile: number): string[] =>
      twoVoicePassages(rows, { ...rules, sameRhythm: 1, doubled: 1, perFile }).map(({ id }) => id)
    expect(ids(three, 9).toSorted()).toEqual(['a.mid/0+1', 'a.mid/0+2', 'a.mid/1+2'])
    expect(ids(three, 1)).toHaveLength(1)
    expect(ids([...twoTracks('0.mid'), ...three], 1).slice(1)).toEqual(ids(three, 1))
  })
  it('pairs no melodies of different stretches, whose steps both count from 0', () => {
    const rows = [
      row({ file: 'a.mid', n: 0, events: quarters, instrument: 1 }),
      row({ file: 'a.mid', n: 1, events: halves, instrument: 0 }),
    ]
    expect(twoVoicePassages(rows, rules)).toEqual([])
    expect(twoVoicePassages([rows[0]!, { ...rows[1]!, instrument: 2, stepsPerBar: 12 }], rules)).toEqual([])
  })
  it('trains on no melody that another file holds out', () => {
    const rows = [...twoTracks('a.mid', 'train', 'same'), ...twoTracks('b.mid', 'validation', 'same')]
    expect(twoVoicePassages(rows, rules).map(({ id }) => id)).toEqual(['b.mid/0+1'])
  })
  it('are counted by side, file and family', () => {
    const passages = twoVoicePassages([...twoTracks('a.mid'), ...twoTracks('b.mid', 'test')], rules)
    expect(countPassages(passages)).toEqual({
      passages: { train: 1, validation: 0, test: 1 },
      ...{ files: 2, families: 2, trainingSteps: 160 },
    })
  })
})
