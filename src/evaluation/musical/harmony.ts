import { get as chordType } from '@tonaljs/chord-type'
import type { MelodyNote } from '../../melody/melody.ts'
import { degreesOf } from './degrees.ts'
import { findKey, keysOfWindows } from './keys.ts'
import { countOf, meanOf, notesByBar, type Piece, share } from './piece.ts'
import { pitchClass } from '../../melody/pitchName.ts'
import { itemAt } from '../../support/itemAt.ts'

/** Chords a bar may imply: triads before sevenths, so that of two that fit alike the simpler one is heard. */
const TYPES = ['M', 'm', 'dim', '7', 'maj7', 'm7', 'm7b5'].map((name) => ({
  name,
  degrees: degreesOf(chordType(name).chroma),
}))

/** A chord by root and quality. */
export interface Chord {
  /** Pitch class. */
  readonly root: number
  readonly type: string
}

/**
 * The chord that each bar implies: the one whose notes sound longest in it, less half of what sounds outside and a little for
 * each note of the chord that is missing. Null where fewer than two pitch classes sound.
 */
export function impliedChords(piece: Piece): (Chord | null)[] {
  return notesByBar(piece).map((notes) => chordOf(notes, piece.stepsPerBar))
}

function chordOf(notes: readonly MelodyNote[], stepsPerBar: number): Chord | null {
  const durations = new Array<number>(12).fill(0)
  for (const { pitch, startStep, endStep } of notes) {
    durations[pitchClass(pitch)] = itemAt(durations, pitchClass(pitch)) + (Math.min(endStep, stepsPerBar) - startStep)
  }
  if (countOf(durations, (duration) => duration > 0) < 2) return null
  const total = durations.reduce((sum, duration) => sum + duration, 0)
  let best: (Chord & { score: number }) | null = null
  for (const { name, degrees } of TYPES) {
    for (let root = 0; root < 12; root++) {
      const inside = degrees.map((degree) => itemAt(durations, (root + degree) % 12))
      const sounding = inside.reduce((sum, duration) => sum + duration, 0)
      const missing = countOf(inside, (duration) => duration === 0)
      const score = sounding - (total - sounding) / 2 - (missing * total) / 20
      if (score > (best?.score ?? -Infinity)) best = { root, type: name, score }
    }
  }
  return best && { root: best.root, type: best.type }
}

const WINDOW_BARS = 8

/** Mean number of different chords that eight bars imply (of a shorter piece, all of it); NaN where no bar implies one. */
export function distinctChords(piece: Piece): number {
  const chords = impliedChords(piece)
  const width = Math.min(WINDOW_BARS, chords.length)
  const windows = Array.from({ length: chords.length - width + 1 }, (_, n) => chords.slice(n, n + width))
  const counts = windows.map(
    (window) => new Set(window.flatMap((each) => (each ? [`${each.root} ${each.type}`] : []))).size,
  )
  return meanOf(counts.filter((count) => count > 0))
}

/** Share of the changes from one implied chord to another that fall a fifth onto the key's tonic (V-I); NaN without changes. */
export function cadenceShare(piece: Piece): number {
  const key = findKey(piece)
  const chords = impliedChords(piece).filter((chord) => chord !== null)
  const changes = chords.slice(1).map((chord, n) => ({ from: itemAt(chords, n), to: chord }))
  const moving = changes.filter(({ from, to }) => from.root !== to.root || from.type !== to.type)
  if (key === null) return NaN
  return share(
    countOf(moving, ({ from, to }) => to.root === key.tonic && from.root === pitchClass(key.tonic + 7)),
    moving.length,
  )
}

const KEY_BARS = 4

/** Changes of key from one stretch of four bars to the next, a bar on, a bar; NaN for fewer than two stretches. */
export function keyChanges(piece: Piece): number {
  const keys = keysOfWindows(piece, KEY_BARS).filter((key) => key !== null)
  return share(
    countOf(keys.slice(1), (key, n) => key.tonic !== itemAt(keys, n).tonic || key.mode !== itemAt(keys, n).mode),
    keys.length - 1 > 0 ? keys.length - 1 : 0,
  )
}
