import type { MelodyNote } from '../../melody/melody.ts'
import { countOf, meanOf, type Piece, share } from './piece.ts'
import { itemAt } from '../../support/itemAt.ts'

/** Fewest notes of a phrase whose contour is asked for. */
const PHRASE_NOTES = 4

/**
 * The phrases: stretches of notes between rests of an eighth or more, or notes that are half a bar apart. Those of fewer than
 * four notes are left out.
 */
export function phrasesOf({ notes, stepsPerBar, stepsPerQuarter }: Piece): MelodyNote[][] {
  const phrases: MelodyNote[][] = []
  notes.forEach((note, n) => {
    const before = notes[n - 1]
    const rest = before === undefined ? Infinity : note.startStep - before.endStep
    const apart = before === undefined ? Infinity : note.startStep - before.startStep
    if (rest >= stepsPerQuarter / 2 || apart >= stepsPerBar / 2) phrases.push([])
    itemAt(phrases, -1).push(note)
  })
  return phrases.filter((phrase) => phrase.length >= PHRASE_NOTES)
}

/**
 * Share of the phrases that rise and fall: their inner notes lie, on average, above both their first and their last note. 0-1;
 * NaN without phrases of four notes. Source: Huron 1996, The melodic arch in Western folksongs.
 */
export function archShare(piece: Piece): number {
  const phrases = phrasesOf(piece)
  const isArch = (phrase: readonly MelodyNote[]): boolean => {
    const middle = meanOf(phrase.slice(1, -1).map(({ pitch }) => pitch))
    return middle > itemAt(phrase, 0).pitch && middle > itemAt(phrase, -1).pitch
  }
  return share(countOf(phrases, isArch), phrases.length)
}

/** 1 where the highest pitch is heard once, else 0; NaN without notes. Source: the RL Tuner's unique maximum. */
export const uniqueClimax = (piece: Pick<Piece, 'notes'>): number => uniqueExtreme(piece, Math.max)

/** 1 where the lowest pitch is heard once, else 0; NaN without notes. */
export const uniqueLow = (piece: Pick<Piece, 'notes'>): number => uniqueExtreme(piece, Math.min)

function uniqueExtreme({ notes }: Pick<Piece, 'notes'>, most: (...values: number[]) => number): number {
  if (notes.length === 0) return NaN
  const pitches = notes.map(({ pitch }) => pitch)
  const extreme = pitches.reduce((best, pitch) => most(best, pitch))
  return countOf(pitches, (pitch) => pitch === extreme) === 1 ? 1 : 0
}

/** Where the highest note first begins, 0 at the piece's beginning to 1 at its end; NaN without notes. */
export function climaxPlace({ notes, steps }: Piece): number {
  if (notes.length === 0) return NaN
  const highest = notes.reduce((best, note) => (note.pitch > best.pitch ? note : best))
  return highest.startStep / steps
}

/** Semitones between the lowest and the highest note; NaN without notes. Source: MGEval and MusPy, pitch range. */
export function pitchRange({ notes }: Pick<Piece, 'notes'>): number {
  if (notes.length === 0) return NaN
  const pitches = notes.map(({ pitch }) => pitch)
  return pitches.reduce((a, b) => Math.max(a, b)) - pitches.reduce((a, b) => Math.min(a, b))
}

/** Number of different pitches. Source: MGEval's pitch count, MusPy's number of pitches used. */
export const pitchCount = ({ notes }: Pick<Piece, 'notes'>): number => new Set(notes.map(({ pitch }) => pitch)).size
