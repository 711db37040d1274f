import { bestMode, modeShare, type Mode } from '../../evaluation/musical/keys.ts'
import { tonicOf } from '../../evaluation/musical/metrics.ts'
import { type Piece, pieceOf } from '../../evaluation/musical/piece.ts'
import { melodyNotes } from '../../melody/melody.ts'

/** What describes a piece's notes. */
export interface PieceFacts {
  readonly piece: Piece
  readonly tonic: number
  readonly mode: Mode
  /** Share of the notes that belong to the mode. */
  readonly inMode: number
  /** Semitones from the lowest to the highest note. */
  readonly range: number
}

/** Facts of a melody; null for one without notes or of no key. */
export function describePiece(events: readonly number[], stepsPerBar: number): PieceFacts | null {
  const piece = pieceOf(events, { stepsPerBar })
  const tonic = tonicOf(piece)
  const found = tonic === null ? null : bestMode(piece, tonic)
  if (tonic === null || found === null) return null
  const pitches = piece.notes.map(({ pitch }) => pitch)
  const range = Math.max(...pitches) - Math.min(...pitches)
  return { piece, tonic, mode: found.mode, inMode: modeShare(piece, tonic, found.mode), range }
}

/** Name of a range: up to a fifth above the octave in two classes, and above. */
export const rangeClass = (range: number): string => (range <= 12 ? 'octave' : range <= 16 ? 'tenth' : 'wide')

/** Steps of the longest rest between notes, or before the first or after the last. */
export function longestRest(events: readonly number[]): number {
  let [end, longest] = [0, 0]
  for (const { startStep, endStep } of melodyNotes(events)) {
    longest = Math.max(longest, startStep - end)
    end = endStep
  }
  return Math.max(longest, events.length - end)
}
