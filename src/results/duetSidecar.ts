import { z } from 'zod'
import { DUET_MODES } from '../config/duetModes.ts'
import type { Stored } from '../support/stored.ts'

const events = z.array(z.int().min(-2).max(127)).min(1)

/** A duet and everything needed to play it again: the JSON beside its MIDI file. */
export const duetSidecarSchema = z.object({
  format: z.literal('cantus-duet-1'),
  run: z.string(),
  checkpointSha256: z.string(),
  /** The performer's file and its bytes' sha256, and the track that was taken. */
  performer: z.object({ file: z.string(), sha256: z.string(), track: z.int() }),
  settings: z.object({
    mode: z.enum(DUET_MODES),
    lambda: z.number(),
    temperature: z.number(),
    topP: z.number().default(1),
    clock: z.enum(['at-once', 'committed']),
    octaves: z.boolean(),
    noParallels: z.boolean(),
    range: z.tuple([z.int(), z.int()]),
    side: z.enum(['below', 'above', 'either']).default('either'),
    leastSteps: z.int().min(1),
    /** Whether each bar's mode was chosen by what the performer seemed to like. */
    adapt: z.boolean(),
  }),
  seed: z.int().min(0),
  qpm: z.number(),
  stepsPerBar: z.int().min(1),
  /** One event per step: a pitch that begins, -1: the note ends, -2: no change. */
  heard: events,
  played: events,
  /** The mode of each bar. */
  modes: z.array(z.string()),
  midiSha256: z.string(),
})
/** A duet and everything needed to play it again. */
export type DuetSidecar = Stored<typeof duetSidecarSchema>
