import type { LayersModel } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { sequencesOf } from '../../src/dataset/batches.ts'
import { openBackend } from '../../src/model/backend.ts'
import { createStepper } from '../../src/model/inference.ts'
import { layersModel } from '../../src/model/layersModel.ts'
import { NO_DROPOUT } from '../../src/model/dropout.ts'
import { melodyRnn } from '../../src/model/melodyRnn.ts'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import { initialWeights } from '../../src/model/weights.ts'

const { tf } = await openBackend()
const events = [60, -2, 62, 64, -1, 60, -2, -2, 67]
const specs: StepModelSpec[] = [
  { encoding: 'mono', layerSizes: [7, 5], attentionLength: 0 },
  { encoding: 'lookback', layerSizes: [6, 6, 6], attentionLength: 0, residual: true },
]

function load(files: Record<string, string | Uint8Array>): Promise<LayersModel> {
  const { weightsManifest, ...topology } = JSON.parse(files['model.json'] as string) as {
    weightsManifest: { weights: [] }[]
    modelTopology: object
  }
  const weightData = new Uint8Array(files['weights.bin'] as Uint8Array).buffer
  return tf.loadLayersModel(tf.io.fromMemory({ ...topology, weightSpecs: weightsManifest[0]!.weights, weightData }))
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, n) => Math.abs(value - b[n]!)))

describe.each(specs)('a model in another form, $encoding', (spec) => {
  const weights = initialWeights(spec, 3)

  it('is the same network as a LayersModel, and one step at a time', async () => {
    const model = melodyRnn(await openBackend(), spec)
    const logits = model.logits(weights, sequencesOf([events], 'whole'))
    const layers = await load(await layersModel(spec, weights))
    const { inputs } = model.encoding.encode(events)
    const rows = tf.tensor3d(Float32Array.from(inputs), [1, events.length - 1, model.encoding.inputSize])
    expect(furthest((layers.predict(rows) as typeof rows).dataSync(), logits)).toBeLessThan(1e-5)

    const stepper = createStepper(spec, weights)
    let state = stepper.initialState()
    for (let t = 0; t < events.length - 1; t++) {
      const row = new Float32Array(model.encoding.inputSize)
      model.encoding.writeInput(events, t, row)
      const stepped = stepper.step(state, row)
      state = stepped.state
      const { classes } = model.encoding
      expect(furthest(stepped.logits, logits.subarray(t * classes, (t + 1) * classes))).toBeLessThan(1e-6)
    }
  })
})

describe('the gradients of the fused kernels', () => {
  it("are those of tf.layers' LSTMs", async () => {
    const spec: StepModelSpec = { encoding: 'mono', layerSizes: [7, 5], attentionLength: 0 }
    const weights = initialWeights(spec, 3)
    const model = melodyRnn(await openBackend(), spec)
    const { gradients, sums } = model.gradients(weights, sequencesOf([events], 'whole'), NO_DROPOUT)
    const layers = await load(await layersModel(spec, weights))
    const { inputs, labels } = model.encoding.encode(events)
    const steps = labels.length
    const rows = tf.tensor3d(Float32Array.from(inputs), [1, steps, model.encoding.inputSize])
    const wanted = tf.oneHot(tf.tensor1d(labels, 'int32'), model.encoding.classes)
    const loss = () => tf.losses.softmaxCrossEntropy(wanted, (layers.apply(rows) as typeof rows).reshape([steps, -1])).asScalar() // prettier-ignore
    const { value, grads } = tf.variableGrads(loss)
    expect(value.dataSync()[0]).toBeCloseTo(sums.loss / sums.steps, 5)
    // Keras keeps the kernel's rows for inputs and for the layer's own outputs apart.
    const found = Object.entries(grads).map(([name, tensor]) => [name, tensor.dataSync()] as const)
    const of = (layer: string, part: string) => found.find(([name]) => name.startsWith(`${layer}/`) && name.includes(`/${part}`))![1] // prettier-ignore
    for (const layer of ['lstm_0', 'lstm_1']) {
      const kernel = [...of(layer, 'kernel'), ...of(layer, 'recurrent_kernel')]
      expect(furthest(gradients[`${layer}/kernel`]!.data, kernel), layer).toBeLessThan(1e-6)
      expect(furthest(gradients[`${layer}/bias`]!.data, of(layer, 'bias')), layer).toBeLessThan(1e-6)
    }
    expect(furthest(gradients['output/kernel']!.data, of('output', 'kernel'))).toBeLessThan(1e-6)
  })
})

describe('layersModel', () => {
  it('refuses attention', async () => {
    const spec: StepModelSpec = { encoding: 'attention', layerSizes: [4], attentionLength: 3 }
    await expect(layersModel(spec, initialWeights(spec, 1))).rejects.toThrow(/no layer for attention/)
  })
})
