import { isOnePitch, type Line } from './motifs.ts'
import type { Piece } from './piece.ts'

/** A figure and an earlier one that it repeats: in the same rhythm, with the same moves from note to note, in whatever key. */
export interface Return {
  /** Index of the first note of the earlier figure, and of the one that repeats it. */
  readonly from: number
  readonly to: number
  readonly notes: number
  /** Semitones that the later one lies higher. */
  readonly transposed: number
}

/** Notes of the shortest figure whose return is noticed. */
export const LEAST_NOTES = 3

/**
 * The figures that return, from the first to the last and none over another: of what can be said of a note, the longest
 * return, and of several the nearest in pitch, then the latest. One note repeated does not count, and a figure does not overlap its return.
 * @param from index of the first note whose return is asked for: of a continuation, the first one added.
 */
export function returningFigures({ notes }: Pick<Piece, 'notes'>, from = 0): Return[] {
  const pitches = notes.map(({ pitch }) => pitch)
  const onsets = notes.map(({ startStep }) => startStep)
  const line: Line = { pitches, onsets, places: [] }
  const found: Return[] = []
  for (let to = from; to < notes.length;) {
    const best = longestReturn(line, to)
    if (best === null) to += 1
    else {
      found.push(best)
      to += best.notes
    }
  }
  return found
}

function longestReturn(line: Line, to: number): Return | null {
  let best: Return | null = null
  for (let from = 0; from < to; from++) {
    const notes = Math.min(sharedNotes(line, from, to), to - from)
    if (notes < LEAST_NOTES || isOnePitch(line, to, notes)) continue
    const transposed = (line.pitches[to] ?? NaN) - (line.pitches[from] ?? NaN)
    const isNearer = Math.abs(transposed) <= Math.abs(best?.transposed ?? Infinity)
    if (best === null || notes > best.notes || (notes === best.notes && isNearer))
      best = { from, to, notes, transposed }
  }
  return best
}

/** How many notes in a row move alike from the two on, in pitch and in time; 1 where not even the next ones do. */
export function sharedNotes({ pitches, onsets }: Line, a: number, b: number): number {
  const isAlike = (values: readonly number[], n: number): boolean =>
    (values[a + n] ?? NaN) - (values[a + n - 1] ?? NaN) === (values[b + n] ?? NaN) - (values[b + n - 1] ?? NaN)
  let notes = 1
  while (isAlike(pitches, notes) && isAlike(onsets, notes)) notes++
  return notes
}
