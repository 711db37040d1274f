import type { Command } from 'commander'
import { choice, withJson } from './options.ts'
import { UserError } from '../support/errors.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { KEPT_IN, type KeptIn } from '../study/keptRuns.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { publishRun } from '../study/publishRun.ts'
import { keepNamedRun, listRuns } from '../study/listRuns.ts'
import { publishedText, runsText } from '../study/text/runsText.ts'

interface Flags {
  readonly keep?: string
  readonly to: KeptIn
  readonly withoutOptimizer?: boolean
  readonly publish?: string
  readonly json?: boolean
}

/** `cantus runs` */
export function registerRuns(program: Command): void {
  withJson(program.command('runs'), 'print as JSON')
    .description(
      'list the trainings under data/runs with their progress and loss; --keep copies one so that another checkout can resume it, --publish names the weights of a second voice 3.3',
    )
    .option(
      '--keep <run>',
      'copy all that the run needs to resume elsewhere to report/results/checkpoints, ready to commit',
    )
    .addOption(
      choice(
        '--to <place>',
        'with --keep: "next" for a run in progress, "runs" for one behind the published numbers',
        KEPT_IN,
      ).default('next'),
    )
    .option(
      '--without-optimizer',
      'with --keep: a third of the size, for a finished run that nothing resumes from; it can be measured, and not lengthened',
    )
    .option(
      '--publish <run>',
      'put the best weights of a finished second voice into report/results/checkpoints, as 3.3',
    )
    .action(async ({ keep, publish, json, ...how }: Flags) => {
      const folders = studyFolders()
      if (keep !== undefined && publish !== undefined)
        throw new UserError('--keep and --publish were both given: one at a time')
      if (publish !== undefined) return printResult(await publishRun(publish, folders), json, publishedText)
      if (keep !== undefined) {
        const kept = await keepNamedRun(keep, how, folders)
        return printResult(kept, json, ({ run, step, folder }) => `${run}, step ${step}, kept in ${folder}`)
      }
      printResult(await listRuns(folders), json, runsText)
    })
}
