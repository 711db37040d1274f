import { z } from 'zod'
import { byIterationSchema, experimentConfigSchema, iterationNameSchema } from '../config/experimentConfig.ts'
import { measured, type Stored } from '../support/stored.ts'

import type { IterationResult } from './iterationResult.ts'
import { resultFile } from './resultFile.ts'

/** What is reported of a model on a set of melodies; each a ratio of sums over the whole set. */
export const MEASURES = ['loss', 'perplexity', 'bitsPerNote', 'accuracy', 'eventAccuracy', 'noEventAccuracy'] as const

/** Name of a measure with an interval. */
export type MeasureName = (typeof MEASURES)[number]

/** The two sets of test melodies every model is measured on: of the general corpus, and of the style. */
export const TEST_SETS = ['general', 'style'] as const

/** A test set: general or style. */
export type TestSet = (typeof TEST_SETS)[number]

/** A value per test set. */
export type BySet<T> = Readonly<Record<TestSet, T>>

/** A schema's value for each test set. */
export const bySet = <S extends z.ZodType>(schema: S) => z.object({ general: schema, style: schema })

const byMeasure = <S extends z.ZodType>(schema: S) => ({
  loss: schema,
  perplexity: schema,
  bitsPerNote: schema,
  accuracy: schema,
  eventAccuracy: schema,
  noEventAccuracy: schema,
})

/** A measure with its 95% interval: percentiles of a bootstrap over families. NaN where it is not defined. */
export const intervalSchema = z.object({
  value: measured,
  low: measured,
  high: measured,
})
export type Interval = Stored<typeof intervalSchema>

/** Differences of measures, those that are measured. */
export const differencesSchema = z.object(byMeasure(intervalSchema.exactOptional()))
export type Differences = Stored<typeof differencesSchema>

/** Scores on one test set. */
export const testScoresSchema = z.object({
  ...byMeasure(intervalSchema),
  melodies: z.number(),
  /** Families of like files they come from: what the bootstrap draws. */
  families: z.number(),
  /** Steps the model was asked about, and the notes that begin on them. */
  steps: z.number(),
  noteOns: z.number(),
})
export type TestScores = Stored<typeof testScoresSchema>

/** Values of the measures of one run. */
const seedScoresSchema = z.object(byMeasure(measured))

/** Mean and standard deviation (of a sample) of a measure over runs that differ in their seeds alone. */
export const spreadSchema = z.object({
  n: z.number(),
  mean: measured,
  /** NaN for a single one. */
  sd: measured,
  lowest: measured,
  highest: measured,
})
export type Spread = Stored<typeof spreadSchema>

/** Means of training rows in a row, and the last of their steps. */
export const rowMeansSchema = z.object({
  step: z.number(),
  n: z.number(),
  mean: z.number(),
  sd: z.number(),
  loss: z.object({
    mean: z.number(),
    sd: z.number(),
  }),
})
export type RowMeans = Stored<typeof rowMeansSchema>

/** The study's protocol: single training minibatches with dropout on. */
const asInTheStudySchema = z.object({
  /** Of the last row of the training log, as the study's table has it. */
  step: z.number(),
  accuracy: z.number(),
  loss: z.number(),
  noEventAccuracy: z.number(),
  /** Accuracy over the last 100 rows of the log; fewer if the log is shorter. */
  last100: rowMeansSchema,
  /** The highest mean of 100 rows in a row, and the last of its steps. */
  highest100: rowMeansSchema,
})
export type AsInTheStudy = Stored<typeof asInTheStudySchema>

const portableCheckSchema = z.object({
  set: z.enum(TEST_SETS),
  melodies: z.number(),
  steps: z.number(),
  /** Nats a step. */
  loss: z.number(),
})
export type PortableCheck = Stored<typeof portableCheckSchema>

const iterationSummarySchema = z.object({
  run: z.string(),
  /** Optimizer steps behind the published weights, including those of the iteration they resume from. */
  steps: z.number(),
  seed: z.number(),
  datasetHash: z.string(),
  config: experimentConfigSchema,
  test: bySet(testScoresSchema),
  asInTheStudy: asInTheStudySchema,
  checkpoint: z.object({
    path: z.string(),
    sha256: z.string(),
  }),
  /** The end of the run on the same melodies; absent where its weights are the published ones. */
  last: z
    .object({
      steps: z.number(),
      test: bySet(testScoresSchema),
    })
    .exactOptional(),
  /** Loss on some of the style's test melodies in portable arithmetic: the same last digit on every machine. */
  portable: portableCheckSchema,
})
export type IterationSummary = Stored<typeof iterationSummarySchema>

const baselineNameSchema = z.enum(['majority', 'copy-last', 'n-gram', 'ppm', 'idyom'])
/** Predictors without a network. */
export const BASELINES = baselineNameSchema.options
/** Name of a predictor without a network. */
export type BaselineName = Stored<typeof baselineNameSchema>

/** How the predictions of several viewpoints on a melody become one. */
const mixingSchema = z.object({
  mean: z.enum(['arithmetic', 'geometric']),
  /** A prediction's weight is its entropy, as a share of the largest there is, to the power of minus this. */
  bias: z.number(),
})
export type Mixing = Stored<typeof mixingSchema>

const baselineSummarySchema = z.object({
  name: baselineNameSchema,
  /** Labels of context; chosen on validation melodies. Null where there is nothing to choose. */
  order: z.number().nullable(),
  /** Of the IDyOM-like predictor: its mixing, chosen on validation melodies. */
  mixing: mixingSchema.exactOptional(),
  /** Whose training melodies it counted. */
  trainedOn: z.string(),
  test: testScoresSchema,
})
export type BaselineSummary = Stored<typeof baselineSummarySchema>

/** What a mixture weighs by itself: how long a note or rest is, whether a rest follows, and the interval to the next note. */
const mixtureWeightsSchema = z.object({ length: z.number(), rest: z.number(), interval: z.number() })
export type MixtureWeights = Stored<typeof mixtureWeightsSchema>

/** A network of notes and the IDyOM-like predictor as one: the weighted geometric mean of what both say of each note. */
const mixtureSummarySchema = z.object({
  iteration: iterationNameSchema,
  baseline: baselineNameSchema,
  /** Whose training melodies the baseline counted. */
  trainedOn: z.string(),
  mixing: mixingSchema,
  /** Weights of the baseline, 0-1, chosen on validation melodies; the network has the rest. */
  weights: mixtureWeightsSchema,
  test: testScoresSchema,
  /** The mixture less the network alone, family by family: below 0 the loss has fallen. */
  differences: differencesSchema,
})
export type MixtureSummary = Stored<typeof mixtureSummarySchema>

const lossPlaceSchema = z.enum(['all', 'repeat', 'fresh', 'firstEightBars', 'secondEightBars', 'laterBars'])
/**
 * Places of a melody that its loss is split by: all of it; where the last two bars or more are copied from earlier in the melody,
 * and where not; and by bars from its start.
 */
export const LOSS_PLACES = lossPlaceSchema.options
export type LossPlace = Stored<typeof lossPlaceSchema>

const lossPartSchema = z.object({
  steps: z.number(),
  /** Nats per step of the part; NaN where it has none. */
  loss: intervalSchema,
  /** What of it is paid for when something begins or ends, and for which pitch; together the loss. */
  rhythm: measured,
  pitch: measured,
})

const lossPartsSchema = z.object({
  /** As in the tables: `iteration 3.1`, `idyom`. */
  predictor: z.string(),
  parts: z.record(lossPlaceSchema, lossPartSchema),
})
export type LossParts = Stored<typeof lossPartsSchema>

const bestOfTransferSchema = z.object({
  steps: z.number(),
  differences: bySet(differencesSchema),
  /** The better PPM; in summaries from before the IDyOM-like predictor. */
  ppm: z
    .object({
      trainedOn: z.string(),
      loss: intervalSchema,
    })
    .exactOptional(),
  /** The predictor without a network that predicts the style best. */
  baseline: z
    .object({
      name: baselineNameSchema,
      trainedOn: z.string(),
      loss: intervalSchema,
    })
    .exactOptional(),
})
export type BestOfTransfer = Stored<typeof bestOfTransferSchema>

const forgettingSchema = z.object({
  /**
   * Models by name, each on both sets. `2.2` is the published one, `2.2 last` the end of its run, where that is another. In reports
   * from before the best weights were published `2.2` is the end of the run and `2.2 best` the weights of its lowest validation loss.
   */
  models: z.record(
    z.string(),
    z.object({
      steps: z.number(),
      test: bySet(testScoresSchema),
    }),
  ),
  /** The published 2.2 less 2.1, family by family: below 0 the loss has fallen. */
  differences: bySet(differencesSchema),
  /**
   * The weights of 2.2's lowest validation loss, less 2.1, and in the style less the best predictor without a network. Null where
   * they were not kept; summaries from before it was measured have none.
   */
  best: bestOfTransferSchema.nullable().exactOptional(),
  /** The end of 2.2's run less 2.1; absent where that is published. */
  lastDifferences: bySet(differencesSchema).exactOptional(),
})

export type Forgetting = Stored<typeof forgettingSchema>

/** Training and validation at an evaluation. */
export const gapPointSchema = z.object({
  step: z.number(),
  train: z.object({
    accuracy: z.number(),
    loss: z.number(),
  }),
  heldOut: z.object({
    accuracy: z.number(),
    loss: z.number(),
  }),
})
export type GapPoint = Stored<typeof gapPointSchema>

const gapSchema = z.object({
  iteration: iterationNameSchema,
  /** At each evaluation: the mean of the training rows since the one before (dropout on), and the validation melodies. */
  curve: z.array(gapPointSchema),
  /** At the end of the run, dropout off on both sides: every training melody, and every test melody. */
  atTheEnd: z.object({
    train: testScoresSchema,
    test: testScoresSchema,
  }),
  /** The same of the published weights; absent where they are those of the end. */
  published: z
    .object({
      step: z.number(),
      train: testScoresSchema,
      test: testScoresSchema,
    })
    .exactOptional(),
})
export type Gap = Stored<typeof gapSchema>

const seedSpreadSchema = z.object({
  runs: z.array(
    z.object({
      run: z.string(),
      seed: z.number(),
      test: bySet(seedScoresSchema),
    }),
  ),
  spread: bySet(z.object(byMeasure(spreadSchema))),
})

/** The same setting with different seeds: what chance alone changes. */
const seedStudySchema = z.object({
  setting: z.string(),
  corpus: z.string(),
  iterations: byIterationSchema(seedSpreadSchema),
})
export type SeedStudy = Stored<typeof seedStudySchema>

const splitScoresSchema = z.object({
  trainingMelodies: z.number(),
  testMelodies: z.number(),
  /** Test melodies that are, in whatever key, a training melody. */
  seen: z.number(),
  model: testScoresSchema,
  ppm: testScoresSchema,
  /** Absent in summaries from before this predictor. */
  idyom: testScoresSchema.exactOptional(),
})
export type SplitScores = Stored<typeof splitScoresSchema>

/** Two splits of the same files: by family, as here, and file by file, as in the study. */
const leakStudySchema = z.object({
  setting: z.string(),
  splits: z.record(z.enum(['byFamily', 'byFile']), splitScoresSchema),
})
export type LeakStudy = Stored<typeof leakStudySchema>

const quickStudySchema = z.object({
  corpus: z.string(),
  command: z.string(),
  iterations: byIterationSchema(
    iterationSummarySchema.pick({
      run: true,
      steps: true,
      seed: true,
      datasetHash: true,
      test: true,
      last: true,
      asInTheStudy: true,
      portable: true,
    }),
  ),
  /** Absent in summaries from before they were measured. */
  baselines: bySet(z.array(baselineSummarySchema)).exactOptional(),
})
export type QuickStudy = Stored<typeof quickStudySchema>

/** `report/results/summary.json`: the summary of a study. `cantus study summarize` writes it. */
const summarySchema = z.object({
  format: z.literal('cantus-summary-1'),
  corpus: z.string(),
  datasetHash: z.string(),
  /** How the intervals were made: percentiles of this many draws of families of similar files. */
  bootstrap: z.object({
    draws: z.number(),
    seed: z.number(),
    level: z.number(),
  }),
  iterations: byIterationSchema(iterationSummarySchema),
  /** Predictors without a network on the same melodies. */
  baselines: bySet(z.array(baselineSummarySchema)),
  /** Networks of notes mixed with a baseline; absent where none is published. */
  mixtures: bySet(z.array(mixtureSummarySchema)).exactOptional(),
  /** Where each predictor loses what it loses; absent in summaries from before it was measured. */
  lossParts: bySet(z.array(lossPartsSchema)).exactOptional(),
  /** What a larger corpus gained: iteration 2.1 less iteration 1, on the same melodies. */
  moreData: bySet(differencesSchema),
  /** What networks of notes gain over the study's on the same music: 3.1 less 2.1, and 3.2 less 2.2. Absent without them. */
  beyond: z.partialRecord(z.enum(['3.1', '3.2']), bySet(differencesSchema)).exactOptional(),
  forgetting: forgettingSchema,
  /** Memorisation: scores on training melodies beside those on test melodies. */
  gap: gapSchema,
  seeds: seedStudySchema.nullable(),
  leakySplit: leakStudySchema.nullable(),
  quick: quickStudySchema.nullable(),
})
export type Summary = Stored<typeof summarySchema>

/** The numbers of the study as published. */
export const summaryFile = resultFile({
  name: 'summary.json',
  schema: summarySchema,
  command: 'cantus study summarize',
})

/** Whether a summary is of the run and the weights that were published. */
export function isSummaryOf(
  { iterations }: Pick<Summary, 'iterations'>,
  { config, run, checkpoint }: IterationResult,
): boolean {
  const measured = iterations[config.iteration]
  return measured?.run === run && measured.checkpoint.sha256 === checkpoint.sha256
}
