import { printable } from '../../support/text/printable.ts'
import { textTable } from '../../support/text/table.ts'
import { type ListedRun, overtrained } from '../listRuns.ts'
import type { PublishedWeights } from '../publishRun.ts'

/** That weights have a name from now on. */
export const publishedText = ({ run, name, step, path, sha256 }: PublishedWeights): string =>
  `${run}, step ${step.toLocaleString('en')}, is ${name} from now on: ${path}\nsha256 ${sha256}`

/** A row per run, and what is wrong with some. */
export function runsText(runs: readonly ListedRun[]): string {
  if (runs.length === 0) return 'no runs yet: start one with cantus reproduce or cantus train'
  const notes = [...damaged(runs), ...overtrained(runs)]
  return [textTable(runs.map(tableRow)), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')
}

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
