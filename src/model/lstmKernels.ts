import { createRequire } from 'node:module'
import type * as tfjs from '@tensorflow/tfjs'
import type { Backend } from './backend.js'

type Tensor1D = tfjs.Tensor1D
type Tensor2D = tfjs.Tensor2D
type Tensor3D = tfjs.Tensor3D

/** What a forward pass leaves for the backward pass. Tensors live until the surrounding `tf.tidy` ends. */
export interface LstmTape {
  readonly input: Tensor3D
  /** Output of each step [steps, batch, units]. */
  readonly hidden: Tensor3D
  /** Whatever else the kernel needs to go back. */
  readonly kept: readonly tfjs.Tensor[]
}

export interface LstmGradients {
  /** Computed when asked for: below the first layer nobody does. */
  readonly input: () => Tensor3D
  readonly kernel: Tensor2D
  readonly bias: Tensor1D
}

/**
 * One LSTM layer over whole sequences, time-major, from a zero state; gates in the order i, f, c, o, the forget bias part
 * of the bias, no peepholes, no cell clipping; and the loss behind the last layer. Call inside `tf.tidy`.
 */
export interface LstmKernels {
  forward(input: Tensor3D, kernel: Tensor2D, bias: Tensor1D): LstmTape
  backward(tape: LstmTape, kernel: Tensor2D, bias: Tensor1D, hiddenGradient: Tensor3D): LstmGradients
  /** Cross-entropy in nats of each row of logits [rows, classes], and its gradient by the logits. */
  crossEntropy(logits: Tensor2D, labels: Tensor1D): { losses: Tensor1D; gradient: Tensor2D }
}

/**
 * TensorFlow's fused kernels on the native backend, the same arithmetic in public operations on the others, or where a
 * `forgetBias` that is not part of the bias is to be added to the forget gates' sums.
 */
export function lstmKernels(backend: Backend, forgetBias = 0): LstmKernels {
  const portable = portableKernels(backend.tf, forgetBias)
  if (backend.kind !== 'native') return portable
  const native = nativeKernels(backend.tf)
  return forgetBias === 0 ? native : { ...portable, crossEntropy: native.crossEntropy }
}

/** The part of tfjs-node's backend that runs an operation TensorFlow.js has no function for. */
interface NativeBackend {
  readonly binding: NativeBinding
  getInputTensorIds(tensors: readonly unknown[]): number[]
  createOutputTensor(metadata: unknown): tfjs.Tensor
}

interface NativeBinding {
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_FLOAT: number
  executeOp(name: string, attributes: readonly unknown[], inputIds: readonly number[], outputs: number): unknown[]
  deleteTensor(id: number): void
}

function nativeKernels(tf: typeof tfjs): LstmKernels {
  const backend = tf.backend() as unknown as NativeBackend
  const { binding } = backend
  const float = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  const noPeepholes = { name: 'use_peephole', type: binding.TF_ATTR_BOOL, value: false }
  const noClipping = { name: 'cell_clip', type: binding.TF_ATTR_FLOAT, value: 0 }

  const run = (name: string, attributes: readonly unknown[], ids: readonly number[], outputs: number): tfjs.Tensor[] =>
    binding.executeOp(name, attributes, ids, outputs).map((result) => backend.createOutputTensor(result))
  const layerInputs = (input: Tensor3D, kernel: Tensor2D, bias: Tensor1D): tfjs.Tensor[] => {
    const units = bias.shape[0] / 4
    const state = tf.zeros([input.shape[1], units])
    const peephole = tf.zeros([units])
    return [input, state, state, kernel, peephole, peephole, peephole, bias]
  }

  /** Gradients by the cell state before a step and by its gates' sums [batch, 4 * units], in the order i, c, f, o. */
  const cellGradient = (inputs: readonly tfjs.Tensor[]): [Tensor2D, Tensor2D] => {
    const [state, sums] = run('LSTMBlockCellGrad', [noPeepholes, float], backend.getInputTensorIds(inputs), 5)
    return [state as Tensor2D, sums as Tensor2D]
  }

  return {
    forward(input, kernel, bias) {
      const inputs = layerInputs(input, kernel, bias)
      // TensorFlow wants the number of steps as an int64 scalar, which the tensor engine neither has nor frees.
      const ids = backend.getInputTensorIds([int64Scalar(input.shape[0]), ...inputs])
      const kept = run('BlockLSTMV2', [noClipping, noPeepholes, float], ids, 7)
      binding.deleteTensor(ids[0]!)
      return { input, hidden: kept[6] as Tensor3D, kept }
    },
    backward: (tape, kernel, bias, hiddenGradient) =>
      blockBackward(tf, cellGradient, tape, kernel, bias, hiddenGradient),
    crossEntropy(logits, labels) {
      const labelType = { name: 'Tlabels', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 }
      const ids = backend.getInputTensorIds([logits, labels])
      const [losses, gradient] = run('SparseSoftmaxCrossEntropyWithLogits', [float, labelType], ids, 2)
      return { losses: losses as Tensor1D, gradient: gradient as Tensor2D }
    },
  }
}

type CellGradient = (inputs: readonly tfjs.Tensor[]) => [Tensor2D, Tensor2D]

/**
 * Back through BlockLSTMV2 step by step, for the gates' sums alone; the kernel's gradient is then one product over all
 * steps. (BlockLSTMGradV2 adds a product of one step's few rows to the whole kernel, step after step: a third slower.)
 */
function blockBackward(
  tf: typeof tfjs,
  cellGradient: CellGradient,
  { input, hidden, kept }: LstmTape,
  kernel: Tensor2D,
  bias: Tensor1D,
  hiddenGradient: Tensor3D,
): LstmGradients {
  const [steps, batch, units] = hidden.shape
  const inputs = input.shape[2]
  const zero = tf.zeros([batch, units]) as Tensor2D
  const peephole = tf.zeros([units])
  const byStep = (tensor: tfjs.Tensor): Tensor2D[] => tf.unstack(tensor) as Tensor2D[]
  const [i, cell, f, o, candidate, squashed] = kept.slice(0, 6).map(byStep) as [
    Tensor2D[],
    Tensor2D[],
    Tensor2D[],
    Tensor2D[],
    Tensor2D[],
    Tensor2D[],
  ]
  const fromAbove = byStep(hiddenGradient)
  const rows = byStep(input)
  const before = byStep(hidden)
  const ordered = otherGateOrder(tf, kernel)
  const recurrent = ordered.slice([inputs, 0], [units, 4 * units]).transpose<Tensor2D>()
  const sums: Tensor2D[] = []
  let dCell = zero
  let dHidden: Tensor2D | null = null
  for (let t = steps - 1; t >= 0; t--) {
    const above = fromAbove[t]!
    const dOutput: Tensor2D = dHidden === null ? above : above.add(dHidden)
    const state = [t === 0 ? zero : cell[t - 1]!, t === 0 ? zero : before[t - 1]!]
    const gates = [i[t]!, cell[t]!, f[t]!, o[t]!, candidate[t]!, squashed[t]!]
    const [dBefore, dSums] = cellGradient([
      ...[rows[t]!, ...state, kernel, peephole, peephole, peephole, bias],
      ...[...gates, dCell, dOutput],
    ])
    dCell = dBefore
    if (t > 0) dHidden = tf.matMul<Tensor2D>(dSums, recurrent)
    sums.unshift(dSums)
  }
  const dSums = tf.concat(sums, 0) as Tensor2D // [steps * batch, 4 * units]
  // A column of ones, whose product is the bias's gradient.
  const ones = tf.ones([steps * batch, 1]) as Tensor2D
  const flat = input.reshape([steps * batch, inputs]) as Tensor2D
  const seen = tf.concat([flat, previous(tf, hidden), ones], 1)
  const both = otherGateOrder(tf, tf.matMul(seen, dSums, true))
  return {
    input: () => tf.matMul(dSums, ordered.slice([0, 0], [inputs, 4 * units]), false, true).reshape(input.shape),
    kernel: both.slice([0, 0], [inputs + units, 4 * units]),
    bias: both.slice([inputs + units, 0], [1, 4 * units]).reshape([4 * units]),
  }
}

/** Outputs of the step before each, zeros before the first [steps * batch, units]. */
function previous(tf: typeof tfjs, hidden: Tensor3D): Tensor2D {
  const [steps, batch, units] = hidden.shape
  const first = tf.zeros([1, batch, units]) as Tensor3D
  const shifted = steps === 1 ? first : tf.concat([first, hidden.slice([0, 0, 0], [steps - 1, batch, units])], 0)
  return shifted.reshape([steps * batch, units])
}

/** Columns of the gates i, f, c, o as i, c, f, o, and the other way round. */
function otherGateOrder(tf: typeof tfjs, tensor: Tensor2D): Tensor2D {
  const [i, second, third, o] = tf.split(tensor, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D]
  return tf.concat([i, third, second, o], 1)
}

const require = createRequire(import.meta.url)

function int64Scalar(value: number): unknown {
  const { Int64Scalar } = require('@tensorflow/tfjs-node/dist/int64_tensors') as {
    Int64Scalar: new (value: number) => unknown
  }
  return new Int64Scalar(value)
}

/** Backpropagation through time written out in public operations: runs on every backend. */
function portableKernels(tf: typeof tfjs, forgetBias: number): LstmKernels {
  return {
    forward: (input, kernel, bias) => portableForward(tf, input, kernel, bias, forgetBias),
    backward: (tape, kernel, _bias, hiddenGradient) => portableBackward(tf, tape, kernel, hiddenGradient),
    crossEntropy(logits, labels) {
      const logProbabilities = tf.logSoftmax(logits)
      const target = tf.oneHot(labels, logits.shape[1]).cast('float32') as Tensor2D
      const losses = logProbabilities.mul(target).sum(1).neg() as Tensor1D
      return { losses, gradient: logits.softmax().sub(target) }
    },
  }
}

function portableForward(
  tf: typeof tfjs,
  input: Tensor3D,
  kernel: Tensor2D,
  bias: Tensor1D,
  forgetBias: number,
): LstmTape {
  const batch = input.shape[1]
  const units = bias.shape[0] / 4
  let cell = tf.zeros([batch, units]) as Tensor2D
  let hidden = cell
  const kept: tfjs.Tensor[] = []
  const outputs: Tensor2D[] = []
  for (const row of tf.unstack(input) as Tensor2D[]) {
    const seen = tf.concat([row, hidden], 1) as Tensor2D
    const [i, f, c, o] = lstmGates(tf, tf.matMul(seen, kernel).add(bias), forgetBias)
    const before = cell
    cell = before.mul(f).add(i.mul(c))
    const squashed = cell.tanh() as Tensor2D
    hidden = squashed.mul(o)
    kept.push(seen, before, i, f, c, o, squashed)
    outputs.push(hidden)
  }
  return { input, hidden: tf.stack(outputs) as Tensor3D, kept }
}

/** Activations i, f, c, o of the gates' sums [batch, 4 * units]. */
export function lstmGates(
  tf: typeof tfjs,
  sums: Tensor2D,
  forgetBias: number,
): [Tensor2D, Tensor2D, Tensor2D, Tensor2D] {
  const [i, f, c, o] = tf.split(sums, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D]
  return [i.sigmoid(), (forgetBias === 0 ? f : f.add(forgetBias)).sigmoid() as Tensor2D, c.tanh(), o.sigmoid()]
}

function portableBackward(
  tf: typeof tfjs,
  { input, hidden, kept }: LstmTape,
  kernel: Tensor2D,
  hiddenGradient: Tensor3D,
): LstmGradients {
  const inputs = input.shape[2]
  const [steps, batch, units] = hidden.shape
  const fromAbove = tf.unstack(hiddenGradient) as Tensor2D[]
  const inputGradients: Tensor2D[] = []
  let dKernel = tf.zeros(kernel.shape) as Tensor2D
  let dBias = tf.zeros([4 * units]) as Tensor1D
  let dCell = tf.zeros([batch, units]) as Tensor2D
  let dHidden = dCell
  for (let t = steps - 1; t >= 0; t--) {
    const [seen, before, i, f, c, o, squashed] = kept.slice(7 * t, 7 * t + 7) as KeptStep
    dHidden = (fromAbove[t] as Tensor2D).add(dHidden)
    dCell = dCell.add(dHidden.mul(o).mul(oneMinusSquare(squashed)))
    const dSums = tf.concat(
      [
        dCell.mul(c).mul(sigmoidSlope(i)),
        dCell.mul(before).mul(sigmoidSlope(f)),
        dCell.mul(i).mul(oneMinusSquare(c)),
        dHidden.mul(squashed).mul(sigmoidSlope(o)),
      ],
      1,
    ) as Tensor2D
    dCell = dCell.mul(f)
    // Summed a step at a time, last step first, as TensorFlow's loop does: gradients near zero are sums that cancel,
    // and Adam's first step shows their rounding.
    dKernel = dKernel.add<Tensor2D>(tf.matMul(seen, dSums, true))
    dBias = dBias.add<Tensor1D>(dSums.sum(0))
    const dSeen: Tensor2D = tf.matMul(dSums, kernel, false, true)
    dHidden = tf.slice(dSeen, [0, inputs], [-1, units])
    inputGradients.unshift(tf.slice(dSeen, [0, 0], [-1, inputs]))
  }
  return { input: () => tf.stack(inputGradients) as Tensor3D, kernel: dKernel, bias: dBias }
}

type KeptStep = [Tensor2D, Tensor2D, Tensor2D, Tensor2D, Tensor2D, Tensor2D, Tensor2D]

function sigmoidSlope(y: Tensor2D): Tensor2D {
  return y.sub(y.square())
}

function oneMinusSquare(y: Tensor2D): Tensor2D {
  return y.square().neg().add(1)
}
