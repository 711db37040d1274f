import { z } from 'zod'
import { DIAL_WAYS } from '../config/dial.ts'
import { iterationNameSchema } from '../config/experimentConfig.ts'
import { measured, type Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'
import { gapPointSchema, intervalSchema, testScoresSchema } from './summary.ts'

/** Loss in nats per step on both kinds of music. */
const losses = z.object({ general: measured, style: measured })

const counts = z.object({ general: z.number(), style: z.number() })

const dialPointSchema = z.object({
  /** Share of the second model. */
  style: z.number(),
  by: z.enum(DIAL_WAYS),
  validation: losses,
  test: losses,
})
/** The losses at a place of the dial. */
export type DialPoint = Stored<typeof dialPointSchema>

const forgettingRowSchema = z.object({
  iteration: iterationNameSchema,
  run: z.string(),
  /** Optimizer steps behind the weights, including those of the iteration it resumes from. */
  step: z.number(),
  general: testScoresSchema,
  style: testScoresSchema,
})

const transferSchema = z.object({
  /** The general model, then the one that was transferred. */
  forgetting: z.tuple([forgettingRowSchema, forgettingRowSchema]),
  /** Loss of the second less that of the first, melody by melody. */
  differences: z.object({ general: intervalSchema, style: intervalSchema }),
  dial: z.object({
    /** Melodies of each kind that the curve is measured on, at most. */
    melodies: z.object({ validation: counts, test: counts }),
    points: z.array(dialPointSchema),
    /** The place of the lowest style loss whose general loss rises by at most `limit`, both on validation melodies. */
    chosen: dialPointSchema,
    limit: z.number(),
  }),
  gap: z.object({
    /** At each evaluation: the mean of the training rows since the one before (dropout on), and the validation melodies. */
    curve: z.array(gapPointSchema),
    /** The published weights, dropout off: every training melody of the style, and every test melody. */
    published: z.object({ train: testScoresSchema, test: testScoresSchema }),
  }),
})
/** What a transfer learnt and forgot. */
export type Transfer = Stored<typeof transferSchema>

const transferReportSchema = z.object({
  format: z.literal('cantus-transfer-1'),
  datasetHash: z.string(),
  transfers: z.array(transferSchema).min(1),
})
/** `report/results/transfer.json`: what transfer to a style learns and forgets, for each pair of iterations. */
export type TransferReport = Stored<typeof transferReportSchema>

/** The published file. */
export const transferFile = resultFile({
  name: 'transfer.json',
  schema: transferReportSchema,
  command: 'cantus study transfer',
  digits: 6,
})
