import { z } from 'zod'
import { measured, type Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'

/** How melodies are drawn, and what they are drawn after. */
const decodingSettingSchema = z.object({
  temperature: z.number(),
  /** Of lengths; absent = the same. */
  rhythmTemperature: z.number().exactOptional(),
  /** Draws only from the likeliest answers of each head that have this share together; 1 = from all. */
  topP: z.number(),
  /** Whether a NOTE_OFF and a NO_EVENT follow the primer, as Magenta appends them. */
  appendix: z.boolean(),
})
export type DecodingSetting = Stored<typeof decodingSettingSchema>

/** Continuations drawn in one way, beside those that people wrote. */
export const decodingRowSchema = z.object({
  /** Name of the iteration. */
  model: z.string(),
  setting: decodingSettingSchema,
  /** Mean absolute Cliff's delta of the measures, 0-1; 0 = as people's. */
  distance: measured,
  /** Measures that both sides have, and those of them whose absolute Cliff's delta is at most .33. */
  measures: z.int(),
  near: z.int(),
  /** Cliff's delta of each measure: above 0 where its values are higher than people's. */
  deltas: z.record(z.string(), measured),
  /** Mean of each measure. */
  means: z.record(z.string(), measured),
})
export type DecodingRow = Stored<typeof decodingRowSchema>

/** `report/results/decoding.json`: which way of drawing comes nearest to people, on validation melodies. */
const decodingReportSchema = z.object({
  format: z.literal('cantus-decoding-1'),
  /** Of the network's weights. */
  checkpointSha256: z.string(),
  run: z.string(),
  step: z.number(),
  corpus: z.string(),
  seed: z.int(),
  /** Validation melodies, at most one of a family; the bars that are given, and those of a whole melody at most. */
  melodies: z.int(),
  primerBars: z.int(),
  bars: z.int(),
  /** Mean of each measure of people's own continuations. */
  people: z.record(z.string(), measured),
  /** The grid of temperature and top-p, then further settings at the best of it. */
  grid: z.array(decodingRowSchema),
  further: z.array(decodingRowSchema),
  /** Another iteration on the same primers, drawn plainly as it always is; null where it is not published. */
  beside: decodingRowSchema.nullable(),
  /** The setting of least distance. */
  chosen: decodingSettingSchema,
})
export type DecodingReport = Stored<typeof decodingReportSchema>

/** The study of decoding as published. */
export const decodingFile = resultFile({
  name: 'decoding.json',
  schema: decodingReportSchema,
  command: 'cantus study decoding',
  digits: 4,
})
