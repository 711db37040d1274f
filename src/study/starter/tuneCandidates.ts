import type { MelodyRow } from '../../dataset/dataset.ts'
import { runsOfEvents } from '../../dataset/noteRuns.ts'
import { pitchClass } from '../../melody/pitchName.ts'
import { PRIMER_BARS } from '../../generation/primers.ts'
import type { StarterTune } from '../../results/starterSet.ts'
import { describePiece, longestRest, rangeClass } from './describePiece.ts'
import type { ScoreStretch } from './openPieces.ts'
import type { Candidate } from './pickVaried.ts'
import type { PieceCredit } from './pieceCredit.ts'

/** A tune that can be picked. */
export interface TuneCandidate extends Candidate {
  readonly tune: StarterTune
}

/** What a tune must be. */
export interface TuneDemands {
  /** Fewest bars. */
  readonly bars: number
  /** What is kept of it: its first bars. */
  readonly kept: number
  /** Whether it can be heard as a primer with its continuation. */
  readonly forListening: boolean
}

/** Twelve bars at least: a primer of four, and eight of its composer's. */
export const HELD_OUT_TUNES: TuneDemands = { bars: 12, kept: 32, forListening: true }
/** The first eight bars. */
export const TRAINING_MELODIES: TuneDemands = { bars: 8, kept: 8, forListening: false }

/** Metres that a listener knows. */
const METRES = ['2/4', '3/4', '4/4', '6/8', '9/8', '12/8']
const [PRIMER_NOTES, PRIMER_PITCHES, CONTINUED_NOTES] = [10, 4, 16]
/** Of the notes that belong to the mode. */
const LEAST_IN_MODE = 0.95
/** The range of the models: nothing is moved by octaves. */
const [LOWEST, HIGHEST] = [48, 83]

/** The melody as a candidate; null if it is not what is demanded. */
export function tuneCandidate(
  row: MelodyRow,
  { metre, qpm, credit }: Pick<ScoreStretch, 'metre' | 'qpm'> & { readonly credit: PieceCredit },
  demands: TuneDemands,
): TuneCandidate | null {
  const { stepsPerBar, family } = row
  if (row.events.length < demands.bars * stepsPerBar || !METRES.includes(metre)) return null
  const events = row.events.slice(0, demands.kept * stepsPerBar)
  const facts = describePiece(events, stepsPerBar)
  if (facts === null || (demands.forListening && !canBeHeard(events, stepsPerBar))) return null
  if (facts.inMode < LEAST_IN_MODE || facts.mode === 'locrian' || facts.tonic !== lastPitchClass(row.events))
    return null
  const [, collection = ''] = row.path.split('/')
  const { tonic, mode } = facts
  const tune = {
    ...{ id: row.id.replace(/^general\//, ''), ...credit, collection, metre, stepsPerBar, qpm: round(qpm) },
    ...{ tonic, mode, notes: runsOfEvents(events) },
  }
  const features = { metre, mode, collection, range: rangeClass(facts.range), composer: credit.composer ?? row.id }
  return { id: row.id, family, features, tune }
}

/** What a tune ends on is its tonic: the key of its notes alone may be that of a relative. */
const lastPitchClass = (events: readonly number[]): number => pitchClass(events.findLast((event) => event >= 0) ?? NaN)

/** Tempos of MIDI are whole microseconds per quarter: 2 digits are what a score says. */
export const round = (value: number): number => Number(value.toFixed(2))

function canBeHeard(events: readonly number[], stepsPerBar: number): boolean {
  const heard = events.slice(0, HELD_OUT_TUNES.bars * stepsPerBar)
  const pitches = heard.filter((event) => event >= 0)
  const primer = heard.slice(0, PRIMER_BARS * stepsPerBar).filter((event) => event >= 0)
  return (
    primer.length >= PRIMER_NOTES &&
    new Set(primer).size >= PRIMER_PITCHES &&
    pitches.length - primer.length >= CONTINUED_NOTES &&
    pitches.every((pitch) => pitch >= LOWEST && pitch <= HIGHEST) &&
    longestRest(heard) <= stepsPerBar / 2
  )
}
