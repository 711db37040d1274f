import { z } from 'zod'
import { studyIterationNameSchema } from '../config/experimentConfig.ts'
import { measured, type Stored } from '../support/stored.ts'
import { spreadSchema } from './musicalReport.ts'
import type { IterationResult } from './iterationResult.ts'
import { resultFile } from './resultFile.ts'
import { bySet, differencesSchema, rowMeansSchema, testScoresSchema } from './summary.ts'

const keptScoresSchema = z.object({
  iteration: studyIterationNameSchema,
  run: z.string(),
  /** Optimizer steps behind the weights, including those of the iteration they resume from. */
  step: z.number(),
  sha256: z.string(),
  test: bySet(testScoresSchema),
})
/** Weights kept at a step, and their scores. */
export type KeptScores = Stored<typeof keptScoresSchema>

const equalStepsSchema = z.object({
  step: z.number(),
  /** Iteration 2.1 less iteration 1, family by family: below 0 more music has the lower loss. */
  differences: bySet(differencesSchema),
})
/** Two iterations after equally many steps. */
export type EqualSteps = Stored<typeof equalStepsSchema>

const moreStepsSchema = z.object({
  iteration: studyIterationNameSchema,
  from: z.number(),
  to: z.number(),
  /** The later weights less the earlier ones, family by family. */
  differences: bySet(differencesSchema),
})
/** An iteration after more steps and after fewer. */
export type MoreSteps = Stored<typeof moreStepsSchema>

/** What pieces share with the training melodies of the style. */
const copiedSchema = z.object({
  /** Longest stretch of moves (notes less one) that a piece shares with one of them, in any key. */
  longest: spreadSchema,
  /** The same over the piece's own moves, 0-1. */
  share: spreadSchema,
})
export type Copied = Stored<typeof copiedSchema>

const memoryPointSchema = z.object({
  step: z.number(),
  /** Every training melody of the style, and the test melodies; dropout off. */
  train: testScoresSchema,
  test: bySet(testScoresSchema),
  copied: copiedSchema,
})
/** What is memory and what is not after this many steps. */
export type MemoryPoint = Stored<typeof memoryPointSchema>

const memorySchema = z.object({
  iteration: studyIterationNameSchema,
  /** The first point is the iteration it started from. */
  points: z.array(memoryPointSchema),
  trainingMelodies: z.number(),
  /** Continuations of each primer at each step, and their length. */
  perCell: z.number(),
  totalSteps: z.number(),
  /** Test melodies of the style, cut to the same length: what people share. */
  human: copiedSchema,
  /** Means of a hundred logged training minibatches each, dropout on: what the study printed one of. */
  logged: z.array(z.object({ step: z.number(), accuracy: measured })),
  /** The accuracy that the study printed, and the first step at which the last hundred minibatches' mean reaches it. */
  threshold: z.number(),
  reached: z.number().nullable(),
  highest: rowMeansSchema,
})
/** How a transfer turned into memory. */
export type MemoryOverTime = Stored<typeof memorySchema>

const stepsReportSchema = z.object({
  format: z.literal('cantus-steps-1'),
  corpus: z.string(),
  datasetHash: z.string(),
  kept: z.array(keptScoresSchema),
  /** At every step at which both iteration 1 and 2.1 are kept. */
  equal: z.array(equalStepsSchema),
  more: z.array(moreStepsSchema),
  /** Null where no weights of the published transfer are kept. */
  memory: memorySchema.nullable(),
})
/** `report/results/steps.json`: what the study's models know at the steps whose weights are kept. */
export type StepsReport = Stored<typeof stepsReportSchema>

/** The published file. */
export const stepsFile = resultFile({
  name: 'steps.json',
  schema: stepsReportSchema,
  command: 'cantus study steps',
  digits: 6,
})

/** Whether what a report has of an iteration is of the run that was published. */
export const isStepsOf = ({ kept }: Pick<StepsReport, 'kept'>, { config, run }: IterationResult): boolean =>
  kept.every((each) => each.iteration !== config.iteration || each.run === run)
