import { itemAt } from '../../support/itemAt.ts'
import { countOf, type Piece, share } from './piece.ts'

const isStep = (semitones: number): boolean => semitones === 1 || semitones === 2

/**
 * Share of the notes on a beat that are approached as in jazz: by a note a step above and then one a step below, both within the
 * beat before. A melody does not say its chords, so the beat stands for the note of the chord; a turn counts as well. NaN where no
 * note but the first two begins on a beat.
 */
export function approachShare({ notes, stepsPerQuarter }: Piece): number {
  const places = notes.flatMap(({ startStep }, n) => (n > 1 && startStep % stepsPerQuarter === 0 ? [n] : []))
  const isApproached = (n: number): boolean => {
    const [above, below, target] = [itemAt(notes, n - 2), itemAt(notes, n - 1), itemAt(notes, n)]
    const isNear = above.startStep >= target.startStep - stepsPerQuarter
    return isNear && isStep(above.pitch - target.pitch) && isStep(target.pitch - below.pitch)
  }
  return share(countOf(places, isApproached), places.length)
}
