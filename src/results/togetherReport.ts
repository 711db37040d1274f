import { z } from 'zod'
import type { Stored } from '../support/stored.ts'
import { controlReportSchema } from './controlReport.ts'
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

/** Middle and worst of what was measured. */
const spread = z.object({ median: z.number(), most: z.number() })

/** The page in a browser: turns of call and reply, minutes of playing in turns, and a first visit. */
const pageSchema = z.object({
  turns: z.number(),
  iteration: z.string(),
  /** Milliseconds from the last request to the reply's first event. */
  firstEventMs: spread,
  /** Milliseconds from the metronome's bar line to the reply's first note, less its place in the bar, sample by sample. */
  barLineMs: spread,
  /** Milliseconds between a note's time and its MIDI message's. */
  midiOutMs: spread,
  /** Turns in which both the metronome and the reply's first note were heard. */
  notesHeard: z.number(),
  /** Notes handed to the sound after their time. */
  lateNotes: z.number(),
  /** Playing in turns for some minutes. */
  gaps: z.object({
    minutes: z.number(),
    calls: z.number(),
    notes: z.number(),
    /** Stretches of 10 ms below -60 dBFS inside a note of the partner. */
    silences: z.number(),
    /** Seconds in which the audio clock fell more than 20 ms behind the page's; and the most that it ever was. */
    lags: z.number(),
    mostLagMs: z.number(),
  }),
  /** Bytes as sent, and seconds, of a visitor who opens the page and taps three keys. */
  visit: z.object({ scriptBytes: z.number(), bytesToReply: z.number(), secondsToReply: z.number() }),
  /** Melodies sung into the microphone: pitches that were sung, and those heard right, in order. */
  hum: z.object({ melodies: z.number(), notes: z.number(), heard: z.number(), right: z.number() }),
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
  /** What control at generation does and costs; absent where it was not measured. */
  controls: controlReportSchema.exactOptional(),
})
export type TogetherReport = Stored<typeof togetherSchema>

/** Playing together as published. */
export const togetherFile = resultFile({
  name: 'together.json',
  schema: togetherSchema,
  command: 'npm run bench together',
  digits: 4,
})
