import { DISTANCE_KINDS } from '../../dataset/noteBatches.ts'
import { NOTE_INPUTS } from '../../dataset/noteInputs.ts'
import type { NoteModelSpec } from '../../config/modelSpec.ts'
import type { ParameterShape } from '../parameterShape.ts'

/** Distances in tokens that have a learnt bias of their own; farther ones share the last. */
export const NEAR_TOKENS = 64

/** Units of a Transformer, and how many heads share them. */
export function transformerSizes({ layerSizes, attentionSize }: NoteModelSpec): { units: number; heads: number } {
  const [units = 0] = layerSizes
  return { units, heads: Math.floor(units / attentionSize) }
}

/** Name and shape of every tensor of a Transformer below the heads, in the order of its weights. */
export function transformerShapes(spec: NoteModelSpec): ParameterShape[] {
  const { units, heads } = transformerSizes(spec)
  const matrix = (name: string, rows: number, columns: number): ParameterShape[] => [
    { name: `${name}/kernel`, shape: [rows, columns] },
    { name: `${name}/bias`, shape: [columns] },
  ]
  const norm = (name: string): ParameterShape[] => [
    { name: `${name}/gain/bias`, shape: [units] },
    { name: `${name}/bias`, shape: [units] },
  ]
  const blocks = Array.from({ length: spec.blocks ?? 0 }, (_, n) => [
    ...norm(`block_${n}/norm_0`),
    ...['query', 'key', 'value', 'output'].flatMap((name) => matrix(`block_${n}/${name}`, units, units)),
    { name: `block_${n}/distance/bias`, shape: [DISTANCE_KINDS - 1, heads] },
    { name: `block_${n}/near/bias`, shape: [NEAR_TOKENS, heads] },
    ...norm(`block_${n}/norm_1`),
    ...matrix(`block_${n}/up`, units, 4 * units),
    ...matrix(`block_${n}/down`, 4 * units, units),
  ])
  return [...matrix('embedding', NOTE_INPUTS, units), ...blocks.flat(), ...norm('norm')]
}
