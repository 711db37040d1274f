import type * as tfjs from '@tensorflow/tfjs'
import type { Backend } from './backend.ts'
import type { Stepped, Stepper, StepState } from './inference.ts'
import { lstmGates, lstmKernels } from './lstmKernels.ts'
import { isNoteModel, isResidual, type ModelSpec, type Weights } from '../config/modelSpec.ts'
import { openStepper } from './openStepper.ts'
import { tidied, upload, matrixNamed, vectorNamed } from './tensors.ts'
import { itemAt } from '../support/itemAt.ts'

type Tensor2D = tfjs.Tensor2D

/** A network that takes single steps of many sequences at once; `close` frees its weights. */
export interface BatchStepper extends Stepper {
  close(): void
}

/**
 * The network of `openStepper` on a backend: one product a layer for all sequences of a step, so that many beams or
 * melodies cost little more than one. Its logits are those of `openStepper` to 1e-6, not to the last bit, which depends on the
 * library. With attention, and for networks of notes, the steps follow each other.
 */
export function createBatchStepper(backend: Backend, spec: ModelSpec, weights: Weights): BatchStepper {
  const portable = openStepper(spec, weights)
  if (isNoteModel(spec) || spec.attentionLength > 0) return { ...portable, close: () => undefined }
  const { tf } = backend
  const { product } = lstmKernels(backend)
  const tensors = upload(tf, weights)
  const affine = (x: Tensor2D, name: string): Tensor2D =>
    product(x, matrixNamed(tensors, `${name}/kernel`)).add(vectorNamed(tensors, `${name}/bias`))

  const stepMany: Stepper['stepMany'] = (states, inputs) => {
    if (states.length === 0) return []
    return tidied(tf, () => {
      const cells: Tensor2D[] = []
      const outputs: Tensor2D[] = []
      let signal = stacked(tf, inputs)
      for (const n of spec.layerSizes.keys()) {
        const before = stacked(
          tf,
          states.map(({ cells }) => itemAt(cells, n)),
        )
        const hidden = stacked(
          tf,
          states.map(({ outputs }) => itemAt(outputs, n)),
        )
        const [i, f, c, o] = lstmGates(tf, affine(tf.concat<Tensor2D>([signal, hidden], 1), `lstm_${n}`), 0)
        const cell = f.mul<Tensor2D>(before).add<Tensor2D>(i.mul(c))
        const output = o.mul<Tensor2D>(cell.tanh())
        cells.push(cell)
        outputs.push(output)
        signal = isResidual(spec, n) ? output.add(signal) : output
      }
      return unstacked(affine(signal, 'output'), cells, outputs)
    })
  }
  return {
    initialState: (grid) => portable.initialState(grid),
    step: (state, input) => itemAt(stepMany([state], [input]), 0),
    stepMany,
    close: () => tf.dispose(Object.values(tensors)),
  }
}

function stacked(tf: typeof tfjs, rows: readonly Float32Array[]): Tensor2D {
  const width = itemAt(rows, 0).length
  const all = new Float32Array(rows.length * width)
  rows.forEach((row, n) => all.set(row, n * width))
  return tf.tensor2d(all, [rows.length, width])
}

function unstacked(logits: Tensor2D, cells: readonly Tensor2D[], outputs: readonly Tensor2D[]): Stepped[] {
  const rowsOf = (tensor: Tensor2D): ((row: number) => Float32Array) => {
    const [values, width] = [tensor.dataSync<'float32'>(), tensor.shape[1]]
    return (row) => values.slice(row * width, (row + 1) * width)
  }
  const [logitsOf, cellsOf, outputsOf] = [rowsOf(logits), cells.map(rowsOf), outputs.map(rowsOf)]
  return Array.from({ length: logits.shape[0] }, (_, row): Stepped => {
    const state: StepState = {
      cells: cellsOf.map((of) => of(row)),
      outputs: outputsOf.map((of) => of(row)),
      attention: null,
    }
    return { logits: logitsOf(row), state }
  })
}
