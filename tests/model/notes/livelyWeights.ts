import type { NoteModelSpec, Weights } from '../../../src/config/modelSpec.ts'
import { copyWeights, initialWeights } from '../../../src/model/weights.ts'

/** Weights large enough for every part to matter, biases too. */
export function livelyWeights(ours: NoteModelSpec): Weights {
  const weights = copyWeights(initialWeights(ours, 5))
  for (const [name, { data }] of Object.entries(weights))
    if (name.endsWith('bias')) data.forEach((value, i) => (data[i] = value + 0.3 * Math.sin(7 * i + name.length)))
  return weights
}
