import type { Command } from 'commander'
import { MODEL_NAMES_HELP } from '../generation/findModel.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { resultsThere } from '../study/studyResults.ts'
import { choice, withJson, withResultsFolder } from './options.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { EXPORT_FORMATS, type ExportFormat, exportModel } from '../generation/exportModel.ts'

interface Flags {
  readonly format?: ExportFormat
  readonly out?: string
  readonly results?: string
  readonly json?: boolean
}

/** `cantus export MODEL` */
export function registerExport(program: Command): void {
  withJson(withResultsFolder(program.command('export')), 'print the files as JSON')
    .description('write a model for other programs: TensorFlow.js Layers, safetensors, or Magenta variable names')
    .argument('<model>', MODEL_NAMES_HELP)
    .addOption(
      choice(
        '--format <format>',
        "tfjs: a LayersModel; safetensors: 32 bits; fp16: 16 bits, as published; magenta: 32 bits, with Magenta's names and gate order; networks that read notes have safetensors and fp16 (default: the first of these that holds the model)",
        EXPORT_FORMATS,
      ),
    )
    .option('--out <dir>', 'folder to write to (default: export-<model>)')
    .action(async (source: string, { format, out, results, json }: Flags) => {
      const name =
        source
          .split(/[\\/]/)
          .at(-1)
          ?.replace(/\.safetensors$/, '') ?? 'model'
      const { folders } = await resultsThere({ results }, cliEffects())
      const result = await exportModel({ source, format, out: out ?? `export-${name}`, folders })
      printResult(result, json, ({ files }) => files.join('\n'))
    })
}
