import type { Command } from 'commander'
import { choice, withJson } from './options.ts'
import { textTable } from '../support/text/table.ts'
import { printable } from '../support/text/printable.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { KEPT_IN, type KeptIn } from '../study/reproduce.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { keepNamedRun, type ListedRun, listRuns, overtrained } from '../study/listRuns.ts'

/** Runs that cannot be read, a line each. */
const damaged = (runs: readonly ListedRun[]): string[] =>
  runs.flatMap(({ run, problem }) => (problem === null ? [] : [printable(`${run}: ${problem}`)]))

function tableRow({ run, iteration, made, steps, lastLoss, bestLoss, bestStep, seconds }: ListedRun) {
  const fixed = (loss: number | null): string => loss?.toFixed(3) ?? '-'
  const at = bestStep === null ? '' : ` at step ${bestStep.toLocaleString('en')}`
  return {
    ...{ run, iteration, step: `${made.toLocaleString('en')} of ${steps.toLocaleString('en')}` },
    ...{ 'validation loss': fixed(lastLoss), best: fixed(bestLoss) + at, minutes: (seconds / 60).toFixed(1) },
  }
}

/** `cantus runs` */
export function registerRuns(program: Command): void {
  withJson(program.command('runs'), 'print as JSON')
    .description(
      'list the trainings under data/runs with their progress and loss; --keep copies one so that another checkout can resume it',
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
    .action(async ({ keep, to, json }: { keep?: string; to: KeptIn; json?: boolean }) => {
      const folders = studyFolders()
      if (keep !== undefined) {
        const kept = await keepNamedRun(keep, to, folders)
        return printResult(kept, json, ({ run, step, folder }) => `${run}, step ${step}, kept in ${folder}`)
      }
      printResult(await listRuns(folders), json, runsText)
    })
}

function runsText(runs: readonly ListedRun[]): string {
  if (runs.length === 0) return 'no runs yet: start one with cantus reproduce or cantus train'
  const notes = [...damaged(runs), ...overtrained(runs)]
  return [textTable(runs.map(tableRow)), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')
}
