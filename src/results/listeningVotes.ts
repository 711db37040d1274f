import { z } from 'zod'
import type { Stored } from '../support/stored.ts'

const soundName = z.string().regex(/^[0-9a-f]{16}$/)

/** A file that the page of the listening test gives to a listener: what was heard in which order, and the votes. */
export const listeningVotesSchema = z.object({
  format: z.literal('cantus-listening-votes-1'),
  /** Which test was taken: changes with any note of it. */
  test: soundName,
  /** A random number for one taking of the test, so that a file sent twice counts once. */
  listener: z.string().regex(/^[0-9a-f-]{8,36}$/),
  /** Block, order and sides follow from it. */
  seed: z.int().min(0),
  /** Whether the quieter of tones that loudspeakers cancel was found; null if the check was left out. */
  headphones: z.boolean().nullable(),
  votes: z
    .array(
      z.object({
        ...{ primer: soundName, left: soundName, right: soundName },
        choice: z.enum(['left', 'right', 'tie']),
        /** The same pair once more, the other way round. */
        isRepeat: z.boolean(),
      }),
    )
    .max(100),
})
/** The votes of one listener. */
export type ListeningVotes = Stored<typeof listeningVotesSchema>
