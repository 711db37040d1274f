import {
  attend,
  type Attention,
  type AttentionState,
  createAttention,
  initialAttention,
  mixInput,
} from './attentionInference.ts'
import { type Affine, affine, applyAffine } from './affine.ts'
import { isResidual, type StepModelSpec, type Weights } from '../config/modelSpec.ts'
import { type LstmLayer, lstmLayer, stepLayer } from './lstmInference.ts'
import type { BarGrid } from '../dataset/noteInputs.ts'
import type { HeadDecoding } from './temperedTokens.ts'
import type { EventState } from './notes/noteStepper.ts'

/**
 * The network one step at a time, in plain arithmetic: no library, runs in a browser. Every sum is a double summed in a
 * written order (bias, then inputs from the first on) and states are rounded to float32, so the same weights and inputs
 * give the same bits on every machine.
 */

/** Memory of the network after a step. Never changed by `step`, so that several continuations can share it. */
export interface StepState {
  /** Cell state of each layer. */
  readonly cells: readonly Float32Array[]
  /** Output of each layer's LSTM cell. */
  readonly outputs: readonly Float32Array[]
  /** What the first layer attends to; null without attention. */
  readonly attention: AttentionState | null
  /** Of a network of notes: where it stands between two steps. */
  readonly events?: EventState
  /** Of two models that are mixed: where each of them stands. */
  readonly both?: readonly [StepState, StepState]
}

/** A model that reads events one by one. */
export interface Stepper {
  /** The state before the first step: zeros. @param grid the metre, for a network that uses it; absent = 4/4. */
  initialState(grid?: BarGrid): StepState
  /** Logits of the next event's label, and the state after `input` (one row of the encoding). `state` stays as it is. */
  step(state: StepState, input: Float32Array): Stepped
  /** The same for several sequences, each with its own state and input. */
  stepMany(states: readonly StepState[], inputs: readonly Float32Array[]): Stepped[]
}

/** The result of one step. */
export interface Stepped {
  readonly logits: Float32Array
  readonly state: StepState
  /** Of a network of notes: probability of each label when its heads are drawn from in this way. */
  readonly drawnBy?: (decoding: HeadDecoding) => Float64Array
}

interface Layer extends LstmLayer {
  /** Adds its input to its output. */
  readonly residual: boolean
}

/**
 * A network of this `spec` that takes single steps. Dropout is off. `weights` are copied.
 * @throws Error when a tensor is missing; `decodeWeights` gives complete ones.
 * @example const { logits, state } = stepper.step(stepper.initialState(), row)
 */
export function createStepper(spec: StepModelSpec, weights: Weights): Stepper {
  const layers = spec.layerSizes.map((units, n): Layer => ({
    ...lstmLayer(weights, `lstm_${n}`, units),
    residual: isResidual(spec, n),
  }))
  const output = affine(weights, 'output')
  const attention = spec.attentionLength > 0 ? createAttention(spec.attentionLength, weights) : null
  const step = (state: StepState, input: Float32Array): Stepped => stepThrough(layers, output, attention, state, input)
  return {
    initialState: () => ({
      cells: layers.map(({ units }) => new Float32Array(units)),
      outputs: layers.map(({ units }) => new Float32Array(units)),
      attention: attention === null ? null : initialAttention(attention),
    }),
    step,
    stepMany: (states, inputs) => states.map((state, n) => step(state, inputs[n]!)),
  }
}

function stepThrough(
  layers: readonly Layer[],
  output: Affine,
  attention: Attention | null,
  state: StepState,
  input: Float32Array,
): Stepped {
  const cells: Float32Array[] = []
  const outputs: Float32Array[] = []
  let attended: AttentionState | null = null
  let values = input
  for (const [n, layer] of layers.entries()) {
    const attending = n === 0 && attention !== null && state.attention !== null
    if (attending) values = mixInput(attention, state.attention, values)
    const before = { cell: state.cells[n]!, hidden: state.outputs[n]! }
    const { cell, hidden } = stepLayer(layer, before, values)
    cells.push(cell)
    outputs.push(hidden)
    values = layer.residual ? added(hidden, values) : hidden
    if (attending) {
      attended = attend(attention, state.attention, cell, hidden)
      values = attended.output
    }
  }
  const logits = new Float32Array(applyAffine(output, [values]))
  return { logits, state: { cells, outputs, attention: attended } }
}

/** In float32, as the network that was trained. */
function added(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, n) => value + b[n]!)
}
