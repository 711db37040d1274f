import { z } from 'zod'
import { ENCODING_NAMES, NOTE_ABLATIONS } from './modelSpec.ts'

/** Units of each LSTM layer, from the input on. */
const layerSizes = z.array(z.int().max(8192))

/** `StepModelSpec` as it is stored; apart from it, so that a web page that runs a network loads no schema. */
export const stepModelSchema = z.object({
  encoding: z.enum(ENCODING_NAMES),
  layerSizes,
  /** Steps the first layer attends to (attention_rnn); 0 for none. */
  attentionLength: z.int().max(1024),
  /** True = a layer above the first adds its input to its output where both have the same size; absent = false. */
  residual: z.boolean().exactOptional(),
})

/** `NoteModelSpec` as it is stored. */
export const noteModelSchema = z.object({
  encoding: z.literal('notes'),
  layerSizes,
  /** Numbers in a query and a key of the attention to earlier notes; 0 for none. */
  attentionSize: z.int().max(1024),
  /** What it does without: pitch histograms, everything about the metre, intervals (then it reads and names pitches); absent = nothing. */
  without: z.array(z.enum(NOTE_ABLATIONS)).exactOptional(),
  /** Blocks of a Transformer decoder of `layerSizes[0]` units, `attentionSize` of them a head's, in place of the LSTM; absent = LSTM. */
  blocks: z.int().min(1).max(64).exactOptional(),
  /** Whether it hears another voice and plays with it; absent = it plays alone. */
  secondVoice: z.literal(true).exactOptional(),
})

/** Everything that decides the shape of a model. */
export const modelSpecSchema = z.discriminatedUnion('encoding', [stepModelSchema, noteModelSchema])
