import type * as tfjs from '@tensorflow/tfjs'
import { melodyEncoding } from '../dataset/encoding.ts'
import { UserError } from '../support/errors.ts'
import { openBackend } from './backend.ts'
import { isResidual, type StepModelSpec, type Weights } from '../config/modelSpec.ts'
import { upload } from './tensors.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/**
 * The network as a TensorFlow.js LayersModel, `model.json` and `weights.bin`, that `tf.loadLayersModel` opens anywhere: from
 * input rows [batch, steps, inputs] to logits [batch, steps, classes], dropout left out. Our gates stand in Keras's order,
 * and our forget bias is part of the bias, as in Keras.
 * @throws UserError for a model with attention, which Keras has no layer for.
 */
export async function layersModel(spec: StepModelSpec, weights: Weights): Promise<Record<string, string | Uint8Array>> {
  if (spec.attentionLength > 0)
    throw new UserError('a LayersModel has no layer for attention: choose --format safetensors or magenta')
  const { tf } = await openBackend()
  const model = build(tf, spec, weights)
  try {
    const files: Record<string, string | Uint8Array> = {}
    const collect = tf.io.withSaveHandler((artifacts) => {
      const { weightSpecs, weightData, ...topology } = artifacts
      const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }]
      const { modelTopology, format, generatedBy, convertedBy = null } = topology
      files['model.json'] = JSON.stringify({
        modelTopology,
        format,
        generatedBy,
        convertedBy,
        weightsManifest: manifest,
      })
      files['weights.bin'] = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData))
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } })
    })
    await model.save(collect)
    return files
  } finally {
    model.dispose()
  }
}

function build(tf: typeof tfjs, spec: StepModelSpec, weights: Weights): tfjs.LayersModel {
  const { inputSize, classes } = melodyEncoding(spec.encoding)
  const input = tf.input({ shape: [null, inputSize], name: 'events' })
  const applied = (layer: tfjs.layers.Layer, inputs: tfjs.SymbolicTensor | tfjs.SymbolicTensor[]) => {
    const output = layer.apply(inputs)
    if (output instanceof tf.SymbolicTensor) return output
    throw new TypeError(`layer ${layer.name} gives no single symbolic tensor`)
  }
  let signal = input
  const lstms = spec.layerSizes.map((units, n) => {
    // Keras's default, a hard sigmoid, is another function; zeros, because an orthogonal start is slow and thrown away.
    const initial = { kernelInitializer: 'zeros', recurrentInitializer: 'zeros' } as const
    const activations = { activation: 'tanh', recurrentActivation: 'sigmoid' } as const
    const layer = tf.layers.lstm({ units, name: `lstm_${n}`, returnSequences: true, ...activations, ...initial })
    const output = applied(layer, signal)
    signal = isResidual(spec, n) ? applied(tf.layers.add({ name: `residual_${n}` }), [output, signal]) : output
    return layer
  })
  const dense = tf.layers.dense({ units: classes, name: 'output' })
  const model = tf.model({ inputs: input, outputs: applied(dense, signal), name: 'cantus' })
  tf.tidy(() => {
    const tensors = upload(tf, weights)
    lstms.forEach((layer, n) => {
      const kernel = propertyOf(tensors, `lstm_${n}/kernel`)
      const units = itemAt(spec.layerSizes, n)
      const inputs = kernel.shape[0] - units
      const parts = tf.split(kernel, [inputs, units], 0)
      layer.setWeights([...parts, propertyOf(tensors, `lstm_${n}/bias`)])
    })
    dense.setWeights([propertyOf(tensors, 'output/kernel'), propertyOf(tensors, 'output/bias')])
  })
  return model
}
