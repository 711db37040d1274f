import { z } from 'zod'
import { MODE_NAMES } from '../config/modes.ts'
import { measured, type Stored } from '../support/stored.ts'

const line = z.array(z.int().min(-2).max(127)).min(1)
const share = z.number().min(0).max(1)

/** What a melody is held to while it is drawn, besides temperature: every part may be absent. */
export const controlSchema = z.object({
  /** Notes belong to this mode on this root: hard = all of them, otherwise most. */
  key: z
    .object({
      /** Pitch class, 0 = C. */
      root: z.int().min(0).max(11),
      mode: z.enum(MODE_NAMES),
      hard: z.boolean(),
    })
    .exactOptional(),
  /** Notes begin on the beats of the melody's metre more often; 0 = as the model has it. */
  accent: z.number().min(0).max(5).exactOptional(),
  /** The melody takes its onsets and rests from these events, over and over, from its first step on. */
  rhythm: line.exactOptional(),
  /** The melody takes its pitches from these events, one per note, over and over, from its first note on. */
  pitches: line.exactOptional(),
  /** Notes per quarter. */
  density: z.number().min(0).max(4).exactOptional(),
  /** Semitones between the lowest and the highest note. */
  range: z.int().min(0).max(127).exactOptional(),
  /** Share of the moves from note to note that are one or two semitones. */
  stepwise: share.exactOptional(),
  /** Share of the notes that lie in a motif of three or more that repeats. */
  repetition: share.exactOptional(),
})
export type Control = Stored<typeof controlSchema>

/** What control cost: bits per added note by which the draws left the model's own distribution (see `Controller`). */
export const controlCostSchema = z.object({
  /** Notes that were added. */
  notes: z.int().min(0),
  /** Of all controls together; divided by at least one note. */
  bitsPerNote: measured,
  /** Of each by itself, on the way that the melody took; they need not add up. */
  each: z.record(z.string(), measured),
})
export type ControlCost = Stored<typeof controlCostSchema>

/** Bars of a melody that were drawn again, the best of several. */
export const rewriteSchema = z.object({
  /** The events after those bars: they stay. */
  following: line,
  /** Draws that were compared. */
  candidates: z.int().min(1).max(1000),
  /** Steps after the bars by which they were compared. */
  judgedSteps: z.int().min(1),
})
export type Rewrite = Stored<typeof rewriteSchema>
