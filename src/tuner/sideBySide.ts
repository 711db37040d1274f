import type { StepModelSpec, NamedTensor, Weights } from '../config/modelSpec.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/** A network of any depth beside another of the same shape, as one: its logits are the sums of theirs. */
export interface JoinedModel {
  readonly spec: StepModelSpec
  readonly weights: Weights
}

/**
 * Two networks of one spec as a network twice as wide whose logits are the sum of both: the gates of each layer see the
 * units of their own half alone. So a policy softmax(log p + G) is a checkpoint like any other.
 */
export function sideBySide(spec: StepModelSpec, a: Weights, b: Weights): JoinedModel {
  if (spec.attentionLength > 0) throw new RangeError('networks with attention cannot be put side by side')
  const weights: Record<string, NamedTensor> = {}
  spec.layerSizes.forEach((units, n) => {
    const [kernelA, kernelB] = [propertyOf(a, `lstm_${n}/kernel`), propertyOf(b, `lstm_${n}/kernel`)]
    const inputs = itemAt(kernelA.shape, 0) - units
    // The first layer's input is shared, those above have a half each.
    weights[`lstm_${n}/kernel`] = joinedKernel(kernelA, kernelB, { inputs, units, shared: n === 0 })
    weights[`lstm_${n}/bias`] = joinedBias(propertyOf(a, `lstm_${n}/bias`), propertyOf(b, `lstm_${n}/bias`), units)
  })
  const [outA, outB] = [propertyOf(a, 'output/kernel'), propertyOf(b, 'output/kernel')]
  const [height, classes] = [itemAt(outA.shape, 0), itemAt(outA.shape, 1)]
  const stacked = new Float32Array(2 * height * classes)
  stacked.set(outA.data)
  stacked.set(outB.data, height * classes)
  weights['output/kernel'] = { shape: [2 * height, classes], data: stacked }
  const bias = propertyOf(a, 'output/bias').data.map(
    (value, label) => value + itemAt(propertyOf(b, 'output/bias').data, label),
  )
  weights['output/bias'] = { shape: [classes], data: bias }
  return { spec: { ...spec, layerSizes: spec.layerSizes.map((units) => 2 * units) }, weights }
}

interface Shape {
  readonly inputs: number
  readonly units: number
  readonly shared: boolean
}

function joinedKernel(a: NamedTensor, b: NamedTensor, { inputs, units, shared }: Shape): NamedTensor {
  const rows = (shared ? inputs : 2 * inputs) + 2 * units
  const columns = 8 * units
  const data = new Float32Array(rows * columns)
  const place = (from: NamedTensor, half: number): void => {
    for (let row = 0; row < inputs + units; row++) {
      const isInput = row < inputs
      const at = isInput
        ? row + (shared ? 0 : half * inputs)
        : (shared ? inputs : 2 * inputs) + half * units + row - inputs
      for (let gate = 0; gate < 4; gate++) {
        const source = row * 4 * units + gate * units
        data.set(from.data.subarray(source, source + units), at * columns + gate * 2 * units + half * units)
      }
    }
  }
  place(a, 0)
  place(b, 1)
  return { shape: [rows, columns], data }
}

function joinedBias(a: NamedTensor, b: NamedTensor, units: number): NamedTensor {
  const data = new Float32Array(8 * units)
  for (let gate = 0; gate < 4; gate++) {
    const [from, to] = [gate * units, (gate + 1) * units]
    data.set(a.data.subarray(from, to), 2 * from)
    data.set(b.data.subarray(from, to), 2 * from + units)
  }
  return { shape: [8 * units], data }
}
