import { inputRow, melodyEncoding } from '../dataset/encoding.ts'
import { affine, applyAffine } from './affine.ts'
import { createStepper } from './inference.ts'
import { isResidual, type StepModelSpec, type Weights } from '../config/modelSpec.ts'
import { sigmoid, tanh } from './portableMath.ts'
import { itemAt } from '../support/itemAt.ts'

/** What happens in one layer at one step; every array has a value a unit. */
export interface UnrolledLayer {
  /** How much of the candidate is let in: 0 to 1. */
  readonly input: Float32Array
  /** How much of the cell's last value is kept: 0 to 1. */
  readonly forget: Float32Array
  /** What the step would write: −1 to 1. */
  readonly candidate: Float32Array
  /** How much of the cell is shown: 0 to 1. */
  readonly output: Float32Array
  /** The memory after the step. */
  readonly cell: Float32Array
  /** What the next layer and the next step get to see: −1 to 1. */
  readonly hidden: Float32Array
}

/** One step of an unrolled network. */
export interface UnrolledStep {
  /** The event that was read. */
  readonly event: number
  readonly layers: readonly UnrolledLayer[]
  /** Of the event after it, a value a label. */
  readonly logits: Float32Array
}

/**
 * A network reading a melody, with every gate of every step laid open: to explain it, not to run it. Cells, outputs and
 * logits are those of `createStepper`, bit for bit.
 * @throws Error for a network with attention, whose first layer reads more than the melody.
 * @example unrollMelody(spec, weights, [60, -2])[1].layers[0].forget // how much each unit keeps of the first note
 */
export function unrollMelody(spec: StepModelSpec, weights: Weights, events: readonly number[]): UnrolledStep[] {
  if (spec.attentionLength > 0) throw new Error('a network with attention cannot be unrolled')
  const stepper = createStepper(spec, weights)
  const encoding = melodyEncoding(spec.encoding)
  const maps = spec.layerSizes.map((_, n) => affine(weights, `lstm_${n}`))
  let state = stepper.initialState()
  return events.map((event, step) => {
    const row = inputRow(encoding, events, step)
    const before = state
    const { logits, state: after } = stepper.step(before, row)
    state = after
    let values: Float32Array = row
    const layers = maps.map((map, n): UnrolledLayer => {
      const read = values
      const hidden = itemAt(after.outputs, n)
      values = isResidual(spec, n) ? hidden.map((value, unit) => value + itemAt(read, unit)) : hidden
      const units = itemAt(spec.layerSizes, n)
      const sums = applyAffine(map, [read, itemAt(before.outputs, n)])
      const gate = (place: number, squash: (sum: number) => number): Float32Array =>
        Float32Array.from(sums.subarray(place * units, (place + 1) * units), squash)
      return {
        input: gate(0, sigmoid),
        forget: gate(1, sigmoid),
        candidate: gate(2, tanh),
        output: gate(3, sigmoid),
        cell: itemAt(after.cells, n),
        hidden,
      }
    })
    return { event, layers, logits }
  })
}
