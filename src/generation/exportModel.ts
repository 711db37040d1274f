import { join } from 'node:path'
import { findModel } from './findModel.ts'
import { type Checkpoint, encodeWeightsFp16, loadWeights, modelWeights } from '../model/checkpoint.ts'
import { toTf } from '../model/convertTf.ts'
import { layersModel } from '../model/layersModel.ts'
import { magentaJsFiles, musicRnnConfig } from '../model/magentaJsModel.ts'
import { encodeSafetensors } from '../model/safetensors.ts'
import { createFolder } from '../support/createFolder.ts'
import { isNoteModel, type ModelSpec, type StepModelSpec } from '../config/modelSpec.ts'
import { UserError } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { type StudyFolders, studyFolders } from '../support/projectRoot.ts'

/** Formats other programs read: TensorFlow.js Layers, safetensors of 32 or 16 bits, Magenta's own variable names, or MusicRNN of @magenta/music. */
export const EXPORT_FORMATS = ['tfjs', 'safetensors', 'fp16', 'magenta', 'magenta-js'] as const
/** A format of `exportModel`. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What `exportModel` writes. */
export interface ExportOptions {
  /** An iteration, a run, or a checkpoint's file. */
  readonly source: string
  /** Absent: `tfjs`, or `safetensors` for a network that `tfjs` cannot hold. */
  readonly format?: ExportFormat | undefined
  /** Folder the files are written to. */
  readonly out: string
  readonly folders?: StudyFolders
}

/** The files that `exportModel` wrote. */
export interface Exported {
  readonly format: ExportFormat
  readonly files: readonly string[]
}

/**
 * Writes a model in a format that other programs read, with a `config.json` that describes it.
 * @throws UserError when there is no such model, or the format cannot hold it.
 */
export async function exportModel(options: ExportOptions): Promise<Exported> {
  const { source, out } = options
  const path = await findModel({ source }, options.folders ?? studyFolders())
  const { checkpoint, sha256 } = await loadWeights(path)
  const format = options.format ?? (isNoteModel(checkpoint.spec) ? 'safetensors' : 'tfjs')
  const parts = await encoded(checkpoint, format)
  const config = {
    format: 'cantus-model-1',
    spec: checkpoint.spec,
    step: checkpoint.state['step'] ?? null,
    sourceSha256: sha256,
    files: Object.keys(parts),
    ...(format === 'magenta-js' ? musicRnnConfig(stepsOnly(checkpoint.spec, format)) : {}),
  }
  createFolder(out)
  const all = { ...parts, 'config.json': `${JSON.stringify(config, null, 1)}\n` }
  for (const [name, data] of Object.entries(all)) await writeFileAtomic(join(out, name), data)
  return { format, files: Object.keys(all).map((name) => join(out, name)) }
}

async function encoded(checkpoint: Checkpoint, format: ExportFormat): Promise<Record<string, string | Uint8Array>> {
  const { spec } = checkpoint
  const weights = modelWeights(checkpoint)
  const metadata = { spec: JSON.stringify(spec), step: String(checkpoint.state['step'] ?? '') }
  switch (format) {
    case 'tfjs':
      return layersModel(stepsOnly(spec, format), weights)
    case 'safetensors':
      return { 'model.safetensors': encodeSafetensors(weights, { ...metadata, format: 'cantus-weights-1' }, 'F32') }
    case 'fp16':
      return { 'model.safetensors': encodeWeightsFp16(spec, weights, metadata) }
    case 'magenta-js':
      musicRnnConfig(stepsOnly(spec, format))
      return magentaJsFiles(stepsOnly(spec, format), weights)
    case 'magenta':
      if (!isNoteModel(spec) && spec.residual)
        throw new UserError("Magenta's graph has no residual connections: choose --format safetensors")
      return { 'model.safetensors': encodeSafetensors(toTf(stepsOnly(spec, format), weights), metadata, 'F32') }
  }
}

/** The spec of a network that a format can hold. */
function stepsOnly(spec: ModelSpec, format: ExportFormat): StepModelSpec {
  if (!isNoteModel(spec)) return spec
  throw new UserError(`--format ${format} cannot hold a network that reads notes: choose --format safetensors or fp16`)
}
