import { primers, type PrimerName, PRIMER_NAMES } from '../../generation/primers.ts'
import type { Mode } from './keys.ts'
import { type MetricId, measurePiece, tonicOf } from './metrics.ts'
import { type Piece, pieceOf } from './piece.ts'
import { isOneOf } from '../../support/records.ts'

/** Where a primer is at home: the pitch class, and the mode on it. */
export interface Home {
  readonly tonic: number
  readonly mode: Mode
}

/** The home that each of the study's primers makes. */
export const PRIMER_HOMES: Readonly<Record<PrimerName, Home>> = {
  onenote: { tonic: 0, mode: 'ionian' },
  half_note: { tonic: 0, mode: 'ionian' },
  major: { tonic: 0, mode: 'ionian' },
  minor: { tonic: 0, mode: 'aeolian' },
  arp: { tonic: 0, mode: 'ionian' },
  bach: { tonic: 7, mode: 'ionian' },
  modal: { tonic: 2, mode: 'dorian' },
}

/** A continuation with what its metrics need. */
export interface MeasuredContinuation {
  readonly piece: Piece
  /** Pitch class that is home; null if there is none. */
  readonly tonic: number | null
  /** NaN where a metric is not defined. */
  readonly values: Readonly<Record<MetricId, number>>
}

/**
 * What was added to one of the study's primers, measured by itself, with the primer's home and rhythm beside it. After another
 * primer, home is the tonic of the key that is found.
 * @param from the first step that was not given.
 */
export function measureContinuation(primer: string, events: readonly number[], from: number): MeasuredContinuation {
  const piece = pieceOf(events, { from })
  const known = isOneOf(PRIMER_NAMES, primer) ? primer : null
  const tonic = known === null ? tonicOf(piece) : PRIMER_HOMES[known].tonic
  const given = pieceOf(known === null ? events.slice(0, from) : primers[known])
  return { piece, tonic, values: measurePiece(piece, { tonic, primer: given }) }
}
