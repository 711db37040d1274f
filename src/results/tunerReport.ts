import { z } from 'zod'
import { measured, type Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'
import { intervalSchema, testScoresSchema } from './summary.ts'

/** A statistic of many compositions with its 95% interval, bootstrapped over them. */
const tunerEstimateSchema = intervalSchema.extend({
  /** Compositions for which it is defined. */
  n: z.number(),
})
export type TunerEstimate = Stored<typeof tunerEstimateSchema>

/** How new the compositions of a policy are. */
const tunerNoveltySchema = z.object({
  /** Different stretches of four moves (interval and time between notes) / all of them. */
  distinct: measured,
  /** Moves in a row that a composition shares with one training melody: mean over compositions, and the most. */
  longestCopy: tunerEstimateSchema,
  longestCopyOfAll: z.number(),
  trainingMelodies: z.number(),
})
export type TunerNovelty = Stored<typeof tunerNoveltySchema>

/** A policy as it was measured in one setting. */
const tunerColumnSchema = z.object({
  title: z.string(),
  /** What it begins with, and the steps it then composes. */
  start: z.string(),
  steps: z.number(),
  compositions: z.number(),
  statistics: z.record(z.string(), tunerEstimateSchema),
  /** Null where no training melodies were at hand. */
  novelty: tunerNoveltySchema.nullable(),
})
export type TunerColumn = Stored<typeof tunerColumnSchema>

/** A row of a tuning's log. */
const tunerPointSchema = z.object({
  step: z.number(),
  seconds: z.number(),
  total: measured,
  theory: measured,
  logPrior: measured,
  divergence: measured,
  terms: z.record(z.string(), measured),
})
export type TunerPoint = Stored<typeof tunerPointSchema>

/** How a policy came about. */
const tunedPolicySchema = z.object({
  title: z.string(),
  method: z.string(),
  preset: z.string(),
  tonality: z.string(),
  c: z.number(),
  discount: z.number(),
  seed: z.number(),
  /** Actions it was tuned with; 0 without training. */
  steps: z.number(),
  /** Seconds of a processor that tuning took. */
  seconds: z.number(),
  /** The same for the compositions of its first column, with all that is measured of them. */
  composingSeconds: z.number(),
  /** Loss on the held-out melodies the prior was tested on; null if they were not at hand. */
  heldOut: testScoresSchema.nullable(),
  /** Columns by the start. */
  columns: z.record(z.string(), tunerColumnSchema),
  /** The rewards while tuning, a point each; empty without training. */
  curve: z.array(tunerPointSchema),
})
export type TunedPolicy = Stored<typeof tunedPolicySchema>

/** A success criterion, and whether it is met. */
const tunerCriterionSchema = z.object({
  id: z.string(),
  title: z.string(),
  value: measured,
  /** How the value has to compare with the bound. */
  relation: z.enum(['at most', 'at least', 'above']),
  bound: z.number(),
  met: z.boolean(),
})
export type TunerCriterion = Stored<typeof tunerCriterionSchema>

/** Melodies of the prior and the tuned policy from the same seed. */
const beforeAfterSchema = z.object({
  primer: z.string(),
  /** Files in `generated_melodies`, without extension. */
  before: z.string(),
  after: z.string(),
})
export type BeforeAfter = Stored<typeof beforeAfterSchema>

/** The networks' probabilities at each step of one composition. */
const probabilityImageSchema = z.object({
  events: z.array(z.number()),
  /** Events of the rows, and probabilities [steps][events], three digits. */
  rows: z.array(z.number()),
  prior: z.array(z.array(z.number())),
  tuned: z.array(z.array(z.number())),
})
export type ProbabilityImage = Stored<typeof probabilityImageSchema>

/** A mode on a root: shares of notes in it, by the prior and by decoding with the rules, and what that costs. */
const modeSweepSchema = z.object({
  tonality: z.string(),
  prior: tunerEstimateSchema,
  shaped: tunerEstimateSchema,
  colourOfPrior: tunerEstimateSchema,
  colour: tunerEstimateSchema,
  costPerNote: tunerEstimateSchema,
})
export type ModeSweep = Stored<typeof modeSweepSchema>

/** `report/results/rl-tuner.json`: all that the report shows of the tuner. */
const tunerReportSchema = z.object({
  format: z.literal('cantus-tuner-1'),
  prior: z.object({
    run: z.string(),
    path: z.string(),
    sha256: z.string(),
    /** Hash of the weights before and after all tuning. */
    unchanged: z.boolean(),
  }),
  compositions: z.number(),
  bootstrap: z.object({
    draws: z.number(),
    level: z.number(),
  }),
  /** By an id: the paper's setting. */
  policies: z.record(z.string(), tunedPolicySchema),
  /** By an id: the study's modes. */
  modal: z.record(z.string(), tunedPolicySchema),
  modes: z.array(modeSweepSchema),
  /** Total reward a step of policies that play a hole in the rules, beside the best tuned one. */
  guard: z.record(z.enum(['constant', 'scale', 'tuned']), z.number()),
  criteria: z.record(z.string(), tunerCriterionSchema),
  met: z.number(),
  of: z.number(),
  melodies: z.array(beforeAfterSchema),
  image: probabilityImageSchema,
})
export type TunerReport = Stored<typeof tunerReportSchema>

/** The tuner's study as published. */
export const tunerFile = resultFile({
  name: 'rl-tuner.json',
  schema: tunerReportSchema,
  command: 'cantus tune --report',
  digits: 5,
  published: {
    costPerNote: 'bitsANote',
    costPerStep: 'bitsAStep',
    notesPerStep: 'notesAStep',
    logPriorPerNote: 'logPriorANote',
  },
})

/** A statistic of a policy: one row of the table. */
export interface TunerStatistic {
  readonly id: string
  readonly title: string
  readonly formula: string
  readonly unit: 'share' | 'correlation' | 'nats' | 'bits' | 'reward' | 'count'
  /** Of the paper's Table 1: Note RNN, Q, Psi and G. Null if the paper lacks the row. */
  readonly paper: readonly [number, number, number, number] | null
}

/** The statistics of the paper's Table 1, and the cost of tuning. */
export const TUNER_STATISTICS: readonly TunerStatistic[] = [
  row(
    'excessive',
    'notes excessively repeated',
    'share',
    'steps that repeat too often / steps',
    [0.633, 0, 0.0002, 0.0003],
  ),
  row(
    'autocorrelation1',
    'autocorrelation, lag 1',
    'correlation',
    'mean over compositions',
    [-0.16, -0.11, -0.1, 0.55],
  ),
  row('autocorrelation2', 'autocorrelation, lag 2', 'correlation', 'mean over compositions', [0.14, 0.03, -0.01, 0.31]),
  row('autocorrelation3', 'autocorrelation, lag 3', 'correlation', 'mean over compositions', [-0.13, 0.03, 0.01, 0.17]),
  row(
    'notInKey',
    'notes not in key',
    'share',
    'steps with a note outside the key / steps',
    [0.001, 0.01, 0.006, 0.287],
  ),
  row('startsOnTonic', 'start on the tonic', 'share', 'compositions / compositions', [0.009, 0.288, 0.287, 0]),
  row('leapsResolved', 'leaps resolved', 'share', 'resolved / (resolved + doubled)', [0.772, 0.911, 0.9, 0.522]),
  row('uniqueHigh', 'unique highest note', 'share', 'compositions / compositions', [0.647, 0.564, 0.594, 0.371]),
  row('uniqueLow', 'unique lowest note', 'share', 'compositions / compositions', [0.494, 0.519, 0.583, 0.565]),
  row(
    'inMotif',
    'notes in a motif',
    'share',
    'steps that end eight with three pitches / steps',
    [0.059, 0.757, 0.738, 0.693],
  ),
  row(
    'inRepeatedMotif',
    'notes in a repeated motif',
    'share',
    'steps that end a motif heard before / steps',
    [0.00007, 0.0011, 0.0009, 0.0001],
  ),
  row('inMode', 'notes in the mode', 'share', 'notes of the scale / notes'),
  row('colour', "the mode's own notes", 'share', 'notes that plain major or minor lacks / notes'),
  row('notesPerStep', 'notes per step', 'share', 'notes / steps'),
  row('outsideActions', "pitches outside the paper's actions", 'share', 'notes below 48 or above 83 / notes'),
  row('developments', 'motifs developed', 'count', 'motifs that return transformed / compositions'),
  row('exactRepeats', 'motifs repeated exactly', 'count', 'motifs of four notes or more that return / compositions'),
  row('logPrior', 'log p per step', 'nats', 'log probability by the prior / steps'),
  row('logPriorPerNote', 'log p per note', 'nats', 'log probability by the prior / notes'),
  row('costPerStep', 'cost per step', 'bits', 'KL divergence from the prior / steps'),
  row('costPerNote', 'cost per note', 'bits', 'KL divergence from the prior / notes'),
  row('theory', 'rules per step', 'reward', 'sum of the rules / steps'),
  row('total', 'rules and log p per step', 'reward', '(sum of the rules / c + log p) / steps'),
]

function row(
  id: string,
  title: string,
  unit: TunerStatistic['unit'],
  formula: string,
  paper: TunerStatistic['paper'] = null,
): TunerStatistic {
  return { id, title, unit, formula, paper }
}
