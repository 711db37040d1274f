import { DISTANCE_KINDS, ENDINGS } from '../../dataset/noteBatches.ts'
import { NOTE_INPUTS } from '../../dataset/noteInputs.ts'
import { INTERVAL_CLASSES, LENGTH_CLASSES } from '../../dataset/tokenClasses.ts'
import type { NoteModelSpec } from '../../config/modelSpec.ts'
import type { ParameterShape } from '../parameterShape.ts'
import { transformerShapes } from '../transformer/transformerParameters.ts'

/** Name and shape of every tensor of a network of notes, in the order of its weights; see `NoteModelSpec`. */
export function noteParameterShapes(spec: NoteModelSpec): ParameterShape[] {
  const units = spec.layerSizes.at(-1) ?? NOTE_INPUTS
  return [
    ...(spec.blocks === undefined ? lstmShapes(spec, units) : transformerShapes(spec)),
    { name: 'length/kernel', shape: [units, LENGTH_CLASSES] },
    { name: 'length/bias', shape: [LENGTH_CLASSES] },
    { name: 'next/kernel', shape: [units + ENDINGS, units] },
    { name: 'next/bias', shape: [units] },
    { name: 'rest/kernel', shape: [units, 1] },
    { name: 'rest/bias', shape: [1] },
    { name: 'interval/kernel', shape: [units, INTERVAL_CLASSES] },
    { name: 'interval/bias', shape: [INTERVAL_CLASSES] },
  ]
}

function lstmShapes({ layerSizes, attentionSize }: NoteModelSpec, units: number): ParameterShape[] {
  return [
    ...layerSizes.flatMap((size, n) => [
      { name: `lstm_${n}/kernel`, shape: [(layerSizes[n - 1] ?? NOTE_INPUTS) + size, 4 * size] },
      { name: `lstm_${n}/bias`, shape: [4 * size] },
    ]),
    ...(attentionSize > 0 ? attentionShapes(units, attentionSize) : []),
  ]
}

function attentionShapes(units: number, size: number): ParameterShape[] {
  return [
    { name: 'attention/query/kernel', shape: [units, size] },
    { name: 'attention/key/kernel', shape: [units, size] },
    { name: 'attention/value/kernel', shape: [units + NOTE_INPUTS, units] },
    { name: 'attention/value/bias', shape: [units] },
    // One number for each kind of distance but the masked one.
    { name: 'attention/distance/bias', shape: [DISTANCE_KINDS - 1] },
    { name: 'attention/output/kernel', shape: [2 * units, units] },
    { name: 'attention/output/bias', shape: [units] },
  ]
}
