import { type Affine, affine, applyAffine } from './affine.ts'
import type { Weights } from '../config/modelSpec.ts'
import { sigmoid, tanh } from './portableMath.ts'

/** One LSTM layer that takes single steps in plain arithmetic. */
export interface LstmLayer {
  readonly units: number
  /** From [inputs, previous output] to the gates i, f, c, o. */
  readonly gates: Affine
}

/** The layer whose tensors begin with `name`. */
export const lstmLayer = (weights: Weights, name: string, units: number): LstmLayer => ({
  units,
  gates: affine(weights, name),
})

/** Cell state and output of a layer after a step. */
export interface LstmState {
  readonly cell: Float32Array
  readonly hidden: Float32Array
}

/** A step of one layer: sums in doubles, states rounded to float32. */
export function stepLayer({ units, gates }: LstmLayer, before: LstmState, input: Float32Array): LstmState {
  const sums = applyAffine(gates, [input, before.hidden])
  const cell = new Float32Array(units)
  const hidden = new Float32Array(units)
  for (let u = 0; u < units; u++) {
    const inputGate = sigmoid(sums[u] as number)
    const forgetGate = sigmoid(sums[units + u] as number)
    const candidate = tanh(sums[2 * units + u] as number)
    const outputGate = sigmoid(sums[3 * units + u] as number)
    cell[u] = forgetGate * (before.cell[u] as number) + inputGate * candidate
    // Of the rounded cell state: what the next step will see.
    hidden[u] = outputGate * tanh(cell[u] as number)
  }
  return { cell, hidden }
}
