import type { Interval } from './summary.ts'
import type { IterationName } from '../config/experimentConfig.ts'
import type { IterationResult } from './iterationResult.ts'

/** How a metric is spread over a set of pieces; NaN pieces are counted apart. */
export interface Spread {
  readonly n: number
  /** Pieces for which it is not defined. */
  readonly undefined: number
  readonly mean: number
  /** 5th, 25th, 50th, 75th and 95th percentile. */
  readonly percentiles: readonly [number, number, number, number, number]
}

/** A mean over pieces with its 95% interval. */
export interface Mean extends Interval {
  readonly n: number
}

/** The sets that are compared: human test melodies, what the iterations wrote, and what the study's published. */
export type SetName = 'human general' | 'human style' | `${'ours' | 'study'} ${IterationName}`

/** One metric over all sets. */
export interface MetricReport {
  readonly id: string
  readonly sets: Partial<Readonly<Record<SetName, Spread>>>
  /** Means by primer of what the iterations wrote, and the study's. */
  readonly cells: Partial<Readonly<Record<SetName, Readonly<Record<string, Mean>>>>>
}

/** A difference between two sets of continuations in one metric, with all that decides whether it counts. */
export interface Contrast {
  readonly metric: string
  readonly from: SetName
  readonly to: SetName
  /** Primer, or all of them. */
  readonly primer: string
  readonly difference: Mean
  /** Cliff's delta, -1 to 1. */
  readonly effect: number
  /** Of a paired sign-flip test, and the same after Holm's correction over its family. */
  readonly probability: number
  readonly adjusted: number
}

/** Probability, after correction, below which a difference is taken for one. */
const SIGNIFICANT = 0.05

/** Whether a difference is decided: its interval leaves 0 out, and so does the corrected test. */
export const isDecided = ({
  difference: { low, high },
  adjusted,
}: Pick<Contrast, 'difference' | 'adjusted'>): boolean => (low > 0 || high < 0) && adjusted < SIGNIFICANT

/** How alike two sets of pieces are in a metric: see `compareSets`. */
export interface SetDistance {
  readonly metric: string
  readonly reference: SetName
  readonly set: SetName
  readonly n: readonly [number, number]
  readonly overlapArea: number
  readonly divergence: number
  readonly within: readonly [number, number]
  readonly between: number
}

/** What a set shares with the melodies its model was trained on. */
export interface NoveltyReport {
  readonly set: SetName
  /** Training melodies it was compared with. */
  readonly trainedOn: string
  readonly trainingMelodies: number
  /** Longest stretch of moves (notes less one) that a piece shares with one of them, in any key. */
  readonly longest: Spread
  /** The same over the piece's own moves, 0-1. */
  readonly share: Spread
}

/** The training melody a published one is nearest to. */
export interface NearestMelody {
  /** The published file, without its ending. */
  readonly melody: string
  /** Moves in a row that they share, in any key; 0 = none. */
  readonly moves: number
  /** First note of the stretch, in the continuation and in the training melody. */
  readonly start: number
  readonly at: number
  readonly id: string | null
  readonly title: string | null
  readonly source: string | null
  readonly licence: string | null
  /**
   * Its notes, laid over the continuation; null where its licence does not let them be shown, or nothing is shared. Reports
   * from before they were kept have none.
   */
  readonly overlay?: Overlay | null
}

/** A melody laid over another one. */
export interface Overlay {
  /** What was added to its pitches and to its steps to make the shared stretch fall together. */
  readonly semitones: number
  readonly steps: number
  /** As long as what it is laid over. */
  readonly events: readonly number[]
}

/** How a set lies against the human test melodies of the general corpus in a metric: see `compareRanks`. */
export interface HumanComparison {
  readonly metric: string
  readonly set: SetName
  /** Cliff's delta, -1 to 1: below 0, a piece of the set has a lower value than a human one more often than a higher. */
  readonly effect: Interval
  /** Pieces with a value, human ones first. */
  readonly n: readonly [number, number]
}

/** Does a continuation find its own primer among the others? */
export interface FidelityReport {
  readonly set: SetName
  /** Of each primer's continuations, how many are most like each primer: rows and columns in the order of `primers`. */
  readonly primers: readonly string[]
  readonly confusion: readonly (readonly number[])[]
  /** Continuations too short to be asked. */
  readonly undecided: number
  /** Share that find their own primer, and what chance would give. */
  readonly share: number
  readonly chance: number
  readonly n: number
  /** Two-sided probability of a share so far from chance. */
  readonly probability: number
}

/** How a set moves from note to note, and what becomes of its leading notes. */
export interface MotionReport {
  readonly set: SetName
  /** Steps from note to note that were counted. */
  readonly intervals: number
  /** Share of each size in semitones, 0 to 12; the last is of all that are larger. */
  readonly shares: readonly number[]
  /** Leading notes that have a follower, and how many of these it is the tonic of. */
  readonly leadingNotes: number
  readonly resolved: number
}

/** `report/results/musical.json`. */
export interface MusicalReport {
  readonly format: 'cantus-musical-1'
  readonly runs: Readonly<Record<IterationName, { readonly run: string; readonly steps: number }>>
  readonly seed: number
  /** Continuations of each primer by each iteration; the study published five. */
  readonly perCell: number
  readonly totalSteps: number
  /** What is measured, as `METRICS` has it. */
  readonly definitions: readonly {
    readonly id: string
    readonly title: string
    readonly criterion: string
    readonly formula: string
    readonly unit: string
    readonly range: readonly [number, number | null]
    readonly undefinedWhen: string
    readonly source: string
  }[]
  /** Whole human test melodies, for the profile of a piece of any length. */
  readonly reference: Readonly<Record<string, Spread>>
  readonly metrics: readonly MetricReport[]
  readonly contrasts: readonly Contrast[]
  readonly distances: readonly SetDistance[]
  /** Every set but the human ones against the general human melodies. Reports from before it was measured have none. */
  readonly besideHuman?: readonly HumanComparison[]
  readonly motion: readonly MotionReport[]
  readonly fidelity: readonly FidelityReport[]
  /**
   * Ours asked about the primers of the study's files alone, where these are fewer: equal questions. Reports from before it
   * was measured have none.
   */
  readonly fidelityOnStudyPrimers?: readonly FidelityReport[]
  readonly novelty: readonly NoveltyReport[]
  readonly nearest: readonly NearestMelody[]
  /**
   * Every metric of each melody the study published, by its name (`it_1_bach_nr_1`); null where a piece has no value. Reports
   * from before they were kept have none.
   */
  readonly studyPieces?: Readonly<Record<string, Readonly<Record<string, number | null>>>>
  /** What the study said it heard, with verdicts. */
  readonly claims: readonly MusicalClaim[]
}

export type Verdict = 'borne out' | 'contradicted' | 'the data do not decide' | 'data and steps differ'

/** The two models of a claim or contrast, as far as the rule of equal steps looks at them. */
type Compared = Pick<MusicalClaim, 'from' | 'to'>

/**
 * Whether a difference between our models is of their training steps as well as of their data: iterations 1 and 2.1 begin
 * alike and are meant to differ in their data alone. (2.2 is 2.1 trained further: there the steps are part of what is asked.)
 */
export function stepsDiffer({ from, to }: Compared, runs: MusicalReport['runs']): boolean {
  return from === '1' && to === '2.1' && runs['1'].steps !== runs['2.1'].steps
}

/** The verdict on our models: none on data where the steps differ, whatever the numbers are. */
export function ourVerdict(claim: MusicalClaim, runs: MusicalReport['runs']): Verdict | null {
  if (claim.ours === null) return null
  return stepsDiffer(claim, runs) ? 'data and steps differ' : claim.ours.verdict
}

/** A sentence about the music, and the number that decides it. */
export interface MusicalClaim {
  readonly id: string
  readonly text: string
  readonly metric: string
  /** Primer, or all of them. */
  readonly primer: string
  readonly from: IterationName
  readonly to: IterationName
  /** Which way the metric goes from the one iteration to the other if the claim is true. */
  readonly direction: 'higher' | 'lower'
  /** On the study's own files and on ours; null where there are none. */
  readonly study: { readonly contrast: Contrast; readonly verdict: Verdict } | null
  readonly ours: { readonly contrast: Contrast; readonly verdict: Verdict } | null
}

/** Whether a report is of the run that was published. */
export function isMusicOf({ runs }: Pick<MusicalReport, 'runs'>, { config, run, step }: IterationResult): boolean {
  const measured = runs[config.iteration]
  return measured.run === run && measured.steps === step
}
