import { get as scale } from '@tonaljs/scale'
import { correlation } from './intervals.ts'
import { barsOf, countOf, intervalsOf, notesByBar, type Piece, share } from './piece.ts'
import { pitchClass } from '../../melody/pitchName.ts'
import { itemAt } from '../../support/itemAt.ts'
import { recordOf } from '../../support/records.ts'

/** The seven modes of the major scale. */
export const MODES = ['ionian', 'dorian', 'phrygian', 'lydian', 'mixolydian', 'aeolian', 'locrian'] as const
/** Major or minor. */
export type Mode = (typeof MODES)[number]

/** Whether each pitch class above the tonic belongs to the mode. */
const DEGREES: Readonly<Record<Mode, readonly boolean[]>> = recordOf(MODES, (mode) =>
  [...scale(mode).chroma].map((bit) => bit === '1'),
)

/** Whether a pitch belongs to the mode on that tonic (a pitch class). */
export const isInMode = (pitch: number, tonic: number, mode: Mode): boolean =>
  itemAt(DEGREES[mode], pitchClass(pitch - tonic))

/** Share of the notes that belong to the mode on that tonic, 0-1; NaN without notes. */
export function modeShare({ notes }: Pick<Piece, 'notes'>, tonic: number, mode: Mode): number {
  return share(
    countOf(notes, ({ pitch }) => isInMode(pitch, tonic, mode)),
    notes.length,
  )
}

/** The mode on a tonic that holds most notes, the first of several in the order of `MODES`; null without notes. */
export function bestMode(piece: Pick<Piece, 'notes'>, tonic: number): { mode: Mode; share: number } | null {
  if (piece.notes.length === 0) return null
  const shares = MODES.map((mode) => ({ mode, share: modeShare(piece, tonic, mode) }))
  return shares.reduce((best, each) => (each.share > best.share ? each : best))
}

/** Share of the notes in the best of the twelve diatonic scales, whatever its tonic, 0-1; NaN without notes. */
export function diatonicShare(piece: Pick<Piece, 'notes'>): number {
  return Math.max(...Array.from({ length: 12 }, (_, tonic) => modeShare(piece, tonic, 'ionian')))
}

/** Probe-tone profiles of C major and C minor (Krumhansl & Kessler 1982, doi 10.1037/0033-295X.89.4.334). */
const PROFILES = {
  major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
} as const

/** A key with its correlation. */
export interface FoundKey {
  /** Pitch class. */
  readonly tonic: number
  readonly mode: 'major' | 'minor'
  /** Correlation with the key's profile, -1 to 1. */
  readonly r: number
}

/**
 * The key whose profile the durations of the pitch classes follow best (Krumhansl-Schmuckler); null if nothing sounds, or
 * all pitch classes sound alike.
 */
export function findKey({ notes }: Pick<Piece, 'notes'>): FoundKey | null {
  const durations = new Array<number>(12).fill(0)
  for (const { pitch, startStep, endStep } of notes)
    durations[pitchClass(pitch)] = itemAt(durations, pitchClass(pitch)) + (endStep - startStep)
  let best: FoundKey | null = null
  for (const mode of ['major', 'minor'] as const) {
    for (let tonic = 0; tonic < 12; tonic++) {
      const pairs = durations.map(
        (duration, pitch) => [duration, itemAt(PROFILES[mode], pitchClass(pitch - tonic))] as const,
      )
      const r = correlation(pairs)
      if (r > (best?.r ?? -Infinity)) best = { tonic, mode, r }
    }
  }
  return best
}

/** How well the piece follows a key: the correlation of its best one, -1 to 1; NaN if there is none. */
export const keyClarity = (piece: Pick<Piece, 'notes'>): number => findKey(piece)?.r ?? NaN

/** Fewest notes whose key is asked for. */
const NOTES_OF_A_KEY = 4

/** The key of each stretch of `bars` bars, one bar apart; null for fewer than four notes. */
export function keysOfWindows(piece: Piece, bars: number): (FoundKey | null)[] {
  const byBar = notesByBar(piece)
  return Array.from({ length: Math.max(0, barsOf(piece) - bars + 1) }, (_, bar) => {
    const notes = byBar.slice(bar, bar + bars).flat()
    return notes.length < NOTES_OF_A_KEY ? null : findKey({ notes })
  })
}

const WINDOW_BARS = 2

/** Share of the two-bar stretches (of four notes or more) that are in the key of the whole, 0-1; NaN without such. */
export function keyStability(piece: Piece): number {
  const whole = findKey(piece)
  const windows = keysOfWindows(piece, WINDOW_BARS).filter((key) => key !== null)
  if (whole === null) return NaN
  return share(
    countOf(windows, ({ tonic, mode }) => tonic === whole.tonic && mode === whole.mode),
    windows.length,
  )
}

/** Notes outside the mode, by how they are reached and left. */
export interface ForeignNotes {
  /** Share of all notes, 0-1; NaN without notes. */
  readonly all: number
  /** Of those: reached and left by one or two semitones, so that they pass or turn. */
  readonly passing: number
  readonly other: number
}

/** The notes outside the mode on a tonic, told apart by how they are reached and left. */
export function foreignNotes(piece: Pick<Piece, 'notes'>, tonic: number, mode: Mode): ForeignNotes {
  const { notes } = piece
  const intervals = intervalsOf(piece).map(Math.abs)
  const isStep = (interval: number | undefined): boolean => interval === 1 || interval === 2
  const foreign = notes.flatMap(({ pitch }, n) => (isInMode(pitch, tonic, mode) ? [] : [n]))
  const passing = countOf(foreign, (n) => isStep(intervals[n - 1]) && isStep(intervals[n]))
  return {
    all: share(foreign.length, notes.length),
    passing: share(passing, notes.length),
    other: share(foreign.length - passing, notes.length),
  }
}

/** Semitones from the leading note up to the tonic: a half step where the mode has one, else a whole step. */
const leadingDistance = (mode: Mode): number => (DEGREES[mode][11] ? 1 : 2)

/** How often the leading note is followed by the tonic, and how often it has a follower at all. */
export function leadingNote(
  { notes }: Pick<Piece, 'notes'>,
  tonic: number,
  mode: Mode,
): { readonly resolved: number; readonly followed: number } {
  const leading = pitchClass(tonic - leadingDistance(mode))
  const followers = notes.slice(1).filter((_, n) => pitchClass(itemAt(notes, n).pitch) === leading)
  return {
    resolved: countOf(followers, ({ pitch }) => pitchClass(pitch) === pitchClass(tonic)),
    followed: followers.length,
  }
}

/** Share of the leading notes that are followed by the tonic, 0-1; NaN where none has a follower. */
export function leadingNoteResolution(piece: Pick<Piece, 'notes'>, tonic: number, mode: Mode): number {
  const { resolved, followed } = leadingNote(piece, tonic, mode)
  return share(resolved, followed)
}

/** What makes dorian what it is: its share, and whether the natural sixth is used and the flat one is not. */
export function dorian(
  piece: Pick<Piece, 'notes'>,
  tonic: number,
): { readonly share: number; readonly naturalSixth: number; readonly flatSixth: number } {
  const onDegree = (degree: number): number =>
    share(
      countOf(piece.notes, ({ pitch }) => pitchClass(pitch - tonic) === degree),
      piece.notes.length,
    )
  return { share: modeShare(piece, tonic, 'dorian'), naturalSixth: onDegree(9), flatSixth: onDegree(8) }
}
