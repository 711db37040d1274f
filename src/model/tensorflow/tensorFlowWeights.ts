import { isLevelTable } from './levelTable.ts'
import { isBundle, isIndexFile } from './tensorFlowNames.ts'

/**
 * A file of weights as safetensors: one that TensorFlow did not write as it is; a checkpoint of Magenta's melody_rnn in TensorFlow's
 * first or second format (of the second the `.index` file is named), or a bundle (`.mag`), read and laid out as ours.
 * @throws UserError when it is a TensorFlow file that cannot be read, or another network's.
 */
export async function asSafetensors(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  if (!isBundle(path) && !isIndexFile(path) && !isLevelTable(bytes)) return bytes
  // Its messages need a library that no other file of weights does.
  const { readTensorFlow } = await import('./readTensorFlow.ts')
  return readTensorFlow(path, bytes)
}
