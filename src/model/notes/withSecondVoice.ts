import { ENDINGS } from '../../dataset/noteBatches.ts'
import { NOTE_INPUTS } from '../../dataset/noteInputs.ts'
import { MEETINGS, OTHER_INPUTS } from '../../dataset/otherVoice.ts'
import type { NamedTensor, NoteModelSpec, Weights } from '../../config/modelSpec.ts'

/** A network of notes and its weights. */
export interface NoteModel {
  readonly spec: NoteModelSpec
  readonly weights: Weights
}

/**
 * The same network with inputs for another voice, all zero: it predicts what it did before, whatever the other voice does, and
 * learns from there. The weights that are not widened are those given.
 */
export function withSecondVoice({ spec, weights }: NoteModel): NoteModel {
  const units = unitsOf(spec)
  const wide = Object.entries(widenedAt(spec)).flatMap(([name, at]) => {
    const tensor = weights[name]
    return tensor === undefined ? [] : [[name, withRows(tensor, at, OTHER_INPUTS)] as const]
  })
  return {
    spec: { ...spec, secondVoice: true },
    weights: {
      ...weights,
      ...Object.fromEntries(wide),
      'meet/kernel': { shape: [units, MEETINGS], data: new Float32Array(units * MEETINGS) },
      'meet/bias': { shape: [MEETINGS], data: new Float32Array(MEETINGS) },
    },
  }
}

const unitsOf = ({ layerSizes }: NoteModelSpec): number => layerSizes.at(-1) ?? NOTE_INPUTS

/** The row of each widened matrix before which the inputs for the other voice lie. */
function widenedAt(spec: NoteModelSpec): Readonly<Record<string, number>> {
  const units = unitsOf(spec)
  return {
    'lstm_0/kernel': NOTE_INPUTS,
    'attention/value/kernel': units + NOTE_INPUTS,
    'next/kernel': units + ENDINGS,
  }
}

/** Rows of a matrix, from the first up to the second. */
export type Rows = readonly [from: number, to: number]

/**
 * What a second voice has beyond the network it was widened from, by tensor: the rows, or null for the whole tensor. Without
 * another voice none of it is used, so that a network of which this alone has changed plays alone as before, to the last bit.
 */
export function secondVoicePart(spec: NoteModelSpec): ReadonlyMap<string, Rows | null> {
  const rows = Object.entries(widenedAt(spec)).map(([name, at]): [string, Rows] => [name, [at, at + OTHER_INPUTS]])
  return new Map<string, Rows | null>([...rows, ['meet/kernel', null], ['meet/bias', null]])
}

/** A matrix with rows of zeros put in before row `at`. */
function withRows({ shape, data }: NamedTensor, at: number, count: number): NamedTensor {
  const [rows = 0, columns = 0] = shape
  const wide = new Float32Array((rows + count) * columns)
  wide.set(data.subarray(0, at * columns))
  wide.set(data.subarray(at * columns), (at + count) * columns)
  return { shape: [rows + count, columns], data: wide }
}
