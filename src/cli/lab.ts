import { type Command, Option } from 'commander'
import { SCALES } from '../config/scales.ts'
import { requireCheckout } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { notebookResults, type ResultsAsked } from '../study/studyResults.ts'
import { collect, parsePort } from '../support/terminal/optionParsers.ts'
import { withResultsFolder } from '../study/resultsOptions.ts'
import { type LabOptions, openLab } from '../notebook/openLab.ts'

export function registerLab(program: Command): void {
  withResultsFolder(program.command('lab'))
    .description('open the notebooks in JupyterLab (executed copies: report/notebooks/)')
    .addOption(
      new Option('--scale <scale>', 'train at this scale; without it the cells read the published study').choices([
        ...SCALES,
      ]),
    )
    .option('--corpus <dir>', 'a folder of music, whose results the cells read or make (repeatable)', collect, [])
    .option('--style <dir>', 'a folder of the style of iteration 2.2 (repeatable)', collect, [])
    .option('--port <n>', 'first port to try', parsePort, 8888)
    .option('--no-browser', 'print the address only')
    .action(async ({ port, browser, ...asked }: ResultsAsked & Pick<LabOptions, 'port' | 'browser'>) => {
      requireCheckout('cantus lab')
      const effects = cliEffects()
      process.exitCode = await openLab({ ...(await notebookResults(asked, effects)), port, browser }, effects)
    })
}
