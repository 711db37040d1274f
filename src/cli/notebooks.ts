import { relative } from 'node:path'
import { type Command, Option } from 'commander'
import { SCALES } from '../config/scales.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect, parseSeed, wholeNumber } from '../support/terminal/optionParsers.ts'
import { notebookResults, type ResultsAsked } from '../study/studyResults.ts'
import { withResultsFolder } from '../study/resultsOptions.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { type NotebooksOptions, runNotebooks } from '../notebook/runNotebooks.ts'

interface CommandLine extends Omit<NotebooksOptions, 'names' | 'scale' | 'folders' | 'corpus' | 'style'>, ResultsAsked {
  readonly json?: boolean
}

async function runCommand(names: string[], line: CommandLine): Promise<void> {
  const { json = false, results, scale, corpus, style, ...options } = line
  const effects = cliEffects()
  const shown = await notebookResults({ results, scale, corpus, style }, effects)
  const executed = await runNotebooks({ ...options, ...shown, names }, effects)
  printResult(executed, json, (all) => all.map(({ path }) => relative(process.cwd(), path)).join('\n'))
}

export function registerNotebooks(program: Command): void {
  withResultsFolder(program.command('notebooks'))
    .description(
      'execute the notebooks headless; they read the published study, or train at a scale; copies with their outputs: report/notebooks/ beside the results',
    )
    .argument('[names...]', 'notebooks, such as 1-corpus (default: all, in order)')
    .addOption(new Option('--scale <scale>', 'train at this scale what is not trained yet').choices([...SCALES]))
    .option('--corpus <dir>', 'a folder of music, whose results the cells read or make (repeatable)', collect, [])
    .option('--style <dir>', 'a folder of the style of iteration 2.2 (repeatable)', collect, [])
    .option('--seed <n>', "seed of the study (default: the config's)", parseSeed)
    .option('--cell-seconds <n>', 'longest a cell may take (default: by scale)', wholeNumber('--cell-seconds', 0))
    .option('--json', 'print name, seconds and path of each as JSON')
    .action(runCommand)
}
