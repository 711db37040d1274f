import { z } from 'zod'
import { measured, type Stored } from '../support/stored.ts'

/** A mean with its 95% interval over pieces. */
const estimate = z.object({ value: measured, low: measured, high: measured })

/** A key that melodies are held to. */
const keyRowSchema = z.object({
  iteration: z.string(),
  hard: z.boolean(),
  /** Whether the key is the tune's own, as its edition has it, or the one that is found in the primer's four bars. */
  key: z.enum(['own', 'found']),
  pieces: z.number(),
  notes: z.number(),
  /** Share of the added notes in the mode, without control and with it. */
  plain: measured,
  held: measured,
  bitsPerNote: estimate,
  /** Nats per added step that the model gives what was written, without control and with it. */
  plainNats: measured,
  heldNats: measured,
})

/** A quantity that is asked for, drawn evenly between people's 10th and 90th percentile. */
const sliderRowSchema = z.object({
  control: z.enum(['density', 'range', 'stepwise', 'repetition']),
  /** Measure of the added notes that it is compared with, as `METRICS` names it. */
  metric: z.string(),
  asked: z.tuple([z.number(), z.number()]),
  pieces: z.number(),
  /** Rank correlation of asked and measured over pieces. */
  spearman: measured,
  bitsPerNote: estimate,
  /** Of each piece: asked, measured, bits per note, and nats per added step that the model gives it. */
  points: z.array(z.tuple([measured, measured, measured, measured])),
})

/** What control at generation does and costs, measured on continuations of the held-out tunes. */
export const controlReportSchema = z.object({
  /** Which melodies were continued; absent in reports on the held-out tunes of `data/starter`. */
  melodies: z.string().exactOptional(),
  iteration: z.string(),
  checkpointSha256: z.string(),
  temperature: z.number(),
  /** Bars that were added to four of a tune. */
  addedBars: z.number(),
  keys: z.array(keyRowSchema),
  sliders: z.array(sliderRowSchema),
  /** Melodies whose onsets, or pitches, are those that were to be kept. */
  locks: z.array(
    z.object({
      control: z.enum(['rhythm', 'pitches']),
      pieces: z.number(),
      identical: z.number(),
      bitsPerNote: estimate,
    }),
  ),
  metre: z.object({
    /** Primers in their own metre, and those whose continuation is written in it. */
    primers: z.number(),
    kept: z.number(),
    /** From one primer: share of the onsets on the beats of 3/4 and on those of 6/8. */
    from: z.string(),
    pieces: z.number(),
    rows: z.array(
      z.object({
        metre: z.string(),
        accent: z.number(),
        onBeatsOf34: estimate,
        onBeatsOf68: estimate,
        bitsPerNote: estimate,
      }),
    ),
  }),
  /** The best of several draws of a bar: how much likelier what follows is than after one, in nats per step. */
  rewrite: z.array(
    z.object({
      candidates: z.number(),
      /** Bars that were rewritten, and tunes they are from. */
      bars: z.number(),
      tunes: z.number(),
      gain: estimate,
      /** Melodies whose other bars are the same byte for byte. */
      othersIdentical: z.number(),
      /** Median milliseconds of a processor, in Node. */
      milliseconds: z.number(),
    }),
  ),
  /** Processor time of a step beside that of a plain one. */
  time: z.array(z.object({ control: z.string(), ratio: z.number() })),
  /** Between two models: whether both ends are their bytes, and the time of a step between them. */
  dial: z.array(z.object({ from: z.string(), to: z.string(), endsEqual: z.boolean(), ratio: z.number() })),
  loadPerCore: z.number(),
})
export type ControlReport = Stored<typeof controlReportSchema>
