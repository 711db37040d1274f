import { primers, type PrimerName, PRIMER_NAMES } from '../../generation/primers.ts'
import { type MetricId, measurePiece, tonicOf } from './metrics.ts'
import { type Piece, pieceOf } from './piece.ts'
import { isOneOf } from '../../support/records.ts'

/** The pitch class that each primer makes home. */
const TONICS: Readonly<Record<PrimerName, number>> = {
  onenote: 0,
  half_note: 0,
  major: 0,
  minor: 0,
  arp: 0,
  bach: 7,
  modal: 2,
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
  const tonic = known === null ? tonicOf(piece) : TONICS[known]
  const given = pieceOf(known === null ? events.slice(0, from) : primers[known])
  return { piece, tonic, values: measurePiece(piece, { tonic, primer: given }) }
}
