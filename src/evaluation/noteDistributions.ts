import { type Tune, wholeSequences } from '../dataset/batches.ts'
import { eventEncoding } from '../dataset/encoding.ts'
import { noteMelody } from '../dataset/noteBatches.ts'
import { hear, NOTHING_HEARD } from '../dataset/noteInputs.ts'
import { openBackend } from '../model/backend.ts'
import { noteHeads } from '../model/notes/noteInference.ts'
import { noteRnn } from '../model/notes/noteRnn.ts'
import type { TokenDistribution } from '../model/tokenDistribution.ts'
import type { NoteModelSpec, Weights } from '../config/modelSpec.ts'
import { itemAt } from '../support/itemAt.ts'

/** What a predictor of notes says at each token of melodies of at least two events, in their order. */
export type ReadsNotes = (tunes: readonly Tune[]) => TokenDistribution[][]

/**
 * What a network of notes says at each token: its layers run on the backend, many melodies at once, and its heads in plain
 * arithmetic where they are asked.
 */
export async function noteDistributions(spec: NoteModelSpec, weights: Weights): Promise<ReadsNotes> {
  const network = noteRnn(await openBackend(), spec)
  const heads = noteHeads(spec, weights)
  return (tunes) => {
    const sequences = wholeSequences(tunes, eventEncoding(spec))
    const states = network.states(weights, sequences)
    return sequences.map((sequence, n) => {
      const { tokens, grid } = noteMelody(sequence)
      const units = itemAt(states, n).length / tokens.length
      let heard = NOTHING_HEARD
      return tokens.map((token, t) => {
        heard = hear(heard, token)
        return heads(itemAt(states, n).subarray(t * units, (t + 1) * units), { heard, grid, token })
      })
    })
  }
}
