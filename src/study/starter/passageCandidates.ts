import { runsOfEvents } from '../../dataset/noteRuns.ts'
import type { PassageRules } from '../../config/passageRules.ts'
import { firstPassage, meanPitch, pairsOf, type Voices } from '../../dataset/twoVoices.ts'
import { findKey } from '../../evaluation/musical/keys.ts'
import { melodyNotes } from '../../melody/melody.ts'
import type { StarterPassage } from '../../results/starterSet.ts'
import type { ScoreStretch } from './openPieces.ts'
import type { Candidate } from './pickVaried.ts'
import type { PieceCredit } from './pieceCredit.ts'
import { round } from './tuneCandidates.ts'

/** A passage that can be picked. */
export interface PassageCandidate extends Candidate {
  readonly passage: StarterPassage
}

const METRES = ['2/4', '3/4', '4/4', '6/8', '2/2', '3/2']
/** Eight whole bars, in which the voices are easier to tell apart than those that the network learns from. */
export const STARTER_RULES: PassageRules = {
  ...{ bars: 8, leastBars: 8, perFile: 1 },
  ...{ notes: 12, pitches: 4, together: 0.6, doubled: 0.25, sameRhythm: 0.7 },
}

/** A file, and what is known of it. */
export interface PassageFile {
  /** Below `general/`, with its collection. */
  readonly file: string
  readonly collection: string
  readonly family: string
  readonly credit: PieceCredit
}

/**
 * The first passage of a file: of its pairs of voices, in order, the first eight whole bars in which both sound together
 * and each goes its own way. Null if there are none.
 */
export function passageCandidate(file: PassageFile, stretches: readonly ScoreStretch[]): PassageCandidate | null {
  for (const stretch of stretches) {
    if (!METRES.includes(stretch.metre)) continue
    for (const [a, b] of pairsOf(stretch.melodies.map(({ n, melody }) => ({ n, ...melody })))) {
      const found = firstPassage(a, b, STARTER_RULES)
      if (found !== null) return describePassage(file, stretch, { ...found, numbers: [a.n, b.n] })
    }
  }
  return null
}

function describePassage(
  { file, collection, family, credit }: PassageFile,
  { metre, qpm }: ScoreStretch,
  { upper, lower, stepsPerBar, numbers }: Voices & { readonly numbers: readonly number[] },
): PassageCandidate | null {
  const key = findKey({ notes: [upper, lower].flatMap(melodyNotes) })
  if (key === null) return null
  const { tonic, mode } = key
  const passage = {
    ...{ id: `${file}/${numbers.join('+')}`, ...credit, collection, metre, stepsPerBar, qpm: round(qpm), tonic, mode },
    ...{ upper: runsOfEvents(upper), lower: runsOfEvents(lower) },
  }
  const features = {
    metre,
    mode,
    collection,
    composer: credit.composer ?? 'anonymous',
    distance: distanceClass(upper, lower),
  }
  return { id: passage.id, family, features, passage }
}

const distanceClass = (upper: readonly number[], lower: readonly number[]): string =>
  meanPitch(upper) - meanPitch(lower) > 12 ? 'beyond an octave' : 'within an octave'
