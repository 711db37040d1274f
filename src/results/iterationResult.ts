import { z } from 'zod'
import { experimentConfigSchema, type IterationName } from '../config/experimentConfig.ts'

import type { Stored } from '../support/stored.ts'
import { metricRowSchema, metricsSchema } from './metrics.ts'
import { type ResultFile, resultFile } from './resultFile.ts'

/** What a result was made with. */
export const environmentSchema = z.object({
  commit: z.string().nullable(),
  node: z.string(),
  backend: z.string(),
  platform: z.string(),
  date: z.string(),
})

/** How many of something lie on each side; results from before there was a validation side have none. */
const splitCountsSchema = z.object({
  train: z.number(),
  validation: z.number().exactOptional(),
  test: z.number(),
})

/** `report/results/iterations/<iteration>.json`: all that the report shows of an iteration. */
const iterationResultSchema = z.object({
  format: z.literal('cantus-iteration-1'),
  /** Name of the run: scale, hash of everything that decides its result, seed. */
  run: z.string(),
  config: experimentConfigSchema,
  /** Where these settings differ from the study's, one plain sentence each; empty when they do not. */
  differsFromStudy: z.array(z.string()),
  environment: environmentSchema,
  dataset: z.object({
    hash: z.string(),
    corpus: z.string(),
    files: splitCountsSchema,
    melodies: splitCountsSchema,
    /** How many files or tracks each reason dropped. */
    dropped: z.record(z.string(), z.number()),
  }),
  /** Optimizer steps behind the published weights: those of the lowest validation loss (ADR 20). */
  step: z.number(),
  trainingSeconds: z.number(),
  eventsPerSecond: z.number(),
  /** Names of tensors restored by a warm start; null when trained from scratch. */
  restored: z.array(z.string()).nullable(),
  curve: z.array(metricRowSchema),
  /** Melodies of the test side, dropout off; the curve's rows without dropout are of the validation side. */
  test: metricsSchema,
  /** The end of the run, as the study published it; absent where its weights are the published ones. */
  last: z
    .object({
      step: z.number(),
      test: metricsSchema,
    })
    .exactOptional(),
  baselines: z.object({
    /** Loss of predicting the training set's label frequencies, nats per step, on the same test steps. */
    unigramLoss: z.number(),
    /** Accuracy of always saying the training set's commonest label. */
    majorityAccuracy: z.number(),
  }),
  checkpoint: z.object({
    path: z.string(),
    sha256: z.string(),
    bytes: z.number(),
  }),
  /** Paths of the MIDI files, relative to the folder that holds `generated_melodies/`. */
  melodies: z.array(z.string()),
})
export type IterationResult = Stored<typeof iterationResultSchema>

/** The published result of an iteration. */
export function iterationFile(iteration: IterationName): ResultFile<IterationResult> {
  const name = `iterations/${iteration}.json`
  return resultFile({ name, schema: iterationResultSchema, command: 'cantus reproduce' })
}
