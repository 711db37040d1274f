import type { Command } from 'commander'
import { requireCheckout } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { notebookResults, type ResultsAsked } from '../study/studyResults.ts'
import { parsePort } from '../support/terminal/optionParsers.ts'
import { MUSIC, withResults, withTrainings } from './options.ts'
import { type LabOptions, openLab } from '../notebook/openLab.ts'
import { type TrainingFlags, trainingsAsked } from '../notebook/trainingsAsked.ts'

type CommandLine = ResultsAsked & TrainingFlags & Pick<LabOptions, 'port' | 'browser'>

/** Adds `cantus lab` to the program. */
export function registerLab(program: Command): void {
  withTrainings(
    withResults(program.command('lab'), 'train at this scale; without it the cells read the published study', MUSIC),
  )
    .description('open the notebooks in JupyterLab, notebook 0 first (executed copies: report/notebooks/)')
    .option('--port <n>', 'first port to try', parsePort, 8888)
    .option('--no-browser', 'print the address only')
    .action(async ({ port, browser, ...asked }: CommandLine) => {
      requireCheckout('cantus lab')
      const effects = cliEffects()
      const shown = await notebookResults(asked, effects)
      process.exitCode = await openLab({ ...shown, ...trainingsAsked(asked, shown), port, browser }, effects)
    })
}
