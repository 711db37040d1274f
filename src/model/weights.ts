import { melodyEncoding } from '../dataset/encoding.ts'
import { mulberry32, seedFrom } from '../support/random.ts'
import { attentionOf, isNoteModel, type ModelSpec, type NamedTensor, type Weights } from '../config/modelSpec.ts'
import { noteParameterShapes } from './notes/noteParameters.ts'
import type { ParameterShape } from './parameterShape.ts'
import { itemAt } from '../support/itemAt.ts'

/**
 * Name and shape of every tensor of a model, in the order of `Weights`.
 * @example parameterShapes({ encoding: 'mono', layerSizes: [128, 128], attentionLength: 0 })[0] // lstm_0/kernel [258, 512]
 */
export function parameterShapes(spec: ModelSpec): ParameterShape[] {
  if (isNoteModel(spec)) return noteParameterShapes(spec)
  const { inputSize, classes } = melodyEncoding(spec.encoding)
  const layers = spec.layerSizes.flatMap((units, n) => {
    const inputs = n === 0 ? inputSize : itemAt(spec.layerSizes, n - 1)
    return [
      { name: `lstm_${n}/kernel`, shape: [inputs + units, 4 * units] },
      { name: `lstm_${n}/bias`, shape: [4 * units] },
    ]
  })
  const last = spec.layerSizes.at(-1) ?? inputSize
  return [
    ...layers,
    { name: 'output/kernel', shape: [last, classes] },
    { name: 'output/bias', shape: [classes] },
    ...(spec.attentionLength > 0 ? attentionShapes(inputSize, spec.layerSizes[0] ?? 0) : []),
  ]
}

function attentionShapes(inputs: number, units: number): ParameterShape[] {
  return [
    { name: 'attention/input/kernel', shape: [inputs + units, inputs] },
    { name: 'attention/input/bias', shape: [inputs] },
    { name: 'attention/w', shape: [units, units] },
    { name: 'attention/v', shape: [units] },
    { name: 'attention/query/kernel', shape: [2 * units, units] },
    { name: 'attention/query/bias', shape: [units] },
    { name: 'attention/output/kernel', shape: [2 * units, units] },
    { name: 'attention/output/bias', shape: [units] },
  ]
}

/**
 * Fresh weights: Glorot-uniform matrices, zero biases, and 1 for the bias of the forget gates (Magenta's graph adds that
 * 1 at run time). The same seed gives the same weights on every machine.
 */
export function initialWeights(spec: ModelSpec, seed: number): Weights {
  const entries = parameterShapes(spec).map(({ name, shape }): [string, NamedTensor] => {
    if (name.endsWith('bias')) return [name, biasTensor(name, shape)]
    const random = mulberry32(seedFrom(seed, 'initial weights', name))
    const limit = Math.sqrt(6 / (itemAt(shape, 0) + itemAt(shape, -1)))
    return [name, { shape, data: Float32Array.from({ length: size(shape) }, () => (2 * random.next() - 1) * limit) }]
  })
  return Object.fromEntries(entries)
}

function biasTensor(name: string, shape: readonly number[]): NamedTensor {
  const data = new Float32Array(size(shape))
  const units = data.length / 4
  if (name.startsWith('lstm_')) data.fill(1, units, 2 * units)
  return { shape, data }
}

/** Why `weights` are not those of a model of this `spec`, in a few words; null when they are. */
export function weightsProblem(spec: ModelSpec, weights: Weights): string | null {
  for (const { name, shape } of parameterShapes(spec)) {
    const tensor = weights[name]
    if (tensor === undefined) return `tensor "${name}" is missing`
    if (tensor.shape.join() !== shape.join() || tensor.data.length !== size(shape))
      return `tensor "${name}" has shape [${tensor.shape.join(', ')}], a ${describe(spec)} needs [${shape.join(', ')}]`
    if (!tensor.data.every(Number.isFinite)) return `tensor "${name}" holds a value that is not a finite number`
  }
  return null
}

/** Tensors of the same names and shapes, all zero. */
export function zerosLike(weights: Weights): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }]),
  )
}

/** A copy that shares nothing with `weights`. */
export function copyWeights(weights: Weights): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  )
}

function describe(spec: ModelSpec): string {
  const size = attentionOf(spec)
  const attention = size > 0 ? `, attention ${size}` : ''
  return `${spec.encoding} model of ${spec.layerSizes.join(' + ')} units${attention}`
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}
