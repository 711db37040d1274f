import { isNoteModel, type ModelSpec } from '../config/modelSpec.ts'
import type { Backend } from './backend.ts'
import { melodyRnn } from './melodyRnn.ts'
import { noteRnn } from './notes/noteRnn.ts'
import { noteTransformer } from './transformer/noteTransformer.ts'
import type { TrainableNetwork } from './trainableNetwork.ts'

/** The network behind a spec, on a backend. @param sharers how many of them compute at the same time and share the memory of one. */
export function openNetwork(backend: Backend, spec: ModelSpec, sharers = 1): TrainableNetwork {
  if (isNoteModel(spec) && spec.blocks !== undefined) return noteTransformer(backend, spec, sharers)
  return isNoteModel(spec) ? noteRnn(backend, spec, sharers) : melodyRnn(backend, spec, { sharers })
}
