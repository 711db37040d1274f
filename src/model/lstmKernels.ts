import { createRequire } from 'node:module'
import type * as tfjs from '@tensorflow/tfjs'
import type { Backend } from './backend.ts'
import {
  hasFusedOperations,
  type NativeBackend,
  nativeOperations,
  type NativeBinding,
  type Run,
} from './nativeOperations.ts'
import { type Dropout, dropoutMask, dropoutNumbers } from './dropout.ts'
import { itemAt } from '../support/itemAt.ts'
import { ofSteps, stepsOf } from './tensors.ts'

/** A tensor of one dimension. */
export type Tensor1D = tfjs.Tensor1D
/** A tensor of two dimensions. */
export type Tensor2D = tfjs.Tensor2D
/** A tensor of three dimensions. */
export type Tensor3D = tfjs.Tensor3D

/** What a forward pass leaves for the backward pass. Tensors live until the surrounding `tf.tidy` ends. */
export interface LstmTape {
  readonly input: Tensor3D
  /** Output of each step [steps, batch, units]. */
  readonly hidden: Tensor3D
  /** Whatever else the kernel needs to go back. */
  readonly kept: readonly tfjs.Tensor[]
}

/** Gradients of an LSTM layer. */
export interface LstmGradients {
  /** By the layer's input; null if it was not asked for: below the first layer nobody does. */
  readonly input: Tensor3D | null
  readonly kernel: Tensor2D
  readonly bias: Tensor1D
}

/** Of each row: cross-entropy in nats and likeliest class; and the gradient of the weighted sum of losses by the logits. */
export interface Loss {
  readonly losses: Tensor1D
  readonly predicted: Tensor1D
  readonly gradient: Tensor2D
}

/**
 * One LSTM layer over whole sequences, time-major, from a zero state; gates in the order i, f, c, o, the forget bias part
 * of the bias, no peepholes, no cell clipping; and the loss behind the last layer. Call inside `tf.tidy`.
 */
export interface LstmKernels {
  forward(input: Tensor3D, kernel: Tensor2D, bias: Tensor1D): LstmTape
  backward(
    tape: LstmTape,
    kernel: Tensor2D,
    bias: Tensor1D,
    hiddenGradient: Tensor3D,
    wantsInput: boolean,
  ): LstmGradients
  /** The matrix product of two matrices, either of them transposed first. */
  product(a: Tensor2D, b: Tensor2D, transposeA?: boolean, transposeB?: boolean): Tensor2D
  /** Each unit of a layer's output times 1 / keepProbability or 0; its own gradient too. */
  dropout(values: Tensor3D, dropout: Dropout): Tensor3D
  /** The loss of logits [rows, classes]; see Loss. */
  loss(logits: Tensor2D, labels: Tensor1D, rowWeights: Tensor1D): Loss
}

/**
 * Fused kernels on the native backend (ours, see native/lstmOp.cc; where set-up could not compile them TensorFlow's), the same
 * arithmetic in public operations on the others, or where a `forgetBias` that is not part of the bias is to be added to
 * the forget gates' sums.
 */
export function lstmKernels(backend: Backend, forgetBias = 0): LstmKernels {
  const portable = portableKernels(backend.tf, forgetBias)
  if (backend.kind !== 'native') return portable
  const native = nativeKernels(backend.tf)
  return forgetBias === 0 ? native : { ...native, forward: portable.forward, backward: portable.backward }
}

type Layers = Pick<LstmKernels, 'forward' | 'backward'>

function nativeKernels(tf: typeof tfjs): LstmKernels {
  const { backend, run } = nativeOperations(tf)
  const { binding } = backend
  const float = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  const fused = hasFusedOperations(tf)
    ? ownOperations(tf, binding, run)
    : { ...publicOperations(tf), ...tensorFlowLayers(tf, backend) }
  return {
    ...fused,
    /** Two-dimensional: tf.matMul goes through the batched product, up to a quarter slower on these shapes. */
    product(a, b, transposeA = false, transposeB = false) {
      const attributes = [
        { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: transposeA },
        { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: transposeB },
        float,
      ]
      return run<[Tensor2D]>('MatMul', attributes, [a, b], 1)[0]
    },
  }
}

function ownOperations(tf: typeof tfjs, binding: NativeBinding, run: Run): Omit<LstmKernels, 'product'> {
  return {
    dropout(values, { keepProbability, seed }) {
      const { threshold, kept } = dropoutNumbers(keepProbability)
      const inputs = [values, tf.scalar(seed | 0, 'int32'), tf.scalar(threshold, 'int32'), tf.scalar(kept)]
      return run<[Tensor3D]>('CantusDropout', [], inputs, 1)[0]
    },
    loss(logits, labels, rowWeights) {
      const inputs = [logits, labels, rowWeights]
      const [losses, predicted, gradient] = run<[Tensor1D, Tensor1D, Tensor2D]>('CantusLoss', [], inputs, 3)
      return { losses, predicted, gradient }
    },
    forward(input, kernel, bias) {
      const [hidden, ...kept] = run<[Tensor3D, tfjs.Tensor, tfjs.Tensor]>('CantusLstm', [], [input, kernel, bias], 3)
      return { input, hidden, kept }
    },
    backward({ input, hidden, kept }, kernel, _bias, hiddenGradient, wantsInput) {
      const attribute = { name: 'wants_input', type: binding.TF_ATTR_BOOL, value: wantsInput }
      const inputs = [input, kernel, hidden, ...kept, hiddenGradient]
      const found = run<[Tensor2D, Tensor1D, Tensor3D]>('CantusLstmGrad', [attribute], inputs, 3)
      return { kernel: found[0], bias: found[1], input: wantsInput ? found[2] : null }
    },
  }
}

function tensorFlowLayers(tf: typeof tfjs, backend: NativeBackend): Layers {
  const { binding } = backend
  const float = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  const noPeepholes = { name: 'use_peephole', type: binding.TF_ATTR_BOOL, value: false }
  const noClipping = { name: 'cell_clip', type: binding.TF_ATTR_FLOAT, value: 0 }
  const layerInputs = (input: Tensor3D, kernel: Tensor2D, bias: Tensor1D): tfjs.Tensor[] => {
    const units = bias.shape[0] / 4
    const state = tf.zeros([input.shape[1], units])
    const peephole = tf.zeros([units])
    return [input, state, state, kernel, peephole, peephole, peephole, bias]
  }
  // TensorFlow wants the number of steps as an int64 scalar, which the tensor engine neither has nor frees.
  const runOverSteps = (
    name: string,
    attributes: readonly unknown[],
    inputs: readonly tfjs.Tensor[],
    outputs: number,
  ) => {
    const ids = backend.getInputTensorIds([int64Scalar(itemAt(inputs, 0).shape[0]), ...inputs])
    const results = binding.executeOp(name, attributes, ids, outputs)
    binding.deleteTensor(itemAt(ids, 0))
    return results.map((result) => backend.createOutputTensor(result))
  }
  return {
    forward(input, kernel, bias) {
      const kept = runOverSteps('BlockLSTMV2', [noClipping, noPeepholes, float], layerInputs(input, kernel, bias), 7)
      return { input, hidden: kept[6] as Tensor3D, kept }
    },
    backward({ input, hidden, kept }, kernel, bias, hiddenGradient, wantsInput) {
      const inputs = [...layerInputs(input, kernel, bias), ...kept, tf.zerosLike(hidden), hiddenGradient]
      const found = runOverSteps('BlockLSTMGradV2', [noPeepholes, float], inputs, 8)
      return {
        input: wantsInput ? (found[0] as Tensor3D) : null,
        kernel: found[3] as Tensor2D,
        bias: found[7] as Tensor1D,
      }
    },
  }
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
    product: (a, b, transposeA, transposeB) => tf.matMul(a, b, transposeA, transposeB),
    forward: (input, kernel, bias) => portableForward(tf, input, kernel, bias, forgetBias),
    backward: (tape, kernel, _bias, hiddenGradient, wantsInput) =>
      portableBackward(tf, tape, kernel, hiddenGradient, wantsInput),
    ...publicOperations(tf),
  }
}

function publicOperations(tf: typeof tfjs): Pick<LstmKernels, 'dropout' | 'loss'> {
  return {
    dropout(values, { keepProbability, seed }) {
      return values.mul(tf.tensor3d(dropoutMask(values.size, keepProbability, seed), values.shape))
    },
    loss(logits, labels, rowWeights) {
      const target = tf.oneHot(labels, logits.shape[1]).cast<Tensor2D>('float32')
      const losses = tf.logSoftmax(logits).mul(target).sum<Tensor1D>(1).neg()
      const gradient = logits.softmax().sub(target).mul<Tensor2D>(rowWeights.expandDims(1))
      return { losses, predicted: logits.argMax(1), gradient }
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
  let cell = tf.zeros<tfjs.Rank.R2>([batch, units])
  let hidden = cell
  const kept: tfjs.Tensor[] = []
  const outputs: Tensor2D[] = []
  for (const row of stepsOf(tf, input)) {
    const seen = tf.concat<Tensor2D>([row, hidden], 1)
    const [i, f, c, o] = lstmGates(tf, tf.matMul(seen, kernel).add(bias), forgetBias)
    const before = cell
    cell = before.mul(f).add(i.mul(c))
    const squashed = cell.tanh<Tensor2D>()
    hidden = squashed.mul(o)
    kept.push(seen, before, i, f, c, o, squashed)
    outputs.push(hidden)
  }
  return { input, hidden: ofSteps(tf, outputs), kept }
}

/** Activations i, f, c, o of the gates' sums [batch, 4 * units]. */
export function lstmGates(
  tf: typeof tfjs,
  sums: Tensor2D,
  forgetBias: number,
): [Tensor2D, Tensor2D, Tensor2D, Tensor2D] {
  const gates = tf.split<Tensor2D>(sums, 4, 1)
  const [i, f, c, o] = [itemAt(gates, 0), itemAt(gates, 1), itemAt(gates, 2), itemAt(gates, 3)]
  return [i.sigmoid(), (forgetBias === 0 ? f : f.add<Tensor2D>(forgetBias)).sigmoid(), c.tanh(), o.sigmoid()]
}

function portableBackward(
  tf: typeof tfjs,
  { input, hidden, kept }: LstmTape,
  kernel: Tensor2D,
  hiddenGradient: Tensor3D,
  wantsInput: boolean,
): LstmGradients {
  const inputs = input.shape[2]
  const [steps, batch, units] = hidden.shape
  const fromAbove = stepsOf(tf, hiddenGradient)
  const inputGradients: Tensor2D[] = []
  let dKernel = tf.zeros<tfjs.Rank.R2>(kernel.shape)
  let dBias = tf.zeros<tfjs.Rank.R1>([4 * units])
  let dCell = tf.zeros<tfjs.Rank.R2>([batch, units])
  let dHidden = dCell
  for (let t = steps - 1; t >= 0; t--) {
    const [seen, before, i, f, c, o, squashed] = kept.slice(7 * t, 7 * t + 7) as KeptStep
    dHidden = itemAt(fromAbove, t).add(dHidden)
    dCell = dCell.add(dHidden.mul(o).mul(oneMinusSquare(squashed)))
    const dSums = tf.concat<Tensor2D>(
      [
        dCell.mul(c).mul<Tensor2D>(sigmoidSlope(i)),
        dCell.mul(before).mul<Tensor2D>(sigmoidSlope(f)),
        dCell.mul(i).mul<Tensor2D>(oneMinusSquare(c)),
        dHidden.mul(squashed).mul<Tensor2D>(sigmoidSlope(o)),
      ],
      1,
    )
    dCell = dCell.mul(f)
    // Summed a step at a time, last step first, as TensorFlow's loop does: gradients near zero are sums that cancel,
    // and Adam's first step shows their rounding.
    dKernel = dKernel.add<Tensor2D>(tf.matMul(seen, dSums, true))
    dBias = dBias.add<Tensor1D>(dSums.sum(0))
    const dSeen: Tensor2D = tf.matMul(dSums, kernel, false, true)
    dHidden = tf.slice(dSeen, [0, inputs], [-1, units])
    if (wantsInput) inputGradients.unshift(tf.slice(dSeen, [0, 0], [-1, inputs]))
  }
  return { input: wantsInput ? ofSteps(tf, inputGradients) : null, kernel: dKernel, bias: dBias }
}

type KeptStep = [Tensor2D, Tensor2D, Tensor2D, Tensor2D, Tensor2D, Tensor2D, Tensor2D]

function sigmoidSlope(y: Tensor2D): Tensor2D {
  return y.sub(y.square())
}

function oneMinusSquare(y: Tensor2D): Tensor2D {
  return y.square().neg().add(1)
}
