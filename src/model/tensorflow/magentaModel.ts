import { ENCODING_NAMES, type NamedTensor, type StepModelSpec, type Weights } from '../../config/modelSpec.ts'
import { melodyEncoding } from '../../dataset/encoding.ts'
import { fromTf } from '../convertTf.ts'
import { TensorFlowFileError } from './tensorFlowFileError.ts'

/** Steps that Magenta's attention_rnn attends to; no variable tells. */
export const MAGENTA_ATTENTION = 40

/** A network of Magenta's melody_rnn. */
export interface MagentaModel {
  readonly spec: StepModelSpec
  readonly weights: Weights
}

/**
 * The network that variables of Magenta's melody_rnn describe: its encoding by the sizes of input and output, its layers by theirs.
 * @throws TensorFlowFileError when they are of another network.
 */
export function magentaModel(variables: Weights): MagentaModel {
  const named = withKernels(variables)
  const hasAttention = Object.keys(named).some((name) => name.includes('attention_cell_wrapper/'))
  const layerSizes = unitsOfLayers(named)
  const classes = named['fully_connected/biases']?.data.length
  const kernel = named[cellName(0, hasAttention)]
  if (kernel === undefined || classes === undefined || layerSizes.length === 0)
    throw new TensorFlowFileError(
      `no network of Magenta's melody_rnn: it has ${Object.keys(variables).length} variables, none of them ${cellName(0, false)}`,
    )
  const inputs = (kernel.shape[0] ?? 0) - (layerSizes[0] ?? 0)
  const encoding = ENCODING_NAMES.find((name) => {
    const { inputSize, classes: labels } = melodyEncoding(name)
    return inputSize === inputs && labels === classes
  })
  if (encoding === undefined)
    throw new TensorFlowFileError(
      `its network has ${inputs} inputs and ${classes} classes: none of ${ENCODING_NAMES.map((name) => `${name}_rnn`).join(', ')}`,
    )
  const spec = { encoding, layerSizes, attentionLength: hasAttention ? MAGENTA_ATTENTION : 0, residual: false }
  try {
    return { spec, weights: fromTf(spec, named) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new TensorFlowFileError(error.message, { cause: error })
  }
}

const cellName = (layer: number, hasAttention: boolean): string =>
  `rnn/multi_rnn_cell/cell_${layer}${hasAttention ? '/attention_cell_wrapper' : ''}/basic_lstm_cell/kernel`

/** Before TensorFlow 1.2 a cell's kernel was its weights, and its bias its biases. */
function withKernels(variables: Weights): Weights {
  const renamed = Object.entries(variables).map(([name, tensor]): [string, NamedTensor] => [
    name.startsWith('rnn/') ? name.replace(/\/weights$/, '/kernel').replace(/\/biases$/, '/bias') : name,
    tensor,
  ])
  return Object.fromEntries(renamed)
}

/** Units of each layer, from the first on. */
function unitsOfLayers(variables: Weights): number[] {
  const sizes: number[] = []
  for (const [name, { data }] of Object.entries(variables)) {
    const layer = /^rnn\/multi_rnn_cell\/cell_(\d+)\/(?:attention_cell_wrapper\/)?basic_lstm_cell\/bias$/.exec(
      name,
    )?.[1]
    if (layer !== undefined && Number(layer) < 64) sizes[Number(layer)] = data.length / 4
  }
  return [...sizes].map((size) => size ?? 0)
}
