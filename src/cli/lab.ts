import type { Command } from 'commander'
import { requireCheckout } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { notebookResults, type ResultsAsked } from '../study/studyResults.ts'
import { parsePort } from '../support/terminal/optionParsers.ts'
import { MUSIC, withResults } from './options.ts'
import { type LabOptions, openLab } from '../notebook/openLab.ts'

/** Adds `cantus lab` to the program. */
export function registerLab(program: Command): void {
  withResults(program.command('lab'), 'train at this scale; without it the cells read the published study', MUSIC)
    .description('open the notebooks in JupyterLab (executed copies: report/notebooks/)')
    .option('--port <n>', 'first port to try', parsePort, 8888)
    .option('--no-browser', 'print the address only')
    .action(async ({ port, browser, ...asked }: ResultsAsked & Pick<LabOptions, 'port' | 'browser'>) => {
      requireCheckout('cantus lab')
      const effects = cliEffects()
      process.exitCode = await openLab({ ...(await notebookResults(asked, effects)), port, browser }, effects)
    })
}
