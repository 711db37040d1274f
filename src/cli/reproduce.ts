import type { Command } from 'commander'
import { choice, scaleOption, withJson, withMusic } from './options.ts'
import type { IterationName } from '../config/experimentConfig.ts'
import { ITERATIONS } from '../config/scales.ts'
import { isCheckout } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { KEPT_IN } from '../study/keptRuns.ts'
import { countOfEach, parseSeed } from '../support/terminal/optionParsers.ts'
import { resultsToMake } from '../study/studyResults.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { executeNotebooks } from '../notebook/runNotebooks.ts'
import { reproduce, type ReproduceOptions } from '../study/reproduceStudy.ts'
import { reproducedText } from '../study/text/reproducedText.ts'

interface CommandLine extends Omit<ReproduceOptions, 'iterations' | 'folders'> {
  readonly iteration: IterationName | 'all'
  readonly json?: boolean
}

async function runCommand(line: CommandLine): Promise<void> {
  const effects = cliEffects()
  const iterations = line.iteration === 'all' ? ITERATIONS : [line.iteration]
  const { folders } = await resultsToMake(line, effects)
  const leavesOut = !isCheckout && (line.notebooks || line.site)
  if (leavesOut) effects.reporter.line('skipping notebooks and site: they need a checkout of the repository')
  const options = { ...line, iterations, folders, ...(leavesOut && { notebooks: false, site: false }) }
  const result = await reproduce(options, effects, executeNotebooks)
  printResult(result, line.json, () => reproducedText(result, folders))
}

/** Adds `cantus reproduce` to the program. */
export function registerReproduce(program: Command): void {
  const command = withMusic(
    program.command('reproduce'),
    'a folder of scores, or one such file, instead of the embedded tunes',
    'a folder of the style that iteration 2.2 trains on',
  )
  withJson(command, 'print the results as one JSON object')
    .description('run the study: fetch the tunes, train, evaluate, generate, execute the notebooks, build the site')
    .addOption(
      scaleOption(
        "smoke: minutes, checks that everything runs; quick: about 10 minutes, shows learning; full: about 11 hours, the study's settings",
      ).default('quick'),
    )
    .addOption(choice('--iteration <name>', 'which iteration', [...ITERATIONS, 'all']).default('all'))
    .option(
      '--steps <n>',
      'steps of each iteration (or 1=5000,2.1=13000,2.2=9000) instead of those of the scale; a finished run asked for more resumes',
      countOfEach('--steps', ITERATIONS),
    )
    .option('--seed <n>', "seed of weights, order, dropout and draws (default: the config's)", parseSeed)
    .option('--loose', 'take the top line of polyphonic tracks instead of dropping them as the study did')
    .addOption(
      choice(
        '--keep-in <place>',
        'full scale: folder of report/results/checkpoints that keeps the runs (use "runs" only when republishing everything)',
        KEPT_IN,
      ).default('next'),
    )
    .option('--force', 'replace results of another corpus in the same place, and train published runs again', false)
    .option('--no-notebooks', 'skip the notebooks')
    .option('--no-site', 'skip the site')
    .addHelpText('after', '\nCtrl-C stops it at any moment; the same command resumes.')
    .action(runCommand)
}
