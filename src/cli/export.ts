import type { Command } from 'commander'
import { MODEL_NAMES_HELP } from '../generation/findModel.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { resultsThere } from '../study/studyResults.ts'
import { choice, withJson, withResultsFolder } from './options.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { EXPORT_FORMATS, type ExportFormat, exportModel } from '../generation/exportModel.ts'
import { exportHub } from '../study/exportHub.ts'

interface Flags {
  readonly format?: ExportFormat | 'hub'
  readonly out?: string
  readonly results?: string
  readonly json?: boolean
}

/** `cantus export MODEL` */
export function registerExport(program: Command): void {
  withJson(withResultsFolder(program.command('export')), 'print the files as JSON')
    .description('write a model for other programs: TensorFlow.js, safetensors, Magenta, magenta-js, or a model hub')
    .argument('<model>', MODEL_NAMES_HELP)
    .addOption(
      choice(
        '--format <format>',
        "tfjs: a LayersModel; safetensors: 32 bits; fp16: 16 bits, as published; magenta: 32 bits, with Magenta's names and gate order; magenta-js: what MusicRNN of @magenta/music loads; hub: model card, data card and fp16 weights; networks that read notes have safetensors, fp16 and hub (default: the first of these that holds the model)",
        [...EXPORT_FORMATS, 'hub'],
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
      const to = out ?? `export-${name}`
      const result =
        format === 'hub'
          ? await exportHub({ source, out: to, folders })
          : await exportModel({ source, format, out: to, folders })
      printResult(result, json, ({ files }) => files.join('\n'))
    })
}
