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
  readonly input: Tensor3D
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

/** TensorFlow's fused kernels on the native backend, the same arithmetic in public operations on the others. */
export function lstmKernels(backend: Backend): LstmKernels {
  return backend.kind === 'native' ? nativeKernels(backend.tf) : portableKernels(backend.tf)
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

  /** TensorFlow wants the number of steps as an int64 scalar, which the tensor engine neither has nor frees. */
  const overSteps = (name: string, attributes: unknown[], steps: number, inputs: tfjs.Tensor[], outputs: number) => {
    const ids = backend.getInputTensorIds([int64Scalar(steps), ...inputs])
    const results = binding.executeOp(name, attributes, ids, outputs)
    binding.deleteTensor(ids[0] as number)
    return results.map((result) => backend.createOutputTensor(result))
  }
  const layerInputs = (input: Tensor3D, kernel: Tensor2D, bias: Tensor1D): tfjs.Tensor[] => {
    const units = bias.shape[0] / 4
    const state = tf.zeros([input.shape[1], units])
    const peephole = tf.zeros([units])
    return [input, state, state, kernel, peephole, peephole, peephole, bias]
  }

  return {
    forward(input, kernel, bias) {
      const inputs = layerInputs(input, kernel, bias)
      const kept = overSteps('BlockLSTMV2', [noClipping, noPeepholes, float], input.shape[0], inputs, 7)
      return { input, hidden: kept[6] as Tensor3D, kept }
    },
    backward({ input, kept, hidden }, kernel, bias, hiddenGradient) {
      const inputs = [...layerInputs(input, kernel, bias), ...kept, tf.zerosLike(hidden), hiddenGradient]
      const gradients = overSteps('BlockLSTMGradV2', [noPeepholes, float], input.shape[0], inputs, 8)
      return { input: gradients[0] as Tensor3D, kernel: gradients[3] as Tensor2D, bias: gradients[7] as Tensor1D }
    },
    crossEntropy(logits, labels) {
      const labelType = { name: 'Tlabels', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 }
      const ids = backend.getInputTensorIds([logits, labels])
      const results = binding.executeOp('SparseSoftmaxCrossEntropyWithLogits', [float, labelType], ids, 2)
      const [losses, gradient] = results.map((result) => backend.createOutputTensor(result))
      return { losses: losses as Tensor1D, gradient: gradient as Tensor2D }
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
export function portableKernels(tf: typeof tfjs): LstmKernels {
  return {
    forward: (input, kernel, bias) => portableForward(tf, input, kernel, bias),
    backward: (tape, kernel, _bias, hiddenGradient) => portableBackward(tf, tape, kernel, hiddenGradient),
    crossEntropy(logits, labels) {
      const logProbabilities = tf.logSoftmax(logits)
      const target = tf.oneHot(labels, logits.shape[1]).cast('float32') as Tensor2D
      const losses = logProbabilities.mul(target).sum(1).neg() as Tensor1D
      return { losses, gradient: logProbabilities.exp().sub(target) }
    },
  }
}

function portableForward(tf: typeof tfjs, input: Tensor3D, kernel: Tensor2D, bias: Tensor1D): LstmTape {
  const [steps, batch, inputs] = input.shape
  const units = bias.shape[0] / 4
  const inputKernel = kernel.slice([0, 0], [inputs, -1])
  const hiddenKernel = kernel.slice([inputs, 0], [units, -1])
  const fromInput = tf.unstack(
    tf
      .matMul(input.reshape([steps * batch, inputs]), inputKernel)
      .add(bias)
      .reshape([steps, batch, 4 * units]),
  ) as Tensor2D[]
  let cell = tf.zeros([batch, units]) as Tensor2D
  let hidden = cell
  const kept: tfjs.Tensor[] = [cell]
  const outputs: Tensor2D[] = []
  for (const row of fromInput) {
    const [i, f, c, o] = gates(tf, row.add(tf.matMul(hidden, hiddenKernel)))
    cell = f.mul(cell).add(i.mul(c))
    const squashed = cell.tanh() as Tensor2D
    hidden = o.mul(squashed)
    kept.push(i, f, c, o, squashed, cell)
    outputs.push(hidden)
  }
  return { input, hidden: tf.stack(outputs) as Tensor3D, kept }
}

function gates(tf: typeof tfjs, sums: Tensor2D): [Tensor2D, Tensor2D, Tensor2D, Tensor2D] {
  const [i, f, c, o] = tf.split(sums, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D]
  return [i.sigmoid(), f.sigmoid(), c.tanh(), o.sigmoid()]
}

function portableBackward(
  tf: typeof tfjs,
  { input, hidden, kept }: LstmTape,
  kernel: Tensor2D,
  hiddenGradient: Tensor3D,
): LstmGradients {
  const [steps, batch, inputs] = input.shape
  const units = hidden.shape[2]
  const hiddenKernel = kernel.slice([inputs, 0], [units, -1])
  const fromAbove = tf.unstack(hiddenGradient) as Tensor2D[]
  const sumGradients: Tensor2D[] = []
  let dCellNext = tf.zeros([batch, units]) as Tensor2D
  let dHiddenNext = dCellNext
  for (let t = steps - 1; t >= 0; t--) {
    const [cellBefore, i, f, c, o, squashed] = kept.slice(6 * t, 6 * t + 6) as Tensor2D[] as SixGates
    const dHidden = (fromAbove[t] as Tensor2D).add(dHiddenNext) as Tensor2D
    const dCell = dHidden.mul(o).mul(oneMinusSquare(squashed)).add(dCellNext) as Tensor2D
    const dSums = tf.concat(
      [
        dCell.mul(c).mul(sigmoidSlope(i)),
        dCell.mul(cellBefore).mul(sigmoidSlope(f)),
        dCell.mul(i).mul(oneMinusSquare(c)),
        dHidden.mul(squashed).mul(sigmoidSlope(o)),
      ],
      1,
    ) as Tensor2D
    dCellNext = dCell.mul(f)
    dHiddenNext = tf.matMul(dSums, hiddenKernel, false, true)
    sumGradients.unshift(dSums)
  }
  const dSums = tf.concat(sumGradients) as Tensor2D
  const hiddenBefore = tf.concat([tf.zeros([1, batch, units]), hidden.slice(0, steps - 1)]) as Tensor3D
  const seen = tf.concat([input, hiddenBefore], 2).reshape([steps * batch, inputs + units]) as Tensor2D
  return {
    input: tf.matMul(dSums, kernel.slice([0, 0], [inputs, -1]), false, true).reshape([steps, batch, inputs]),
    kernel: tf.matMul(seen, dSums, true),
    bias: dSums.sum(0),
  }
}

type SixGates = [Tensor2D, Tensor2D, Tensor2D, Tensor2D, Tensor2D, Tensor2D]

function sigmoidSlope(y: Tensor2D): Tensor2D {
  return y.sub(y.square())
}

function oneMinusSquare(y: Tensor2D): Tensor2D {
  return y.square().neg().add(1)
}
