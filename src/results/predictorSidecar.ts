import { z } from 'zod'
import { iterationNameSchema } from '../config/experimentConfig.ts'
import { readableJson } from '../support/readableJson.ts'
import { parseStored, type Stored } from '../support/stored.ts'

/** What stands beside a melody that a predictor without a network continued: no weights, but what it learnt from. */
const predictorSidecarSchema = z.object({
  format: z.literal('cantus-continuation-1'),
  predictor: z.literal('ppm'),
  /** Labels of context. */
  order: z.int().min(1),
  trainedOn: z.object({
    /** Whose training melodies. */
    iteration: iterationNameSchema,
    melodies: z.int().min(1),
    datasetHash: z.string(),
  }),
  primer: z.string(),
  conditionedOn: z.array(z.int().min(-2).max(127)).min(1),
  seed: z.int(),
  totalSteps: z.int().min(1),
  qpm: z.number().positive(),
  /** Absent = 4/4. */
  timeSignature: z.object({ numerator: z.int().min(1), denominator: z.int().min(1) }).exactOptional(),
  /** Nats, of the continuation. */
  logLikelihood: z.number(),
  events: z.array(z.int().min(-2).max(127)),
  midiSha256: z.string(),
})
export type PredictorSidecar = Stored<typeof predictorSidecarSchema>

/** The sidecar as the text of its file. */
export const predictorSidecarText = (sidecar: PredictorSidecar): string => readableJson(sidecar)

/** The sidecar in a file's text. @throws StoredFileError for a damaged file. */
export const parsePredictorSidecar = (text: string, path: string): PredictorSidecar =>
  parseStored(text, predictorSidecarSchema, { path, remedy: 'run "cantus study starter" to write it again' })
