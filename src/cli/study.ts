import type { Command } from 'commander'
import { join, relative } from 'node:path'
import { ablationTable } from '../charts/ablationTables.ts'
import { targetTable } from '../charts/targetTable.ts'
import { dialTable, forgettingTable } from '../charts/transferTables.ts'
import { studyRecord } from '../evaluation/studyRecord.ts'
import { ABLATION_GROUPS, ablationFile } from '../results/ablationReport.ts'
import { decodingFile } from '../results/decoding.ts'
import { musicalFile } from '../results/musicalReport.ts'
import { starterReportFile } from '../results/starterReport.ts'
import { studyRecordFile } from '../results/studyRecord.ts'
import { summaryFile } from '../results/summary.ts'
import { targetsFile } from '../results/targets.ts'
import { transferFile } from '../results/transferReport.ts'
import { ablationRows } from '../study/ablationRows.ts'
import { decodingStudy } from '../study/decodingStudy.ts'
import { MUSICAL_SIZES } from '../study/musicalStudy.ts'
import { noteAblations } from '../study/noteAblations.ts'
import { openDecoding } from '../study/openDecoding.ts'
import { openPublishedStudy } from '../study/publishedStudy.ts'
import { STARTER_MELODIES, makeStarterMelodies } from '../study/starterMelodies.ts'
import { type ResultsAsked, resultsThere } from '../study/studyResults.ts'
import { evaluateMusic, summarize } from '../study/summarize.ts'
import { decodingText, summaryText } from '../study/text/studyText.ts'
import { transferStudy } from '../study/transferStudy.ts'
import { writeTargets } from '../study/writeTargets.ts'
import { UserError } from '../support/errors.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { collect } from '../support/terminal/optionParsers.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { counted } from '../support/text/counted.ts'
import { textTable } from '../support/text/table.ts'
import { whole, withJson, withResults, withResultsFolder } from './options.ts'
import { registerStudyControls } from './studyControls.ts'
import { registerStudyDuet } from './studyDuet.ts'

/** Options of `cantus study summarize` as commander parses them. */
export interface SummarizeFlags extends ResultsAsked {
  readonly further: boolean
  readonly musical: boolean
  readonly studyMelodies?: string
  readonly json?: boolean
}

const FURTHER =
  'Training quick models with seeds 2 and 3 and one with a leaky split, unless already trained: about 10 minutes on 2 cores'

const shown = (root: string, path: string): string => relative(process.cwd(), join(root, path))

/** Summarises a study and prints the result. */
export async function runSummarize(flags: SummarizeFlags): Promise<void> {
  const { further, musical, studyMelodies, json } = flags
  const effects = cliEffects()
  const there = await resultsThere(flags, effects)
  const study = await openPublishedStudy(there, effects)
  if (further) effects.reporter.line(FURTHER)
  const summary = await summarize(study, further, effects)
  if (musical) await evaluateMusic(study, { ...MUSICAL_SIZES[there.scale], studyMelodies }, effects)
  await writeTargets(there.folders.root)
  const written = musical ? [summaryFile.path, musicalFile.path] : [summaryFile.path]
  const places = written.map((path) => shown(there.folders.root, path)).join(', ')
  printResult(summary, json, () => `${summaryText(summary)}\n\nWritten: ${places}`)
}

/** Options of `cantus study decoding` as commander parses them. */
export interface DecodingFlags extends ResultsAsked {
  readonly limit?: number
  readonly json?: boolean
}

/** Chooses how a network of notes is drawn from, and prints the result. */
export async function runDecoding(model: string | undefined, { limit, json, ...asked }: DecodingFlags): Promise<void> {
  const effects = cliEffects()
  const there = await resultsThere(asked, effects)
  const material = await openDecoding(there, model, effects)
  const report = await decodingStudy(material, limit === undefined ? {} : { limit }, effects)
  await decodingFile.write(there.folders.root, report)
  printResult(report, json, () => `${decodingText(report)}\n\nWritten: ${shown(there.folders.root, decodingFile.path)}`)
}

/** Options of `cantus study logs` and `targets` as commander parses them. */
export interface LogsFlags {
  readonly results?: string
  readonly json?: boolean
}

/** Summarises the original study's logs and prints the result. */
export async function runLogs(folder: string, { results, json }: LogsFlags): Promise<void> {
  const { folders } = await resultsThere({ results }, cliEffects())
  const record = await studyRecord(folder)
  await studyRecordFile.write(folders.root, record)
  printResult(record, json, () => `Written: ${shown(folders.root, studyRecordFile.path)}`)
}

/** Holds iteration 3 against its aims and prints the table. */
export async function runTargets({ results, json }: LogsFlags): Promise<void> {
  const { folders } = await resultsThere({ results }, cliEffects())
  const targets = await writeTargets(folders.root)
  if (targets === null)
    throw new UserError(
      `iteration 3.1 is not published and measured in ${shown(folders.root, 'report/results')}: run cantus reproduce, then cantus study summarize`,
    )
  printResult(
    targets,
    json,
    () => `${textTable(targetTable(targets))}\n\nWritten: ${shown(folders.root, targetsFile.path)}`,
  )
}

/** Options of `cantus study transfer` as commander parses them. */
interface TransferFlags extends ResultsAsked {
  readonly dialMelodies: number
  readonly json?: boolean
}

async function runTransfer(flags: TransferFlags): Promise<void> {
  const effects = cliEffects()
  const there = await resultsThere(flags, effects)
  const report = await transferStudy({ ...there, dialMelodies: flags.dialMelodies }, effects)
  const tables = report.transfers.flatMap((transfer) => [
    textTable(forgettingTable(transfer)),
    textTable(dialTable(transfer)),
  ])
  printResult(report, flags.json, () =>
    [...tables, `Written: ${shown(there.folders.root, transferFile.path)}`].join('\n\n'),
  )
}

/** Options of `cantus study ablations` as commander parses them. */
interface AblationFlags extends ResultsAsked {
  readonly only: readonly string[]
  readonly seeds: number
  readonly json?: boolean
}

async function runAblations({ only, seeds, json, ...asked }: AblationFlags): Promise<void> {
  const effects = cliEffects()
  const there = await resultsThere(asked, effects)
  const report = await noteAblations({ ...there, only, seeds }, effects)
  printResult(report, json, () => {
    const table = textTable(ablationTable(report, ABLATION_GROUPS))
    return `${table}\n\nLoss in nats per step. Written: ${shown(there.folders.root, ablationFile.path)}`
  })
}

const ABLATIONS_HELP = `
Each row trains for as many steps as the others; the published row is iteration 3.1 itself. At full scale a row takes about
six minutes on two idle cores, a seed of the published row half an hour. Ctrl-C stops it at any moment; the same command
resumes, and what is trained is not trained again. Rows: ${ablationRows('full')
  .map(({ id }) => id)
  .join(', ')}`

/** `cantus study decoding` */
function registerDecoding(study: Command): void {
  withJson(
    withResults(
      study.command('decoding'),
      'scale of the results (default: full; for your own music the largest available)',
    ),
  )
    .description(
      `choose temperature, top-p and conditioning of iteration 3.1 on validation melodies (${decodingFile.path})`,
    )
    .argument('[model]', 'another network that reads notes: an iteration, a run or a checkpoint file')
    .addOption(whole('--limit <n>', 'melodies to continue (default: 300; fewer take less time)', [3, 100_000]))
    .action(runDecoding)
}

/** Continues the held-out primers of the starter set and says what was written. */
export async function runStarter({ json, ...asked }: ResultsAsked & { readonly json?: boolean }): Promise<void> {
  const effects = cliEffects()
  const made = await makeStarterMelodies(await resultsThere(asked, effects), effects)
  const by = [...made.models.map(({ iteration }) => `iteration ${iteration}`), 'PPM', 'the composers'].join(', ')
  const melodies = counted(made.melodies.length, 'melody', 'melodies')
  printResult(made, json, () => `${melodies} by ${by} in ${STARTER_MELODIES}; ${starterReportFile.path}`)
}

/** `cantus study starter` */
function registerStarter(study: Command): void {
  withJson(withResults(study.command('starter')))
    .description(`let every published model and PPM continue the held-out primers (${STARTER_MELODIES})`)
    .action(runStarter)
}

/** `cantus study summarize|logs|targets|transfer|ablations|decoding|starter|duet` */
export function registerStudy(program: Command): void {
  const study = program
    .command('study')
    .description('summarise a whole study: its iterations and the original training logs')
  withJson(
    withResults(
      study.command('summarize'),
      'scale of the results (default: full; for your own music the largest available)',
    ),
  )
    .description(`measure the iterations on test melodies, and their music (${summaryFile.path}, ${musicalFile.path})`)
    .option('--further', 'also train seven more quick models, for seeds and leaky split (over 9 minutes)', false)
    .option('--no-further', 'do not train them (default)')
    .option('--no-musical', 'skip the musical evaluation (minutes)')
    .option('--study-melodies <dir>', 'the melodies of the original study (default: $CANTUS_SHARED/../study/melodies)')
    .action(runSummarize)
  withJson(withResults(study.command('transfer'), 'scale of the results'))
    .description(`measure what transfers learn and forget, and what stands between two models (${transferFile.path})`)
    .addOption(
      whole('--dial-melodies <n>', "most melodies of each kind for the dial's curve", [1, 1_000_000]).default(400),
    )
    .action(runTransfer)
  withJson(withResults(study.command('ablations'), 'scale to train at'))
    .description(`train iteration 3.1 without its parts, in other sizes, with less music (${ablationFile.path})`)
    .option('--only <row>', 'train this row alone (repeatable)', collect, [])
    .addOption(whole('--seeds <n>', 'seeds of the published row and of the reference', [1, 20]).default(3))
    .addHelpText('after', ABLATIONS_HELP)
    .action(runAblations)
  registerDecoding(study)
  registerStarter(study)
  registerStudyControls(study)
  registerStudyDuet(study)
  withJson(withResultsFolder(study.command('logs')))
    .description(`summarise the training logs of the original study (${studyRecordFile.path})`)
    .argument('<dir>', 'the folder of the logs')
    .action(runLogs)
  withJson(withResultsFolder(study.command('targets')))
    .description(`hold iteration 3 against its aims (${targetsFile.path})`)
    .action(runTargets)
}
