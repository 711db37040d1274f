import { describe, expect, it } from 'vitest'
import * as contour from '../../src/evaluation/musical/contour.ts'
import * as harmony from '../../src/evaluation/musical/harmony.ts'
import * as intervals from '../../src/evaluation/musical/intervals.ts'
import * as keys from '../../src/evaluation/musical/keys.ts'
import * as motifs from '../../src/evaluation/musical/motifs.ts'
import { type Piece, pieceOf } from '../../src/evaluation/musical/piece.ts'
import * as repetition from '../../src/evaluation/musical/repetition.ts'
import * as rhythm from '../../src/evaluation/musical/rhythm.ts'
import * as structure from '../../src/evaluation/musical/structure.ts'
import { primers } from '../../src/generation/primers.ts'
import { musicalReference } from './musicalReference.ts'

const held = (pitches: readonly number[], steps: number): number[] =>
  pitches.flatMap((pitch) => [pitch, ...new Array<number>(steps - 1).fill(-2)])
const quarters = (pitches: readonly number[]): Piece => pieceOf(held(pitches, 4))
const empty = pieceOf(new Array<number>(32).fill(-2))
const nothing = pieceOf([])
const oneNote = pieceOf([60, -2, -2, -2])

describe('pieceOf', () => {
  it('counts a continuation from where it begins, without the note that still sounds', () => {
    expect(pieceOf([60, -2, -2, 62, -1, -2], { from: 2 })).toEqual({
      notes: [{ pitch: 62, startStep: 1, endStep: 2 }],
      ...{ steps: 4, stepsPerBar: 16, stepsPerQuarter: 4 },
    })
  })
})

describe('repetition', () => {
  it('flags the sixth note on end, and the eighth with holds between, as the RL Tuner does', () => {
    expect(repetition.excessiveRepeats(new Array<number>(7).fill(60))).toEqual([
      ...new Array<boolean>(5).fill(false),
      true,
      true,
    ])
    const flags = repetition.excessiveRepeats(held(new Array<number>(9).fill(60), 2))
    expect(flags.flatMap((flag, step) => (flag ? [step] : []))).toEqual([14, 16])
    expect(repetition.excessiveRepeats([60, -1, -1, -1, -1]).slice(1)).toEqual([false, false, true, true])
    expect(repetition.excessRepetition(pieceOf(held([60, 60, 62, 60], 1)))).toBe(0)
    expect(repetition.excessRepetition(pieceOf(new Array<number>(10).fill(60)))).toBe(5 / 10)
  })

  it('counts what stays on a pitch, and what is silent at the end', () => {
    const piece = pieceOf([60, 60, 60, 62, 62, -1, -2, -2])
    expect(repetition.samePitchShare(piece)).toBe(3 / 4)
    expect(repetition.longestSamePitchRun(piece)).toBe(3)
    expect(repetition.stillTail(piece)).toBe(4 / 8)
    expect(repetition.stillTail(empty)).toBe(1)
  })
})

describe('intervals', () => {
  it('distinguishes steps from leaps', () => {
    const piece = quarters([60, 62, 63, 63, 70, 58])
    expect(intervals.stepwiseShare(piece)).toBe(2 / 5)
    expect(intervals.leapShare(piece)).toBe(1 / 5)
    expect(intervals.meanInterval(piece)).toBe((2 + 1 + 0 + 7 + 12) / 5)
  })

  it('finds broken chords, of three different notes and no repeated neighbour', () => {
    expect(intervals.arpeggioShare(quarters([60, 64, 67, 72, 61]))).toBe(4 / 5)
    expect(intervals.arpeggioShare(quarters([60, 64, 60, 64]))).toBe(0)
    expect(intervals.arpeggioShare(quarters([60, 62, 64, 65]))).toBe(0)
    expect(intervals.arpeggioShare(quarters([60, 64, 64, 67]))).toBe(0)
    expect(intervals.arpeggioShare(quarters([62, 65, 69, 72, 71]))).toBe(4 / 5) // D minor seventh
  })

  it("finds the figure of Bach's prelude, which repeats every eight steps", () => {
    const bach = pieceOf(primers.bach)
    expect(intervals.periodicity(bach, 8)).toBeGreaterThan(0.95)
    expect(intervals.periodicity(bach, 3)).toBeLessThan(0.5)
    expect(intervals.periodicity(pieceOf([60, -2, 60, -2]), 2)).toBeNaN()
  })
})

describe('keys', () => {
  it('fixes the mode on a given tonic', () => {
    const modal = pieceOf(primers.modal)
    expect(keys.bestMode(modal, 2)).toEqual({ mode: 'dorian', share: 1 })
    expect(keys.modeShare(modal, 2, 'ionian')).toBe(5 / 8)
    const dorian = quarters([62, 64, 65, 67, 69, 71, 72, 74])
    expect(keys.bestMode(dorian, 2)).toEqual({ mode: 'dorian', share: 1 })
    expect(keys.diatonicShare(quarters([60, 62, 64, 66, 68]))).toBe(4 / 5)
  })

  it('finds the key by its durations', () => {
    expect(keys.findKey(quarters([60, 62, 64, 65, 67, 69, 71, 72, 60, 67, 64]))).toMatchObject({
      tonic: 0,
      mode: 'major',
    })
    expect(keys.findKey(quarters([57, 60, 64, 57, 56, 57, 62, 64, 57]))).toMatchObject({ tonic: 9, mode: 'minor' })
    expect(keys.findKey(empty)).toBeNull()
  })

  it('keeps a key or leaves it', () => {
    const home = [60, 64, 67, 72, 71, 67, 65, 62]
    expect(keys.keyStability(quarters([...home, ...home]))).toBe(1)
    const away = home.map((pitch) => pitch + 6)
    expect(keys.keyStability(quarters([...home, ...home, ...away]))).toBeLessThan(0.8)
  })

  it('distinguishes a passing foreign note from others', () => {
    // C# between C and D passes; F# reached and left by leaps does not.
    const piece = quarters([60, 61, 62, 66, 72, 67])
    expect(keys.foreignNotes(piece, 0, 'ionian')).toEqual({ all: 2 / 6, passing: 1 / 6, other: 1 / 6 })
  })

  it('asks whether the leading note leads: a half step in major, a whole step in dorian', () => {
    const piece = quarters([71, 72, 71, 67, 70, 72])
    expect(keys.leadingNote(piece, 0, 'ionian')).toEqual({ resolved: 1, followed: 2 })
    expect(keys.leadingNote(piece, 0, 'dorian')).toEqual({ resolved: 1, followed: 1 })
    expect(keys.leadingNoteResolution(quarters([60, 64]), 0, 'ionian')).toBeNaN()
  })

  it('knows dorian by its sixth', () => {
    expect(keys.dorian(quarters([62, 71, 69, 70]), 2)).toEqual({ share: 3 / 4, naturalSixth: 1 / 4, flatSixth: 1 / 4 })
  })
})

describe('rhythm', () => {
  it('overlaps with another by the lengths between onsets', () => {
    const [even, mixed] = [quarters([60, 62, 64, 65]), pieceOf(held([60, 62], 4).concat(held([64, 65, 67], 2)))]
    expect(rhythm.rhythmOverlap(even, mixed)).toBeCloseTo(2 / 4, 12)
    expect(rhythm.rhythmOverlap(even, even)).toBeCloseTo(1, 12)
    expect(rhythm.rhythmEntropy(mixed)).toBeCloseTo(1, 12)
    expect(rhythm.noteDensity(even)).toBe(1)
  })

  it('agrees bar by bar', () => {
    const bar = held([60, 62, 64, 65], 4)
    const other = held([60, 62], 8)
    expect(rhythm.grooveSimilarity(pieceOf([...bar, ...bar]))).toBe(1)
    expect(rhythm.grooveSimilarity(pieceOf([...bar, ...other]))).toBe(14 / 16)
    expect(rhythm.grooveOverlap(pieceOf(bar), pieceOf([...bar, ...other]))).toBe((1 + 14 / 16) / 2)
  })
})

describe('motifs', () => {
  it('covers what repeats in any key, but not one note repeated', () => {
    expect(motifs.motifCoverage(quarters([60, 62, 64, 70, 65, 67, 69]))).toBe(6 / 7)
    expect(motifs.motifCoverage(quarters([60, 60, 60, 60, 60, 60, 60]))).toBe(0)
    expect(motifs.motifCoverage(quarters([60, 62, 65, 61]))).toBe(0)
  })

  it('compresses a piece that repeats itself', () => {
    // Three notes and the same three an octave up: three points and one vector for six notes.
    expect(motifs.cosiatecRatio(quarters([60, 64, 62, 72, 76, 74]))).toBe(6 / 4)
    expect(motifs.cosiatecRatio(quarters([60]))).toBe(1)
    expect(motifs.cosiatecRatio(quarters(new Array<number>(300).fill(60)))).toBeNaN()
  })

  it.each([
    ['exact', [60, 62, 64, 67]],
    ['transposed', [62, 64, 66, 69]],
    ['inverted', [60, 58, 56, 53]],
    ['retrograde', [67, 64, 62, 60]],
    ['one note changed', [60, 62, 65, 67]],
  ] as const)('recognises a motif that repeats %s', (by, again) => {
    const found = motifs.developments(quarters([60, 62, 64, 67, 48, 49, ...again]))
    expect(found).toContainEqual({ from: 0, to: 6, by })
  })

  it('recognises a step of the scale up, and the same at half the speed', () => {
    // C D E F in C major, then E F G A: whole and half steps change place.
    const sequence = quarters([60, 62, 64, 65, 72, 60, 64, 65, 67, 69, 72, 71, 72])
    expect(motifs.developments(sequence)).toContainEqual({ from: 0, to: 6, by: 'diatonic' })
    const slower = pieceOf([...held([60, 62, 64, 67], 2), ...held([48, 49], 3), ...held([60, 62, 64, 67], 4)])
    expect(motifs.developments(slower)).toContainEqual({ from: 0, to: 6, by: 'augmented' })
  })

  it('finds more development in a sequence than its steps make by chance, and no number for a few notes', () => {
    const cell = [60, 64, 62, 65]
    const sequence = quarters([0, 5, 3, 7, -2, 2].flatMap((by) => cell.map((pitch) => pitch + by)))
    expect(motifs.developmentOf(sequence).ratio).toBeGreaterThan(1.3)
    expect(motifs.developmentOf(quarters([60, 62, 64])).ratio).toBeNaN()
  })
})

describe('contour', () => {
  it('finds arches in phrases, and where the climax is', () => {
    const arch = [...held([60, 64, 67, 62], 2), -1, ...new Array<number>(7).fill(-2)]
    const falling = held([72, 69, 65, 60], 2)
    const piece = pieceOf([...arch, ...falling])
    expect(contour.phrasesOf(piece).map((phrase) => phrase.length)).toEqual([4, 4])
    expect(contour.archShare(piece)).toBe(1 / 2)
    expect(contour.uniqueClimax(piece)).toBe(1)
    expect(contour.climaxPlace(piece)).toBe(16 / 24)
    expect(contour.uniqueLow(piece)).toBe(0)
    expect([contour.pitchRange(piece), contour.pitchCount(piece)]).toEqual([12, 7])
  })
})

describe('harmony', () => {
  it('hears the chord of a bar', () => {
    const bars = [60, 64, 67, 72, 62, 65, 69, 74, 67, 71, 74, 77, 60, 60, 60, 60]
    expect(harmony.impliedChords(quarters(bars))).toEqual([
      { root: 0, type: 'M' },
      { root: 2, type: 'm' },
      { root: 7, type: '7' },
      null,
    ])
    expect(harmony.distinctChords(quarters(bars))).toBe(3)
  })

  it('counts the changes that are V-I', () => {
    const [one, four, five] = [
      [60, 64, 67, 60],
      [65, 69, 72, 65],
      [67, 71, 74, 67],
    ] as const
    expect(harmony.cadenceShare(quarters([...one, ...four, ...five, ...one, ...one]))).toBe(1 / 3)
  })

  it('counts changes of key', () => {
    const home = [60, 64, 67, 72, 71, 67, 65, 62]
    expect(harmony.keyChanges(quarters([...home, ...home, ...home]))).toBe(0)
    const away = home.map((pitch) => pitch + 6)
    expect(harmony.keyChanges(quarters([...home, ...home, ...away, ...away]))).toBeGreaterThan(0)
  })
})

describe('structure', () => {
  it('compares a bar with the one `lag` bars later', () => {
    const [a, b] = [
      [60, 62, 64, 65],
      [72, 71, 69, 67],
    ]
    const piece = quarters([...a, ...b, ...a, ...b])
    expect(structure.barSimilarity(piece, 1)).toBe(0)
    expect(structure.barSimilarity(piece, 2)).toBe(1)
    expect(structure.barSimilarity(piece, 4)).toBeNaN()
  })

  it('parses as Lempel and Ziv do', () => {
    // 0 . 001 . 10 . 100 . 1000 . 101, the example of their paper.
    expect(structure.lempelZivPhrases([...'0001101001000101'].map(Number))).toBe(6)
    expect(structure.lempelZivPhrases(new Array<number>(50).fill(1))).toBe(2)
    expect(structure.lempelZivRatio(quarters(Array.from({ length: 8 }, () => [60, 64, 62, 65]).flat()))).toBeLessThan(
      0.7,
    )
  })
})

describe.each(Object.entries(musicalReference.pieces))('numbers of other implementations: %s', (_, reference) => {
  const piece = pieceOf(reference.events)
  const { muspy, mgeval, musdr } = reference

  it('MusPy', () => {
    expect(contour.pitchCount(piece)).toBe(muspy['nPitchesUsed'])
    expect(contour.pitchRange(piece)).toBe(muspy['pitchRange'])
    expect(keys.modeShare(piece, 0, 'ionian')).toBeCloseTo(muspy['inScaleRateC']!, 12)
    expect(rhythm.pitchClassEntropy(piece, 1000)).toBeCloseTo(muspy['pitchClassEntropy']!, 12)
    // Its scale consistency also tries minor scales, which hold the same pitches as the major ones.
    expect(keys.diatonicShare(piece)).toBeCloseTo(muspy['scaleConsistency']!, 12)
  })

  it('MGEval', () => {
    expect(intervals.meanInterval(piece)).toBeCloseTo(mgeval.avgPitchShift, 12)
  })

  it('MusDr', () => {
    expect(rhythm.pitchClassEntropy(piece, 1)).toBeCloseTo(musdr.H1, 12)
    expect(rhythm.pitchClassEntropy(piece, 4)).toBeCloseTo(musdr.H4, 12)
    expect(rhythm.grooveSimilarity(piece)).toBeCloseTo(musdr.GS, 12)
    const similarity = structure.selfSimilarity(piece)
    for (const [length, start, fitness] of musdr.fitness)
      expect(structure.fitness(similarity, start, length), `${length} from ${start}`).toBeCloseTo(fitness, 9)
    expect(structure.structureness(similarity, 4, 8)).toBeCloseTo(musdr.SI4to8, 9)
  })
})

describe('whatever there is to measure', () => {
  const long = pieceOf(Array.from({ length: 160_000 }, (_, n) => (n % 4 === 0 ? 50 + ((n * 7) % 31) : -2)))
  const metrics: Readonly<Record<string, (piece: Piece) => number>> = {
    excess: repetition.excessRepetition,
    arpeggio: intervals.arpeggioShare,
    periodicity: (piece) => intervals.periodicity(piece, 8),
    stability: keys.keyStability,
    groove: rhythm.grooveSimilarity,
    entropy: (piece) => rhythm.pitchClassEntropy(piece, 4),
    coverage: motifs.motifCoverage,
    development: (piece) => motifs.developmentOf(piece).ratio,
    lempelZiv: structure.lempelZivRatio,
    arch: contour.archShare,
    range: contour.pitchRange,
    chords: harmony.distinctChords,
    cadences: harmony.cadenceShare,
    changes: harmony.keyChanges,
    bars: (piece) => structure.barSimilarity(piece, 1),
    structureness: (piece) => structure.structureness(structure.selfSimilarity(pieceOfBars(piece)), 4, 8),
  }
  const pieceOfBars = (piece: Piece): Piece => ({
    ...piece,
    steps: Math.min(piece.steps, 256),
    notes: piece.notes.filter(({ endStep }) => endStep <= 256),
  })

  it.each(Object.keys(metrics))('%s is a number of 10,000 bars, and not defined or in range of nothing', (name) => {
    const metric = metrics[name]!
    expect(Number.isFinite(metric(long)), 'long').toBe(true)
    for (const piece of [empty, nothing, oneNote]) {
      const value = metric(piece)
      expect(Number.isNaN(value) || Number.isFinite(value)).toBe(true)
    }
  })
})
