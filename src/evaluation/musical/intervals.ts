import { get as chordType } from '@tonaljs/chord-type'
import { degreesOf } from './degrees.ts'
import { countOf, intervalsOf, meanOf, type Piece, share } from './piece.ts'
import { pitchClass } from '../../melody/pitchName.ts'
import { itemAt } from '../../support/itemAt.ts'

const shareOfIntervals = (piece: Piece, passes: (size: number) => boolean): number => {
  const sizes = intervalsOf(piece).map(Math.abs)
  return share(countOf(sizes, passes), sizes.length)
}

/** Share of the steps from note to note that are one or two semitones, 0-1; NaN for fewer than two notes. */
export const stepwiseShare = (piece: Piece): number => shareOfIntervals(piece, (size) => size === 1 || size === 2)

/** Share of six to nine semitones: leaps, yet within the octave. 0-1; NaN for fewer than two notes. */
export const leapShare = (piece: Piece): number => shareOfIntervals(piece, (size) => size >= 6 && size <= 9)

/** Mean size of the steps from note to note, in semitones; NaN for fewer than two notes. Source: MGEval's pitch interval. */
export const meanInterval = (piece: Piece): number => meanOf(intervalsOf(piece).map(Math.abs))

/** Triads and sevenths, as pitch classes above their root. */
const CHORDS = ['M', 'm', 'dim', 'aug', '7', 'maj7', 'm7', 'm7b5', 'dim7'].map((name) =>
  degreesOf(chordType(name).chroma),
)
/** Each chord on each root, as a set of bits: bit n for pitch class n. */
const CHORD_SETS: readonly number[] = CHORDS.flatMap((degrees) =>
  Array.from({ length: 12 }, (_, root) => degrees.reduce((set, degree) => set | (1 << ((root + degree) % 12)), 0)),
)
const inOneChord = (set: number): boolean => CHORD_SETS.some((chord) => (set & ~chord) === 0)
const SHORTEST_CHAIN = 3

/**
 * Share of the notes that lie in chains of three or more, no two neighbours alike, within one triad or seventh chord and with
 * three of its notes: broken chords. 0-1; NaN without notes. Every stretch of a chain is one too, so one pass finds the
 * longest chain that ends at each note.
 */
export function arpeggioShare({ notes }: Piece): number {
  const classes = notes.map(({ pitch }) => pitchClass(pitch))
  const chain = new Array<number>(12).fill(0) // how often each pitch class is in it
  const sizeOf = (): number => countOf(chain, (times) => times > 0)
  const fits = (): boolean =>
    inOneChord(chain.reduce((set, times, degree) => (times > 0 ? set | (1 << degree) : set), 0))
  let [start, covered, end] = [0, 0, 0]
  let inChains = 0
  const close = (): void => {
    if (sizeOf() < SHORTEST_CHAIN) return
    inChains += end - Math.max(start, covered)
    covered = end
  }
  for (; end < notes.length; end++) {
    const isRepeat = end > 0 && itemAt(notes, end).pitch === itemAt(notes, end - 1).pitch
    const joins = ++chain[itemAt(classes, end)]! > 1 || fits()
    if (joins && !isRepeat) continue
    chain[itemAt(classes, end)]!--
    close()
    chain[itemAt(classes, end)]!++
    while (start < end && (isRepeat || !fits())) chain[itemAt(classes, start++)]!--
  }
  close()
  return share(inChains, notes.length)
}

/**
 * Correlation of what sounds with what sounds `lag` steps later (Pearson), over the steps on which both sound: near 1 where a
 * figure of that length keeps repeating, as in Bach's prelude with a lag of 8. NaN where one side never moves.
 */
export function periodicity({ notes, steps }: Piece, lag: number): number {
  const sounding = new Array<number>(steps).fill(NaN)
  for (const { pitch, startStep, endStep } of notes) sounding.fill(pitch, startStep, endStep)
  const pairs = sounding
    .slice(0, Math.max(0, steps - lag))
    .map((pitch, step) => [pitch, itemAt(sounding, step + lag)] as const)
    .filter(([now, later]) => !Number.isNaN(now) && !Number.isNaN(later))
  return correlation(pairs)
}

/** Pearson's r of pairs; NaN for fewer than two, or where one side is constant. */
export function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [meanX, meanY] = [meanOf(pairs.map(([x]) => x)), meanOf(pairs.map(([, y]) => y))]
  let [xy, xx, yy] = [0, 0, 0]
  for (const [x, y] of pairs) {
    xy += (x - meanX) * (y - meanY)
    xx += (x - meanX) ** 2
    yy += (y - meanY) ** 2
  }
  return share(xy, Math.sqrt(xx * yy))
}
