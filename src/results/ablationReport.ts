import { z } from 'zod'
import { experimentConfigSchema, scaleSchema } from '../config/experimentConfig.ts'
import { measured, type Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'
import { spreadSchema, testScoresSchema } from './summary.ts'

const bySet = <S extends z.ZodType>(schema: S) => z.object({ general: schema, style: schema })

const ablationRunSchema = z.object({
  run: z.string(),
  seed: z.number(),
  /** Optimizer steps behind the weights: those of the lowest validation loss. */
  step: z.number(),
  /** Seconds of training, all steps. */
  seconds: z.number(),
  /** Minutes of training until the mean of ten training rows was at most the loss, nats per step, that names them; absent where not noted. */
  minutes: z.record(z.string(), measured).exactOptional(),
  /** Lowest validation loss, nats per step. */
  validation: measured,
  test: bySet(testScoresSchema),
})
/** A training of a row. */
export type AblationRun = Stored<typeof ablationRunSchema>

/** What rows of a group differ in. */
export const ABLATION_GROUPS = ['published', 'parts', 'encoding', 'size', 'melodies'] as const
/** Name of a group. */
export type AblationGroup = (typeof ABLATION_GROUPS)[number]

/** The row that the others are compared with: the same network and tokens, nothing taken away. */
export const REFERENCE = 'reference'

const ablationRowSchema = z.object({
  id: z.string(),
  group: z.enum(ABLATION_GROUPS),
  /** What is different, in words. */
  title: z.string(),
  parameters: z.number(),
  trainingMelodies: z.number(),
  /** Optimizer steps of a run. */
  steps: z.number(),
  model: experimentConfigSchema.shape.model,
  runs: z.array(ablationRunSchema).min(1),
  /** Of the test loss over the seeds. */
  spread: bySet(spreadSchema),
})
/** A row of the table. */
export type AblationRow = Stored<typeof ablationRowSchema>

const ablationReportSchema = z.object({
  format: z.literal('cantus-ablations-1'),
  scale: scaleSchema,
  corpus: z.string(),
  datasetHash: z.string(),
  rows: z.array(ablationRowSchema),
})
/** `report/results/ablations.json`: what the network that hears intervals is made of. */
export type AblationReport = Stored<typeof ablationReportSchema>

/** The published file. */
export const ablationFile = resultFile({
  name: 'ablations.json',
  schema: ablationReportSchema,
  command: 'cantus study ablations',
  digits: 6,
})
