import type { Command } from 'commander'
import { defaultJobs, openSweep, runSweep, runTrial, type Sweep, sweepRows } from '../study/sweep/sweep.ts'
import type { Trial } from '../study/sweep/sweepConfig.ts'
import { trialProcess } from '../study/sweep/trialProcess.ts'
import { sweepText } from '../study/text/sweepText.ts'
import { UserError } from '../support/errors.ts'
import { itemAt } from '../support/itemAt.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printLine, printResult } from '../support/terminal/printLines.ts'
import { whole, withJson } from './options.ts'

const HELP = `
CONFIG is JSON; all but "grid" may be left out:
  {"iteration": "1", "scale": "quick", "corpus": ["MUSIC"], "steps": 2000, "seeds": [1, 2],
   "grid": {"training.learningRate": [0.001, 0.003], "model.layerSizes": [[64, 64], [128, 128]]}}

Every combination of values and seeds is a trial: a training as "cantus train --set …" makes it. Trials that are done are
not run again, and one that was stopped resumes. scripts/shards/sweep.sh CONFIG runs the trials as a Slurm job array.`

interface Flags {
  readonly jobs: number
  readonly trial?: number
  readonly count?: boolean
  readonly table?: boolean
  readonly json?: boolean
}

/** `cantus sweep CONFIG` */
export function registerSweep(program: Command): void {
  withJson(program.command('sweep'), 'print the trials as JSON')
    .description('train every combination of some settings, and compare them in one table')
    .argument('<config>', 'a JSON file: settings and the values to try')
    .addOption(
      whole('--jobs <n>', 'trainings at a time (default: one per two cores)', [1, 1000]).default(defaultJobs()),
    )
    .addOption(whole('--trial <n>', 'run this trial alone, in this process (a task of a job array)', [1]))
    .option('--count', 'print the number of trials')
    .option('--table', 'print what is known so far, without training')
    .addHelpText('after', HELP)
    .action(runCommand)
}

async function runCommand(path: string, { jobs, trial, count, table, json }: Flags): Promise<void> {
  const effects = cliEffects()
  const folders = studyFolders()
  const sweep = await openSweep(path, folders)
  if (count) return printLine(String(sweep.trials.length))
  if (trial !== undefined) return runTrial({ sweep, trial: trialNumbered(sweep, trial), folders }, effects)
  const rows = await (table ? sweepRows(sweep) : runSweep({ sweep, run: trialProcess(path), jobs }, effects))
  printResult(rows, json, sweepText)
}

function trialNumbered({ trials }: Sweep, number: number): Trial {
  if (number <= trials.length) return itemAt(trials, number - 1)
  throw new UserError(`no trial ${number}: the sweep has ${trials.length}`)
}
