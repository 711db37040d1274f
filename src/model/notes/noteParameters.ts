import { DISTANCE_KINDS, endingWidth, inputWidth } from '../../dataset/noteBatches.ts'
import { NOTE_INPUTS } from '../../dataset/noteInputs.ts'
import { MEETINGS } from '../../dataset/otherVoice.ts'
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
    { name: 'next/kernel', shape: [units + endingWidth(spec.secondVoice ?? false), units] },
    { name: 'next/bias', shape: [units] },
    { name: 'rest/kernel', shape: [units, 1] },
    { name: 'rest/bias', shape: [1] },
    { name: 'interval/kernel', shape: [units, INTERVAL_CLASSES] },
    { name: 'interval/bias', shape: [INTERVAL_CLASSES] },
    ...(spec.secondVoice ? meetShapes(units) : []),
  ]
}

/** How much likelier a token ends where the other voice does this or that. */
const meetShapes = (units: number): ParameterShape[] => [
  { name: 'meet/kernel', shape: [units, MEETINGS] },
  { name: 'meet/bias', shape: [MEETINGS] },
]

function lstmShapes(spec: NoteModelSpec, units: number): ParameterShape[] {
  const { layerSizes, attentionSize } = spec
  const inputs = inputWidth(spec.secondVoice ?? false)
  return [
    ...layerSizes.flatMap((size, n) => [
      { name: `lstm_${n}/kernel`, shape: [(layerSizes[n - 1] ?? inputs) + size, 4 * size] },
      { name: `lstm_${n}/bias`, shape: [4 * size] },
    ]),
    ...(attentionSize > 0 ? attentionShapes({ units, size: attentionSize, inputs }) : []),
  ]
}

interface AttentionSizes {
  readonly units: number
  readonly size: number
  readonly inputs: number
}

function attentionShapes({ units, size, inputs }: AttentionSizes): ParameterShape[] {
  return [
    { name: 'attention/query/kernel', shape: [units, size] },
    { name: 'attention/key/kernel', shape: [units, size] },
    { name: 'attention/value/kernel', shape: [units + inputs, units] },
    { name: 'attention/value/bias', shape: [units] },
    // One number for each kind of distance but the masked one.
    { name: 'attention/distance/bias', shape: [DISTANCE_KINDS - 1] },
    { name: 'attention/output/kernel', shape: [2 * units, units] },
    { name: 'attention/output/bias', shape: [units] },
  ]
}
