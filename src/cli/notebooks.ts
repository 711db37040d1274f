import { relative } from 'node:path'
import type { Command } from 'commander'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { requireCheckout } from '../support/projectRoot.ts'
import { notebookResults, type ResultsAsked } from '../study/studyResults.ts'
import { MUSIC, whole, withJson, withResults, withTrainings } from './options.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { type NotebooksOptions, runNotebooks } from '../notebook/runNotebooks.ts'
import { type TrainingFlags, trainingsAsked } from '../notebook/trainingsAsked.ts'

interface CommandLine extends Pick<NotebooksOptions, 'cellSeconds'>, TrainingFlags, ResultsAsked {
  readonly json?: boolean
}

async function runCommand(names: string[], line: CommandLine): Promise<void> {
  requireCheckout('cantus notebooks')
  const { json, cellSeconds } = line
  const effects = cliEffects()
  const shown = await notebookResults(line, effects)
  const options = { ...shown, ...trainingsAsked(line, shown), names, ...(cellSeconds !== undefined && { cellSeconds }) }
  const executed = await runNotebooks(options, effects)
  printResult(executed, json, (all) => all.map(({ path }) => relative(process.cwd(), path)).join('\n'))
}

/** Adds `cantus notebooks` to the program. */
export function registerNotebooks(program: Command): void {
  withJson(
    withTrainings(withResults(program.command('notebooks'), 'train at this scale what is not trained yet', MUSIC)),
    'print name, seconds and path of each as JSON',
  )
    .description(
      'execute the notebooks headless; they read the published study, or train at a scale; copies with their outputs: report/notebooks/ beside the results',
    )
    .argument('[names...]', 'notebooks, such as 1-corpus (default: all, in order)')
    .addOption(whole('--cell-seconds <n>', 'longest a cell may take (default: by scale)', [0]))
    .action(runCommand)
}
