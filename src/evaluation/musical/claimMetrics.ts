import type { PrimerName } from '../../generation/primers.ts'
import { approachShare } from './approaches.ts'
import type { MusicalMetric } from './metrics.ts'

/** A measure that one claim of the study asks for, of one primer. */
export type ClaimMetric = MusicalMetric & { readonly primer: PrimerName }

/** What is measured for the study's claims alone: beside `METRICS`, which describe any piece. */
export const CLAIM_METRICS: readonly ClaimMetric[] = [
  {
    id: 'approachShare',
    primer: 'onenote',
    title: 'notes approached from above, then below',
    criterion: 'motion',
    unit: 'share',
    range: [0, 1],
    undefinedWhen: 'no note after the second begins on a beat',
    source: 'this project',
    formula:
      'notes on a beat whose two last notes before, both within the beat before, lie 1 or 2 semitones above, then 1 or 2 below / notes on a beat (without the first two)',
    of: approachShare,
  },
]
