import { z } from 'zod'
import { byIterationSchema, iterationNameSchema, studyIterationNameSchema } from '../config/experimentConfig.ts'
import { measured, type Stored } from '../support/stored.ts'
import type { IterationResult } from './iterationResult.ts'
import { resultFile } from './resultFile.ts'
import { intervalSchema } from './summary.ts'

/** What iteration 2.2 writes at the end of its run, where the study heard its own, and not with its best weights. */
export const END_OF_TRANSFER = 'ours 2.2 last'

/** The sets that are compared: human test melodies, what the iterations wrote, and what the study's published. */
const setNameSchema = z.union([
  z.enum(['human general', 'human style', END_OF_TRANSFER]),
  z.templateLiteral(['ours ', iterationNameSchema]),
  z.templateLiteral(['study ', studyIterationNameSchema]),
])
export type SetName = z.output<typeof setNameSchema>

/** What the numbers say of a sentence. */
const verdictSchema = z.enum(['borne out', 'contradicted', 'the data do not decide', 'data and steps differ'])
export type Verdict = z.output<typeof verdictSchema>

/** How a metric is spread over a set of pieces; NaN pieces are counted apart. */
export const spreadSchema = z.object({
  n: z.number(),
  /** Pieces for which it is not defined. */
  undefined: z.number(),
  mean: measured,
  /** 5th, 25th, 50th, 75th and 95th percentile. */
  percentiles: z.tuple([measured, measured, measured, measured, measured]),
  /** 99th percentile: what lies above it is out of the usual; absent in results that were measured before it was. */
  p99: measured.exactOptional(),
})
export type MetricSpread = Stored<typeof spreadSchema>

/** A mean over pieces with its 95% interval. */
const meanSchema = intervalSchema.extend({
  n: z.number(),
})
export type Mean = Stored<typeof meanSchema>

/** One metric over all sets. */
const metricReportSchema = z.object({
  id: z.string(),
  sets: z.partialRecord(setNameSchema, spreadSchema),
  /** Means by primer of what the iterations wrote, and the study's. */
  cells: z.partialRecord(setNameSchema, z.record(z.string(), meanSchema)),
})
export type MetricReport = Stored<typeof metricReportSchema>

/** A difference between two sets of continuations in one metric, with all that decides whether it counts. */
const contrastSchema = z.object({
  metric: z.string(),
  from: setNameSchema,
  to: setNameSchema,
  /** Primer, or all of them. */
  primer: z.string(),
  difference: meanSchema,
  /** Cliff's delta, -1 to 1. */
  effect: measured,
  /** Of a paired sign-flip test, and the same after Holm's correction over its family. */
  probability: measured,
  adjusted: measured,
})
export type Contrast = Stored<typeof contrastSchema>

/** How alike two sets of pieces are in a metric: see `compareSets`. */
const setDistanceSchema = z.object({
  metric: z.string(),
  reference: setNameSchema,
  set: setNameSchema,
  n: z.tuple([z.number(), z.number()]),
  overlapArea: measured,
  divergence: measured,
  within: z.tuple([measured, measured]),
  between: measured,
})
export type SetDistance = Stored<typeof setDistanceSchema>

/** What a set shares with the melodies its model was trained on. */
const noveltyReportSchema = z.object({
  set: setNameSchema,
  /** Training melodies it was compared with. */
  trainedOn: z.string(),
  trainingMelodies: z.number(),
  /** Longest stretch of moves (notes less one) that a piece shares with one of them, in any key. */
  longest: spreadSchema,
  /** The same over the piece's own moves, 0-1. */
  share: spreadSchema,
})
export type NoveltyReport = Stored<typeof noveltyReportSchema>

/** A melody laid over another one. */
const overlaySchema = z.object({
  /** What was added to its pitches and to its steps to make the shared stretch fall together. */
  semitones: z.number(),
  steps: z.number(),
  /** As long as what it is laid over. */
  events: z.array(z.number()),
})
export type Overlay = Stored<typeof overlaySchema>

/** The training melody a published one is nearest to. */
const nearestMelodySchema = z.object({
  /** The published file, without its ending. */
  melody: z.string(),
  /** Moves in a row that they share, in any key; 0 = none. */
  moves: z.number(),
  /** First note of the stretch, in the continuation and in the training melody. */
  start: z.number(),
  at: z.number(),
  id: z.string().nullable(),
  title: z.string().nullable(),
  source: z.string().nullable(),
  licence: z.string().nullable(),
  /**
   * Its notes, laid over the continuation; null if its licence does not let them be shown, or nothing is shared. Reports
   * from before they were kept have none.
   */
  overlay: overlaySchema.nullable().exactOptional(),
})
export type NearestMelody = Stored<typeof nearestMelodySchema>

/** How a set lies against the human test melodies of the general corpus in a metric: see `compareRanks`. */
const humanComparisonSchema = z.object({
  metric: z.string(),
  set: setNameSchema,
  /** Cliff's delta, -1 to 1: below 0, a piece of the set has a lower value than a human one more often than a higher. */
  effect: intervalSchema,
  /** Pieces with a value, human ones first. */
  n: z.tuple([z.number(), z.number()]),
})
export type HumanComparison = Stored<typeof humanComparisonSchema>

/** Does a continuation find its own primer among the others? */
const fidelityReportSchema = z.object({
  set: setNameSchema,
  /** Of each primer's continuations, how many are most like each primer: rows and columns in the order of `primers`. */
  primers: z.array(z.string()),
  confusion: z.array(z.array(z.number())),
  /** Continuations too short to be asked. */
  undecided: z.number(),
  /** Share that find their own primer, and what chance would give. */
  share: measured,
  chance: measured,
  n: z.number(),
  /** Two-sided probability of a share so far from chance. */
  probability: measured,
})
export type FidelityReport = Stored<typeof fidelityReportSchema>

/** How a set moves from note to note, and what becomes of its leading notes. */
const motionReportSchema = z.object({
  set: setNameSchema,
  /** Steps from note to note that were counted. */
  intervals: z.number(),
  /** Share of each size in semitones, 0 to 12; the last is of all that are larger. */
  shares: z.array(z.number()),
  /** Leading notes that have a follower, and how many of these it is the tonic of. */
  leadingNotes: z.number(),
  resolved: z.number(),
})
export type MotionReport = Stored<typeof motionReportSchema>

/** A sentence about the music, and the number that decides it. */
const musicalClaimSchema = z.object({
  id: z.string(),
  text: z.string(),
  metric: z.string(),
  /** Primer, or all of them. */
  primer: z.string(),
  from: studyIterationNameSchema,
  to: studyIterationNameSchema,
  /** Which way the metric goes from the one iteration to the other if the claim is true. */
  direction: z.enum(['higher', 'lower']),
  /** On the study's own files and on ours; null if there are none. */
  study: z
    .object({
      contrast: contrastSchema,
      verdict: verdictSchema,
    })
    .nullable(),
  ours: z
    .object({
      contrast: contrastSchema,
      verdict: verdictSchema,
    })
    .nullable(),
  /** Of a claim about iteration 2.2: ours at the end of its run; absent where that was not measured. */
  oursLast: z
    .object({
      contrast: contrastSchema,
      verdict: verdictSchema,
    })
    .exactOptional(),
})
export type MusicalClaim = Stored<typeof musicalClaimSchema>

/** What a metric measures, and when a piece has none of it. */
const definitionSchema = z.object({
  id: z.string(),
  title: z.string(),
  criterion: z.string(),
  formula: z.string(),
  unit: z.string(),
  range: z.tuple([z.number(), z.number().nullable()]),
  undefinedWhen: z.string(),
  source: z.string(),
})
export type MetricDefinition = Stored<typeof definitionSchema>

/** `report/results/musical.json`. */
const musicalReportSchema = z.object({
  format: z.literal('cantus-musical-1'),
  runs: byIterationSchema(
    z.object({
      run: z.string(),
      /** Optimizer steps behind the published weights, and those its run went on to; absent where they are the same. */
      steps: z.number(),
      made: z.number().exactOptional(),
    }),
  ),
  seed: z.number(),
  /** Continuations of each primer by each iteration; the study published five. */
  perCell: z.number(),
  totalSteps: z.number(),
  /** What is measured, as `METRICS` has it. */
  definitions: z.array(definitionSchema),
  /** What is measured for the claims alone, as `CLAIM_METRICS` has it. Reports from before it was measured have none. */
  claimDefinitions: z.array(definitionSchema).exactOptional(),
  /** Whole human test melodies, for the profile of a piece of any length. */
  reference: z.record(z.string(), spreadSchema),
  metrics: z.array(metricReportSchema),
  contrasts: z.array(contrastSchema),
  distances: z.array(setDistanceSchema),
  /** Every set but the human ones against the general human melodies. Reports from before it was measured have none. */
  besideHuman: z.array(humanComparisonSchema).exactOptional(),
  motion: z.array(motionReportSchema),
  fidelity: z.array(fidelityReportSchema),
  /**
   * Ours asked about the primers of the study's files alone, where these are fewer: equal questions. Reports from before it
   * was measured have none.
   */
  fidelityOnStudyPrimers: z.array(fidelityReportSchema).exactOptional(),
  novelty: z.array(noveltyReportSchema),
  nearest: z.array(nearestMelodySchema),
  /**
   * Every metric of each melody the study published, by its name (`it_1_bach_nr_1`); null where a piece has no value. Reports
   * from before they were kept have none.
   */
  studyPieces: z.record(z.string(), z.record(z.string(), z.number().nullable())).exactOptional(),
  /** What the study said it heard, with verdicts. */
  claims: z.array(musicalClaimSchema),
})
export type MusicalReport = Stored<typeof musicalReportSchema>

/** The musical evaluation as published. */
export const musicalFile = resultFile({
  name: 'musical.json',
  schema: musicalReportSchema,
  command: 'cantus study summarize',
  digits: 6, // more than any interval leaves room for; all of them would double the file
})

/** Probability, after correction, below which a difference is taken for one. */
const SIGNIFICANT = 0.05

/** Whether a difference is decided: its interval leaves 0 out, and so does the corrected test. */
export const isDecided = ({
  difference: { low, high },
  adjusted,
}: Pick<Contrast, 'difference' | 'adjusted'>): boolean => (low > 0 || high < 0) && adjusted < SIGNIFICANT

/** The two models of a claim or contrast, as far as the rule of equal steps looks at them. */
export type Compared = Pick<MusicalClaim, 'from' | 'to'>

/**
 * Whether a difference between our models is of their training steps as well as of their data: iterations 1 and 2.1 begin
 * alike and are meant to differ in their data alone. What counts are the steps made: validation melodies then chose the
 * best of them by the same rule. (2.2 is 2.1 trained further: there the steps are part of what is asked.)
 */
export function stepsDiffer({ from, to }: Compared, runs: MusicalReport['runs']): boolean {
  return from === '1' && to === '2.1' && stepsMade(runs['1']) !== stepsMade(runs['2.1'])
}

/** Optimizer steps that a run made, the published weights being those of its end or of an earlier step. */
export const stepsMade = ({ steps, made = steps }: MusicalReport['runs']['1']): number => made

/** The verdict on our models: none on data where the steps differ, whatever the numbers are. */
export function ourVerdict(claim: MusicalClaim, runs: MusicalReport['runs']): Verdict | null {
  if (claim.ours === null) return null
  return stepsDiffer(claim, runs) ? 'data and steps differ' : claim.ours.verdict
}

/** Whether a report is of the run that was published. */
export function isMusicOf({ runs }: Pick<MusicalReport, 'runs'>, { config, run, step }: IterationResult): boolean {
  const measured = runs[config.iteration]
  return measured?.run === run && measured.steps === step
}
