import { z } from 'zod'
import { studyIterationNameSchema } from '../config/experimentConfig.ts'
import type { Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'

const studyRowSchema = z.object({
  step: z.number(),
  accuracy: z.number(),
  loss: z.number(),
})
export type StudyRow = Stored<typeof studyRowSchema>

const studyLogSchema = z.object({
  /** Rows of the log: single training minibatches, dropout on. */
  rows: z.number(),
  firstStep: z.number(),
  lastStep: z.number(),
  /** Steps at which one stored stretch of the log takes over from another. */
  joins: z.array(z.number()),
  /** The row whose accuracy the results table has. */
  printedRow: studyRowSchema,
  /** The last 100 rows. */
  last100: z.object({
    n: z.number(),
    accuracy: z.object({
      mean: z.number(),
      sd: z.number(),
    }),
    loss: z.object({
      mean: z.number(),
      sd: z.number(),
    }),
  }),
  /** Means over this many neighbouring rows, for a chart. */
  thinnedBy: z.number(),
  curve: z.array(studyRowSchema),
})
export type StudyLog = Stored<typeof studyLogSchema>

const studyIterationSchema = z.object({
  /** As its results table has them. */
  printed: z.object({
    accuracy: z.number(),
    loss: z.number(),
    noEventAccuracy: z.number(),
  }),
  /** Null where no log was stored. */
  log: studyLogSchema.nullable(),
})
export type StudyIteration = Stored<typeof studyIterationSchema>

/** `report/results/study.json`: what the study's own record says, computed from the logs its notebook stored. */
const studyRecordSchema = z.object({
  format: z.literal('cantus-study-1'),
  source: z.string(),
  iterations: z.record(studyIterationNameSchema, studyIterationSchema),
})
export type StudyRecord = Stored<typeof studyRecordSchema>

/** The study's own record as published. */
export const studyRecordFile = resultFile({
  name: 'study.json',
  schema: studyRecordSchema,
  command: 'cantus study logs DIR',
})
