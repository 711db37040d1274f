import type { Engine } from '../results/sidecar.ts'
import { openBackend } from '../model/backend.ts'
import { createBatchStepper } from '../model/batchInference.ts'
import type { MelodyModel } from './continueMelody.ts'
import { openModelFile } from './modelFile.ts'
import { type Dial, dialledModel } from './styleDial.ts'

/**
 * The model between those of two files.
 * @throws ModelFileError for a file that cannot be read; UserError where the two do not fit together.
 */
export async function openDialled(
  paths: { readonly general: string; readonly style: string },
  dial: Dial,
  engine: Engine = 'portable',
): Promise<MelodyModel> {
  const [general, style] = await Promise.all([networkOf(paths.general), networkOf(paths.style)])
  const pair = { general, style }
  if (engine === 'portable') return dialledModel(pair, dial)
  const backend = await openBackend()
  return dialledModel(pair, dial, ({ spec, weights }) => createBatchStepper(backend, spec, weights))
}

async function networkOf(path: string) {
  const { model, weights } = await openModelFile(path)
  return { spec: model.spec, weights }
}
