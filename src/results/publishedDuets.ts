import { z } from 'zod'
import { DUET_MODES } from '../config/duetModes.ts'
import type { Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'

/** `report/results/duets.json`: one performer under each mode of the partner, nothing else changed. */
const publishedDuetsSchema = z.object({
  format: z.literal('cantus-duets-1'),
  run: z.string(),
  checkpointSha256: z.string(),
  /** Of `starterPerformers`. */
  performer: z.string(),
  seed: z.int().min(0),
  duets: z.array(
    z.object({
      mode: z.enum(DUET_MODES),
      clock: z.enum(['at-once', 'committed']),
      /** The MIDI file, relative to the folder that holds `generated_melodies/`; its sidecar lies beside it. */
      file: z.string(),
    }),
  ),
})
export type PublishedDuets = Stored<typeof publishedDuetsSchema>

/** The duets as published. */
export const publishedDuetsFile = resultFile({
  name: 'duets.json',
  schema: publishedDuetsSchema,
  command: 'cantus study duets',
})
