import { MAX_WEIGHTS_BYTES } from '../../config/limits.ts'
import type { Weights } from '../../config/modelSpec.ts'
import { UserError } from '../../support/errors.ts'
import { sha256 } from '../../support/files.ts'
import { encodeSafetensors } from '../safetensors.ts'
import { decodeMessage } from './checkpointMessages.ts'
import { magentaModel } from './magentaModel.ts'
import { type ReadShard, shardsBeside, variablesOfFile, variablesOfIndex } from './readVariables.ts'
import { TensorFlowFileError } from './tensorFlowFileError.ts'
import { isBundle, isIndexFile } from './tensorFlowNames.ts'

/** Configurations of melody_rnn that have a network of ours. */
const CONFIGS: readonly string[] = ['mono_rnn', 'basic_rnn', 'lookback_rnn', 'attention_rnn']

/**
 * The network in a checkpoint or bundle, as safetensors.
 * @throws UserError when it cannot be read, or is not a network of Magenta's melody_rnn.
 */
export async function readTensorFlow(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const { spec, weights } = magentaModel(await variablesIn(path, bytes))
    const metadata = { format: 'cantus-weights-1', spec: JSON.stringify(spec), importedSha256: sha256(bytes) }
    return encodeSafetensors(weights, metadata, 'F32')
  } catch (error) {
    if (!(error instanceof TensorFlowFileError)) throw error
    throw new UserError(`cannot read the weights in ${path}: ${error.message}`, { cause: error })
  }
}

async function variablesIn(path: string, bytes: Uint8Array): Promise<Weights> {
  if (isIndexFile(path)) return variablesOfIndex(bytes, boundedShards(path))
  return variablesOfFile(isBundle(path) ? checkpointInBundle(bytes) : bytes)
}

function boundedShards(path: string): ReadShard {
  const read = shardsBeside(path)
  return async (name) => {
    try {
      const bytes = await read(name)
      if (bytes.length <= MAX_WEIGHTS_BYTES) return bytes
      throw new TensorFlowFileError(`its data file has ${bytes.length} bytes, more than ${MAX_WEIGHTS_BYTES}`)
    } catch (error) {
      if (error instanceof TensorFlowFileError) throw error
      throw new TensorFlowFileError(`its data file, which ends in ${name}, cannot be read: put it beside the index`, {
        cause: error,
      })
    }
  }
}

function checkpointInBundle(bytes: Uint8Array): Uint8Array {
  const { details, checkpoints } = decodeMessage('GeneratorBundle', bytes)
  const id = details?.id ?? ''
  if (!CONFIGS.includes(id))
    throw new TensorFlowFileError(`it is a bundle of "${id}"; those of ${CONFIGS.join(', ')} can be read`)
  const [checkpoint, ...others] = checkpoints
  if (checkpoint === undefined || others.length > 0)
    throw new TensorFlowFileError(`it holds ${checkpoints.length} checkpoint files, one expected`)
  return checkpoint
}
