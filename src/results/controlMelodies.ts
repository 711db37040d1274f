import { z } from 'zod'
import type { Stored } from '../support/stored.ts'
import { resultFile } from './resultFile.ts'

/** `report/results/controls.json`: one primer continued freely, and once more with each control, nothing else changed. */
const controlMelodiesSchema = z.object({
  format: z.literal('cantus-controls-1'),
  iteration: z.string(),
  checkpointSha256: z.string(),
  /** Of `starterPrimers`, as the command line names it. */
  primer: z.string(),
  melodies: z.array(
    z.object({
      /** The control: `free` for none. */
      control: z.string(),
      /** What was asked for, in words. */
      asked: z.string(),
      /** The MIDI file, relative to the folder that holds `generated_melodies/`. */
      file: z.string(),
    }),
  ),
})
export type ControlMelodies = Stored<typeof controlMelodiesSchema>

/** The melodies with controls as published. */
export const controlMelodiesFile = resultFile({
  name: 'controls.json',
  schema: controlMelodiesSchema,
  command: 'cantus study controls',
})
