import { z } from 'zod'
import type { Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'

/** Simulated players at one tempo, as the recorder reads them. */
const playersSchema = z.object({
  beatsPerMinute: z.number(),
  /** Whether each player tapped eight beats first. */
  isCalibrated: z.boolean(),
  phrases: z.number(),
  notes: z.number(),
  rightOnsets: z.number(),
  /** Notes that the next one follows without a rest, where both onsets are right. */
  joined: z.number(),
  rightLengths: z.number(),
})

/** The page in a browser, over turns of call and reply. */
const pageSchema = z.object({
  turns: z.number(),
  iteration: z.string(),
  /** Milliseconds from the last request to the reply's first event: median and most. */
  firstEventMs: z.object({ median: z.number(), most: z.number() }),
  /** Milliseconds between the bar line's click and the reply's first note, as both were scheduled. */
  barLineMs: z.object({ median: z.number(), most: z.number() }),
  /** Notes handed to the sound after their time. */
  lateNotes: z.number(),
  loadPerCore: z.number(),
})
export type TogetherPage = Stored<typeof pageSchema>

/** `report/results/together.json`: what was measured of playing together. */
const togetherSchema = z.object({
  format: z.literal('cantus-together-1'),
  /** How the simulated players play, in seconds and shares. */
  player: z.object({
    jitterSeconds: z.number(),
    offsetSeconds: z.array(z.number()),
    drift: z.array(z.number()),
    heldShare: z.array(z.number()),
    bars: z.number(),
  }),
  seed: z.number(),
  players: z.array(playersSchema),
  /** Null where no browser was found. */
  page: pageSchema.nullable(),
})
export type TogetherReport = Stored<typeof togetherSchema>

/** Playing together as published. */
export const togetherFile = resultFile({
  name: 'together.json',
  schema: togetherSchema,
  command: 'npm run bench together',
  digits: 4,
})
