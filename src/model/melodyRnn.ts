import type * as tfjs from '@tensorflow/tfjs'
import { type Batch, type Sequence, groupsOfAtMost, inGroups, makeBatch } from '../dataset/batches.ts'
import { type MelodyEncoding, melodyEncoding } from '../dataset/encoding.ts'
import { type AttentionOptions, ATTENTION_LAYER, attentionBackward, attentionForward } from './attentionKernels.ts'
import type { Backend } from './backend.ts'
import { type Dropout, dropoutOf, NO_DROPOUT } from './dropout.ts'
import { gradientsOfGroups, type PassSums } from './gradientsOfGroups.ts'
import { type LstmKernels, type LstmTape, lstmKernels } from './lstmKernels.ts'
import { addSums, NO_SUMS, sumsOf, sumsOfEach } from './metricSums.ts'
import { type PickedRows, pickRows, spreadGradients } from './pickedRows.ts'
import { matrixNamed, named, type Tensors, tidied, upload, vectorNamed } from './tensors.ts'
import type { TrainableNetwork } from './trainableNetwork.ts'
import { isResidual, type StepModelSpec, type NamedTensor, type Weights } from '../config/modelSpec.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

type Tensor1D = tfjs.Tensor1D
type Tensor2D = tfjs.Tensor2D
type Tensor3D = tfjs.Tensor3D

/** A network that reads steps, on a backend. Weights stay plain arrays: each call uploads them and leaves no tensor. */
export interface MelodyRnn extends TrainableNetwork {
  readonly encoding: MelodyEncoding
  /** Scores of every class [steps * sequences, classes]: row t * sequences + b is step t of the b-th one. */
  logits(weights: Weights, sequences: readonly Sequence[]): Float32Array
  /**
   * Gradients of any other function of the logits, without dropout: `gradientOf` is given the logits of all sequences, as
   * one batch, and gives that function's gradient by each of them.
   */
  backpropagate(
    weights: Weights,
    sequences: readonly Sequence[],
    gradientOf: (logits: Float32Array, batch: Batch) => Float32Array,
  ): Record<string, NamedTensor>
}

/**
 * Rows (steps x sequences) computed at once: 11 KB each at the study's size, so that a training with a large data set stays
 * under 1.2 GB, all threads together; wider than 24 melodies of 512 steps gains little. What attention keeps is larger a row.
 */
const MAX_ROWS = 24_576
const MAX_ROWS_ATTENTION = 2_048

/** Options of the network. */
export interface MelodyRnnOptions {
  /** Added to the forget gates' sums at run time; 0 where the weights hold it, as ours do. */
  readonly forgetBias?: number
  /** How many of these networks compute at the same time and share the memory of one. */
  readonly sharers?: number
}

/**
 * The LSTM melody model (Magenta's events_rnn graph): stacked LSTM layers, the first with attention where the spec says
 * so, dropout on each layer's output, one dense layer of logits; loss = masked mean cross-entropy. Our weights hold the
 * forget bias; Magenta's add it at run time: say `forgetBias` 1 for weights that are to stay theirs to the last bit.
 */
export function melodyRnn(backend: Backend, spec: StepModelSpec, options: MelodyRnnOptions = {}): MelodyRnn {
  const { forgetBias = 0, sharers = 1 } = options
  const { tf } = backend
  const encoding = melodyEncoding(spec.encoding)
  const attention = { length: spec.attentionLength, forgetBias }
  const network: Network = { tf, spec, kernels: lstmKernels(backend, forgetBias), attention }
  const keepAll = spec.attentionLength > 0 // attention mixes the inputs before the layer
  const maxRows = Math.floor((spec.attentionLength > 0 ? MAX_ROWS_ATTENTION : MAX_ROWS) / sharers)
  const batchOf = (sequences: readonly Sequence[]) => makeBatch(encoding, sequences, keepAll)

  return {
    encoding,
    sizeOf: ({ length }) => length,
    logits: (weights, sequences) =>
      tidied(tf, () => {
        const batch = batchOf(sequences)
        const picked = pickRows(weights, kernelRowsOf(batch, encoding, weights))
        return forward(network, upload(tf, picked), batch, NO_DROPOUT).logits.dataSync<'float32'>()
      }),
    measure(weights, sequences, dropout) {
      return groupsOfAtMost(sequences, maxRows)
        .map((group, part) => measureBatch(network, weights, batchOf(group), dropoutOf(dropout, 'part', part), sumsOf))
        .reduce(addSums, NO_SUMS)
    },
    measureEach: (weights, sequences, dropout) =>
      inGroups(sequences, maxRows, (group, part) =>
        measureBatch(network, weights, batchOf(group), dropoutOf(dropout, 'part', part), sumsOfEach),
      ),
    stepProbabilities: (weights, sequences) =>
      inGroups(sequences, maxRows, (group) => {
        const losses = measureBatch(network, weights, batchOf(group), NO_DROPOUT, (_, each) => Float64Array.from(each))
        return group.map(({ length }, n) =>
          Float64Array.from({ length }, (_, t) => Math.exp(-itemAt(losses, t * group.length + n))),
        )
      }),
    gradients: (weights, sequences, dropout) =>
      gradientsOfGroups({ weights, sequences }, groupsOfAtMost(sequences, maxRows), (group, part, valid) =>
        gradientsOfBatch(network, weights, batchOf(group), dropoutOf(dropout, 'part', part), { encoding, valid }),
      ),
    backpropagate(weights, sequences, gradientOf) {
      const batch = batchOf(sequences)
      const found = tidied(tf, () => {
        const rows = kernelRowsOf(batch, encoding, weights)
        const tensors = upload(tf, pickRows(weights, rows))
        const pass = forward(network, tensors, batch, NO_DROPOUT)
        const gradient = gradientOf(pass.logits.dataSync<'float32'>(), batch)
        const byLogits = tf.tensor2d(gradient, pass.logits.shape)
        return spreadGradients(backward(network, tensors, pass, byLogits), rows, weights)
      })
      return Object.fromEntries(
        Object.entries(weights).map(([name, { shape }]) => [name, { shape, data: propertyOf(found, name) }]),
      )
    },
  }
}

interface Network {
  readonly tf: typeof tfjs
  readonly spec: StepModelSpec
  readonly kernels: LstmKernels
  readonly attention: AttentionOptions
}

interface Layer {
  readonly input: Tensor3D
  /** What the LSTM kernels keep; null in the attention layer, which goes forward again on its way back. */
  readonly tape: LstmTape | null
  /** Null where nothing is dropped. */
  readonly dropout: Dropout | null
}

interface Forward {
  readonly layers: readonly Layer[]
  /** Output of the last layer after dropout [rows, units]. */
  readonly top: Tensor2D
  readonly logits: Tensor2D
}

function forward({ tf, spec, kernels, attention }: Network, tensors: Tensors, batch: Batch, dropout: Dropout): Forward {
  const { steps, size, inputs } = batch
  const layers: Layer[] = []
  let signal = tf.tensor3d(inputs, [steps, size, inputs.length / (steps * size)])
  spec.layerSizes.forEach((_, n) => {
    const attends = n === 0 && spec.attentionLength > 0
    const tape = attends ? null : kernels.forward(signal, ...layerTensors(tensors, n))
    const output = tape?.hidden ?? attentionForward(tf, signal, attentionTensors(tensors), attention)
    const dropped = forLayer(dropout, n)
    layers.push({ input: signal, tape, dropout: dropped })
    const kept = dropped === null ? output : kernels.dropout(output, dropped)
    signal = isResidual(spec, n) ? kept.add(signal) : kept
  })
  const top = signal.reshape<Tensor2D>([steps * size, -1])
  const logits = kernels
    .product(top, matrixNamed(tensors, 'output/kernel'))
    .add<Tensor2D>(named(tensors, 'output/bias'))
  return { layers, top, logits }
}

function backward(network: Network, tensors: Tensors, pass: Forward, logitsGradient: Tensor2D): Tensors {
  const { tf, spec, kernels, attention } = network
  const gradients: Record<string, tfjs.Tensor> = {
    'output/kernel': kernels.product(pass.top, logitsGradient, true),
    'output/bias': logitsGradient.sum(0),
  }
  const rows = kernels.product(logitsGradient, matrixNamed(tensors, 'output/kernel'), false, true)
  const { steps, size } = sizeOf(pass)
  let signal = rows.reshape<Tensor3D>([steps, size, -1])
  for (let n = pass.layers.length - 1; n >= 0; n--) {
    const { input, tape, dropout } = itemAt(pass.layers, n)
    const outputGradient = dropout === null ? signal : kernels.dropout(signal, dropout)
    if (tape === null) {
      const found = attentionBackward(tf, input, attentionTensors(tensors), attention, outputGradient)
      ATTENTION_LAYER.forEach((name, i) => (gradients[name] = itemAt(found, i)))
    } else {
      const found = kernels.backward(tape, ...layerTensors(tensors, n), outputGradient, n > 0)
      gradients[`lstm_${n}/kernel`] = found.kernel
      gradients[`lstm_${n}/bias`] = found.bias
      if (found.input !== null) signal = isResidual(spec, n) ? found.input.add(signal) : found.input
    }
  }
  return gradients
}

function sizeOf({ layers }: Forward): { steps: number; size: number } {
  const [steps, size] = itemAt(layers, 0).input.shape
  return { steps, size }
}

function measureBatch<Sums>(
  network: Network,
  weights: Weights,
  batch: Batch,
  dropout: Dropout,
  sum: (batch: Batch, losses: ArrayLike<number>, predicted: ArrayLike<number>, defaultLabel: number) => Sums,
): Sums {
  const { tf, kernels, spec } = network
  const encoding = melodyEncoding(spec.encoding)
  return tidied(tf, () => {
    const picked = pickRows(weights, kernelRowsOf(batch, encoding, weights))
    const { logits } = forward(network, upload(tf, picked), batch, dropout)
    const { losses, predicted } = kernels.loss(logits, tf.tensor1d(batch.labels, 'int32'), tf.tensor1d(batch.mask))
    return sum(batch, losses.dataSync(), predicted.dataSync(), encoding.defaultEventLabel)
  })
}

function gradientsOfBatch(
  network: Network,
  weights: Weights,
  batch: Batch,
  dropout: Dropout,
  { encoding, valid }: { encoding: MelodyEncoding; valid: number },
): PassSums {
  const { tf, kernels } = network
  return tidied(tf, () => {
    const kernelRows = kernelRowsOf(batch, encoding, weights)
    const tensors = upload(tf, pickRows(weights, kernelRows))
    const pass = forward(network, tensors, batch, dropout)
    const rowWeights = tf.tensor1d(batch.mask.map((counts) => counts / valid))
    const labels = tf.tensor1d(batch.labels, 'int32')
    const { losses, predicted, gradient } = kernels.loss(pass.logits, labels, rowWeights)
    const sums = [sumsOf(batch, losses.dataSync(), predicted.dataSync(), encoding.defaultEventLabel)]
    tf.dispose(pass.logits) // memory sets how wide a batch may be
    return { sums, gradients: spreadGradients(backward(network, tensors, pass, gradient), kernelRows, weights) }
  })
}

const FIRST_KERNEL = 'lstm_0/kernel'

/** Rows of the first kernel that a batch's inputs and the layer's own outputs go to; empty for all of them. */
function kernelRowsOf({ columns }: Batch, { inputSize }: MelodyEncoding, weights: Weights): PickedRows {
  if (columns.length === inputSize) return {}
  const height = itemAt(propertyOf(weights, FIRST_KERNEL).shape, 0)
  return { [FIRST_KERNEL]: [...columns, ...Array.from({ length: height - inputSize }, (_, n) => inputSize + n)] }
}

function forLayer(dropout: Dropout, layer: number): Dropout | null {
  return dropout.keepProbability >= 1 ? null : dropoutOf(dropout, 'layer', layer)
}

function layerTensors(tensors: Tensors, layer: number): [Tensor2D, Tensor1D] {
  return [matrixNamed(tensors, `lstm_${layer}/kernel`), vectorNamed(tensors, `lstm_${layer}/bias`)]
}

function attentionTensors(tensors: Tensors): tfjs.Tensor[] {
  return ATTENTION_LAYER.map((name) => named(tensors, name))
}
