import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { findModel, MODEL_NAMES_HELP } from '../generation/findModel.ts'
import { type Checkpoint, encodeWeightsFp16, loadWeights, modelWeights } from '../model/checkpoint.ts'
import { toTf } from '../model/convertTf.ts'
import { layersModel } from '../model/layersModel.ts'
import { encodeSafetensors } from '../model/safetensors.ts'
import { createFolder } from '../support/createFolder.ts'
import { UserError } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { type StudyFolders, studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { resultsThere } from '../study/studyResults.ts'
import { withResultsFolder } from '../study/resultsOptions.ts'
import { printResult } from '../support/terminal/printLines.ts'

/** What other programs read: TensorFlow.js Layers, safetensors of 32 or 16 bits, or Magenta's own variable names. */
const EXPORT_FORMATS = ['tfjs', 'safetensors', 'fp16', 'magenta'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export interface ExportOptions {
  /** An iteration, a run, or a checkpoint's file. */
  readonly source: string
  readonly format: ExportFormat
  /** Folder the files are written to. */
  readonly out: string
  readonly folders?: StudyFolders
}

export interface Exported {
  readonly format: ExportFormat
  readonly files: readonly string[]
}

/**
 * Writes a model in a form other programs read, with a `config.json` that says what it is.
 * @throws UserError when there is no such model, or the format has no room for it.
 */
export async function exportModel(options: ExportOptions): Promise<Exported> {
  const { source, format, out } = options
  const path = await findModel({ source }, options.folders ?? studyFolders())
  const { checkpoint, sha256 } = await loadWeights(path)
  const parts = await encoded(checkpoint, format)
  const config = {
    format: 'cantus-model-1',
    spec: checkpoint.spec,
    step: checkpoint.state['step'] ?? null,
    sourceSha256: sha256,
    files: Object.keys(parts),
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
      return layersModel(spec, weights)
    case 'safetensors':
      return { 'model.safetensors': encodeSafetensors(weights, { ...metadata, format: 'cantus-weights-1' }, 'F32') }
    case 'fp16':
      return { 'model.safetensors': encodeWeightsFp16(spec, weights, metadata) }
    case 'magenta':
      if (spec.residual) throw new UserError("Magenta's graph has no residual connections: choose --format safetensors")
      return { 'model.safetensors': encodeSafetensors(toTf(spec, weights), metadata, 'F32') }
  }
}

interface Flags {
  readonly format: ExportFormat
  readonly out?: string
  readonly results?: string
  readonly json?: boolean
}

/** `cantus export MODEL` */
export function registerExport(program: Command): void {
  withResultsFolder(program.command('export'))
    .description('write a model for other programs: TensorFlow.js Layers, safetensors, or with the names of Magenta')
    .argument('<model>', MODEL_NAMES_HELP)
    .addOption(
      new Option(
        '--format <format>',
        "tfjs: a LayersModel; safetensors: 32 bits; fp16: 16 bits, as published; magenta: 32 bits, its graph's names and gates",
      )
        .choices(EXPORT_FORMATS)
        .default('tfjs'),
    )
    .option('--out <dir>', 'folder to write to (default: export-<model>)')
    .option('--json', 'print the files as JSON')
    .action(async (source: string, { format, out, results, json }: Flags) => {
      const name =
        source
          .split(/[\\/]/)
          .at(-1)
          ?.replace(/\.safetensors$/, '') ?? 'model'
      const { folders } = await resultsThere({ results, corpus: [], style: [] }, cliEffects())
      const result = await exportModel({ source, format, out: out ?? `export-${name}`, folders })
      printResult(result, json, ({ files }) => files.join('\n'))
    })
}
