import { itemAt } from '../../support/itemAt.ts'
import { isOnePitch, type Line } from './motifs.ts'
import type { Piece } from './piece.ts'
import { LEAST_NOTES, sharedNotes } from './returns.ts'

/** A stretch that repeats an earlier one: where both begin, and how long they are, in steps. */
export interface RepeatedRun {
  readonly earlier: number
  readonly later: number
  readonly steps: number
}

/** Every stretch of three notes or more that moves as a later one does, in the same rhythm and whatever key; each once, at its longest. */
export function repeatedRuns({ notes }: Pick<Piece, 'notes'>): RepeatedRun[] {
  const pitches = notes.map(({ pitch }) => pitch)
  const onsets = notes.map(({ startStep }) => startStep)
  const line: Line = { pitches, onsets, places: [] }
  const found: RepeatedRun[] = []
  for (let a = 0; a < notes.length; a++) {
    for (let b = a + 1; b < notes.length; b++) {
      const isWithin = a > 0 && sharedNotes(line, a - 1, b - 1) > 1
      const shared = isWithin ? 0 : sharedNotes(line, a, b)
      if (shared < LEAST_NOTES || isOnePitch(line, b, shared)) continue
      const [earlier, later] = [itemAt(onsets, a), itemAt(onsets, b)]
      found.push({ earlier, later, steps: itemAt(notes, b + shared - 1).endStep - later })
    }
  }
  return found
}
