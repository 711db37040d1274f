import { z } from 'zod'
import { ENCODING_NAMES } from './modelSpec.ts'

/** `ModelSpec` as it is stored; apart from it, so that a web page that runs a network loads no schema. */
export const modelSpecSchema = z.object({
  encoding: z.enum(ENCODING_NAMES),
  /** Units of each LSTM layer, from the input on. */
  layerSizes: z.array(z.int().max(8192)),
  /** Steps the first layer attends to (attention_rnn); 0 for none. */
  attentionLength: z.int().max(1024),
  /** True = a layer above the first adds its input to its output where both have the same size; absent = false. */
  residual: z.boolean().exactOptional(),
})
