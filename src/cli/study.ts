import { join, relative } from 'node:path'
import type { Command } from 'commander'
import { testTable } from '../charts/evaluationTables.ts'
import { studyRecord } from '../evaluation/studyRecord.ts'
import { musicalFile } from '../results/musicalReport.ts'
import { studyRecordFile } from '../results/studyRecord.ts'
import { type Summary, summaryFile, TEST_SETS } from '../results/summary.ts'
import { MUSICAL_SIZES } from '../study/musicalStudy.ts'
import { openPublishedStudy } from '../study/publishedStudy.ts'
import { withJson, withResults, withResultsFolder } from './options.ts'
import { type ResultsAsked, resultsThere } from '../study/studyResults.ts'
import { evaluateMusic, summarize } from '../study/summarize.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { counted } from '../support/text/counted.ts'
import { textTable } from '../support/text/table.ts'

/** The summary as tables: models and baselines on each test set. */
export function summaryText(summary: Pick<Summary, 'iterations' | 'baselines' | 'corpus'>): string {
  const tables = TEST_SETS.map((set) => {
    const { melodies, families } = summary.iterations['1'].test[set]
    const title = `${set}: ${counted(melodies, 'test melody', 'test melodies')} of ${counted(families, 'family', 'families')}`
    return `${title}\n\n${textTable(testTable(summary, set))}`
  })
  return [
    `Trained on ${summary.corpus}`,
    ...tables,
    'After each number its 95% interval, by bootstrap over families of like files.',
  ].join('\n\n')
}

export interface SummarizeFlags extends ResultsAsked {
  readonly further: boolean
  readonly musical: boolean
  readonly studyMelodies?: string
  readonly json?: boolean
}

const FURTHER =
  'Training quick models with seeds 2 and 3 and one by a leaky split, unless they are trained: about 10 minutes on 2 cores'

const shown = (root: string, path: string): string => relative(process.cwd(), join(root, path))

export async function runSummarize(flags: SummarizeFlags): Promise<void> {
  const { further, musical, studyMelodies, json } = flags
  const effects = cliEffects()
  const there = await resultsThere(flags, effects)
  const study = await openPublishedStudy(there, effects)
  if (further) effects.reporter.line(FURTHER)
  const summary = await summarize(study, further, effects)
  if (musical) await evaluateMusic(study, { ...MUSICAL_SIZES[there.scale], studyMelodies }, effects)
  const written = musical ? [summaryFile.path, musicalFile.path] : [summaryFile.path]
  const places = written.map((path) => shown(there.folders.root, path)).join(', ')
  printResult(summary, json, () => `${summaryText(summary)}\n\nWritten: ${places}`)
}

export interface LogsFlags {
  readonly results?: string
  readonly json?: boolean
}

export async function runLogs(folder: string, { results, json }: LogsFlags): Promise<void> {
  const { folders } = await resultsThere({ results }, cliEffects())
  const record = await studyRecord(folder)
  await studyRecordFile.write(folders.root, record)
  printResult(record, json, () => `Written: ${shown(folders.root, studyRecordFile.path)}`)
}

/** `cantus study summarize|logs` */
export function registerStudy(program: Command): void {
  const study = program.command('study').description('what the published numbers of a whole study come to')
  withJson(
    withResults(study.command('summarize'), 'whose results (default: full; of music of your own the largest there is)'),
  )
    .description(`measure the iterations on test melodies, and their music (${summaryFile.path}, ${musicalFile.path})`)
    .option('--further', 'train seven more quick models too, for seeds and leaky split: over 9 minutes', false)
    .option('--no-further', 'leave those out, as is the default')
    .option('--no-musical', 'leave out the musical evaluation, minutes')
    .option('--study-melodies <dir>', 'the melodies of the original study (default: $CANTUS_SHARED/../study/melodies)')
    .action(runSummarize)
  withJson(withResultsFolder(study.command('logs')))
    .description(`write what the training logs of the original study come to (${studyRecordFile.path})`)
    .argument('<dir>', 'the folder of the logs')
    .action(runLogs)
}
