import { z } from 'zod'
import { iterationNameSchema } from '../config/experimentConfig.ts'
import type { Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'

/** Who continued a primer: its composer, PPM, or an iteration's model. */
const byName = z.union([z.literal('person'), z.literal('ppm'), iterationNameSchema])

const continuationSchema = z.object({
  /** Of `starterPrimers`: `starter-3`. */
  primer: z.string().min(1),
  by: byName,
  /** The MIDI file, relative to the folder that holds `generated_melodies/`. */
  file: z.string().min(1),
  /** The whole melody. */
  events: z.array(z.int().min(-2).max(127)),
})
export type StarterContinuation = Stored<typeof continuationSchema>

/** `report/results/starter.json`: the held-out primers as their composers, PPM and the published models continue them. */
const starterReportSchema = z.object({
  format: z.literal('cantus-starter-melodies-report-1'),
  /** Bars that were given, and bars that were added. */
  bars: z.object({ given: z.int().min(1), added: z.int().min(1) }),
  /** The models; what another one made belongs to no published result. */
  models: z.array(z.object({ iteration: iterationNameSchema, run: z.string(), checkpointSha256: z.string() })),
  /** Labels of context of PPM, and how many melodies it learnt from. */
  ppm: z.object({ order: z.int().min(1), melodies: z.int().min(1) }),
  melodies: z.array(continuationSchema),
})
export type StarterReport = Stored<typeof starterReportSchema>

/** The continuations of the held-out primers as published. */
export const starterReportFile = resultFile({
  name: 'starter.json',
  schema: starterReportSchema,
  command: 'cantus study starter',
})
