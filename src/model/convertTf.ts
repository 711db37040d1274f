import type { StepModelSpec, NamedTensor, Weights } from '../config/modelSpec.ts'
import { parameterShapes } from './weights.ts'
import { itemAt } from '../support/itemAt.ts'

const ATTENTION_CELL = 'rnn/multi_rnn_cell/cell_0/attention_cell_wrapper'
const ATTENTION_NAMES: Readonly<Record<string, string>> = {
  'attention/input/kernel': `${ATTENTION_CELL}/kernel`,
  'attention/input/bias': `${ATTENTION_CELL}/bias`,
  'attention/w': `${ATTENTION_CELL}/attention/attn_w`,
  'attention/v': `${ATTENTION_CELL}/attention/attn_v`,
  'attention/query/kernel': `${ATTENTION_CELL}/attention/kernel`,
  'attention/query/bias': `${ATTENTION_CELL}/attention/bias`,
  'attention/output/kernel': `${ATTENTION_CELL}/attn_output_projection/kernel`,
  'attention/output/bias': `${ATTENTION_CELL}/attn_output_projection/bias`,
}

/** The name Magenta's graph gives the variable that our tensor `name` holds. */
export function tfName(spec: StepModelSpec, name: string): string {
  if (name === 'output/kernel') return 'fully_connected/weights'
  if (name === 'output/bias') return 'fully_connected/biases'
  const lstm = /^lstm_(\d+)\/(kernel|bias)$/.exec(name)
  if (lstm === null) return ATTENTION_NAMES[name] ?? name
  const [, layer, part] = lstm
  const wrapper = layer === '0' && spec.attentionLength > 0 ? '/attention_cell_wrapper' : ''
  return `rnn/multi_rnn_cell/cell_${layer}${wrapper}/basic_lstm_cell/${part}`
}

/**
 * Weights of Magenta's graph by TensorFlow variable name (BasicLSTMCell: gates i, j, f, o, forget bias 1 added when it
 * runs) as ours. For gradients and optimizer slots, which have no such bias, say `forgetBias: 0`.
 * @throws Error that names a variable that is missing or has another size.
 */
export function fromTf(spec: StepModelSpec, variables: Weights, forgetBias = 1): Weights {
  const entries = parameterShapes(spec).map(({ name, shape }): [string, NamedTensor] => {
    const variable = variables[tfName(spec, name)]
    if (variable === undefined) throw new Error(`variable "${tfName(spec, name)}" is missing`)
    const values = shape.reduce((product, size) => product * size, 1)
    if (variable.data.length !== values)
      throw new Error(`variable "${tfName(spec, name)}" has ${variable.data.length} values, ${values} expected`)
    return [name, { shape, data: convert(name, { shape, data: variable.data }, forgetBias) }]
  })
  return Object.fromEntries(entries)
}

/** Our weights as Magenta's graph names and lays them out: the inverse of `fromTf`. */
export function toTf(spec: StepModelSpec, weights: Weights, forgetBias = 1): Weights {
  const entries = Object.entries(weights).map(([name, { shape, data }]): [string, NamedTensor] => {
    const tfShape = name === 'attention/w' ? [1, 1, ...shape] : shape
    // The bias comes off before the blocks move: ours has it in the second block, TensorFlow's in the third.
    const plain = isBias(name) ? shiftForget(data, -forgetBias) : data
    return [tfName(spec, name), { shape: tfShape, data: convert(name, { shape, data: plain }, 0) }]
  })
  return Object.fromEntries(entries)
}

/** Blocks of columns in their new order, and the forget bias added to the second of a bias. */
function convert(name: string, { shape, data }: NamedTensor, forgetBias: number): Float32Array {
  if (!name.startsWith('lstm_')) return data.slice()
  const moved = swapGates(data, itemAt(shape, -1))
  return isBias(name) ? shiftForget(moved, forgetBias) : moved
}

function isBias(name: string): boolean {
  return name.startsWith('lstm_') && name.endsWith('/bias')
}

function shiftForget(data: Float32Array, amount: number): Float32Array {
  const units = data.length / 4
  return data.map((value, i) => (i >= units && i < 2 * units ? value + amount : value))
}

/** TensorFlow's columns i, j, f, o as i, f, c (its j), o; and, a swap being its own inverse, ours as TensorFlow's. */
function swapGates(data: Float32Array, width: number): Float32Array {
  const units = width / 4
  return data.map((_, i) => {
    const column = i % width
    const gate = Math.floor(column / units)
    const shift = gate === 1 ? units : gate === 2 ? -units : 0
    return itemAt(data, i + shift)
  })
}
