import type { Command } from 'commander'
import { join, relative } from 'node:path'
import { ablationTable } from '../charts/ablationTables.ts'
import { targetTable } from '../charts/targetTable.ts'
import { claimTable } from '../charts/musicalTables.ts'
import { dataOrStepsSentences, equalStepsTable, memorySentences, memoryTable } from '../charts/stepsTables.ts'
import { dialTable, forgettingTable } from '../charts/transferTables.ts'
import { studyRecord } from '../evaluation/studyRecord.ts'
import { ABLATION_GROUPS, ablationFile } from '../results/ablationReport.ts'
import { controlMelodiesFile } from '../results/controlMelodies.ts'
import { decodingFile } from '../results/decoding.ts'
import { musicalFile } from '../results/musicalReport.ts'
import { starterReportFile } from '../results/starterReport.ts'
import { studyRecordFile } from '../results/studyRecord.ts'
import { stepsFile } from '../results/stepsReport.ts'
import { summaryFile } from '../results/summary.ts'
import { targetsFile } from '../results/targets.ts'
import { transferFile } from '../results/transferReport.ts'
import { ablationRows } from '../study/ablationRows.ts'
import { CONTROL_MELODIES, makeControlMelodies } from '../study/controlMelodies.ts'
import { decodingStudy } from '../study/decodingStudy.ts'
import { measureClaims } from '../study/measureClaims.ts'
import { MUSICAL_SIZES } from '../study/musicalStudy.ts'
import { noteAblations } from '../study/noteAblations.ts'
import { openDecoding } from '../study/openDecoding.ts'
import { type AsJson, printFound, writtenLine } from '../study/printFound.ts'
import { openPublishedStudy } from '../study/publishedStudy.ts'
import { stepsStudy } from '../study/stepsStudy.ts'
import { STARTER_MELODIES, makeStarterMelodies } from '../study/starterMelodies.ts'
import type { ResultsAsked } from '../study/studyResults.ts'
import { evaluateMusic, summarize } from '../study/summarize.ts'
import { decodingText, starterText, summaryText } from '../study/text/studyText.ts'
import { DIAL_MELODIES, transferStudy } from '../study/transferStudy.ts'
import { writeTargets } from '../study/writeTargets.ts'
import { UserError } from '../support/errors.ts'
import { collect } from '../support/terminal/optionParsers.ts'
import { counted } from '../support/text/counted.ts'
import { textTable } from '../support/text/table.ts'
import { whole, withJson, withResults, withResultsFolder } from './options.ts'
import { registerStudyDuet } from './studyDuet.ts'

/** Options of every study as commander parses them. */
export type Flags<Own = unknown> = ResultsAsked & AsJson & Own

/** Options of `cantus study summarize` as commander parses them. */
export type SummarizeFlags = Flags<{
  readonly further: boolean
  readonly musical: boolean
  readonly studyMelodies?: string
}>

const FURTHER =
  'Training quick models with seeds 2 and 3 and one with a leaky split, unless already trained: about 10 minutes on 2 cores'

const SCALE = 'scale of the results (default: full; for your own music the largest available)'

/** Summarises a study and prints the result. */
export async function runSummarize(flags: SummarizeFlags): Promise<void> {
  const { further, musical, studyMelodies } = flags
  await printFound(
    flags,
    async (there, effects) => {
      const study = await openPublishedStudy(there, effects)
      if (further) effects.reporter.line(FURTHER)
      const summary = await summarize(study, further, effects)
      if (musical) await evaluateMusic(study, { ...MUSICAL_SIZES[there.scale], studyMelodies }, effects)
      await writeTargets(there.folders.root)
      return summary
    },
    (summary, there) =>
      `${summaryText(summary)}\n\n${writtenLine(there, summaryFile, ...(musical ? [musicalFile] : []))}`,
  )
}

/** Summarises the original study's logs and prints the result. */
export const runLogs = (folder: string, { results, json }: Flags): Promise<void> =>
  printFound(
    { results, json },
    async ({ folders }) => {
      const record = await studyRecord(folder)
      await studyRecordFile.write(folders.root, record)
      return record
    },
    (_, there) => writtenLine(there, studyRecordFile),
  )

/** Holds iteration 3 against its aims. */
const runTargets = (flags: Flags): Promise<void> =>
  printFound(
    flags,
    async ({ folders }) => {
      const targets = await writeTargets(folders.root)
      if (targets !== null) return targets
      throw new UserError(
        `iteration 3.1 is not published and measured in ${relative(process.cwd(), join(folders.root, 'report/results'))}: run cantus reproduce, then cantus study summarize`,
      )
    },
    (targets, there) => `${textTable(targetTable(targets))}\n\n${writtenLine(there, targetsFile)}`,
  )

/** Chooses how a network of notes is drawn from. */
const runDecoding = (model: string | undefined, flags: Flags<{ readonly limit?: number }>): Promise<void> =>
  printFound(
    flags,
    async (there, effects) => {
      const { limit } = flags
      const report = await decodingStudy(
        await openDecoding(there, model, effects),
        limit === undefined ? {} : { limit },
        effects,
      )
      await decodingFile.write(there.folders.root, report)
      return report
    },
    (report, there) => `${decodingText(report)}\n\n${writtenLine(there, decodingFile)}`,
  )

/** Holds models of equal steps against each other. */
const runSteps = (flags: Flags): Promise<void> =>
  printFound(
    flags,
    async (there, effects) => stepsStudy(await openPublishedStudy(there, effects), MUSICAL_SIZES[there.scale], effects),
    (report, there) => {
      const { memory } = report
      const seeds = summaryFile.read(there.folders.root)?.seeds
      return [
        textTable(equalStepsTable(report)),
        ...dataOrStepsSentences(report, seeds),
        ...(memory === null ? [] : [textTable(memoryTable(memory)), ...memorySentences(memory)]),
        writtenLine(there, stepsFile),
      ].join('\n\n')
    },
  )

const runTransfer = (flags: Flags<{ readonly dialMelodies: number }>): Promise<void> =>
  printFound(
    flags,
    (there, effects) => transferStudy({ ...there, dialMelodies: flags.dialMelodies }, effects),
    ({ transfers }, there) =>
      [
        ...transfers.flatMap((transfer) => [forgettingTable(transfer), dialTable(transfer)]).map(textTable),
        writtenLine(there, transferFile),
      ].join('\n\n'),
  )

const runAblations = (flags: Flags<{ readonly only: readonly string[]; readonly seeds: number }>): Promise<void> =>
  printFound(
    flags,
    (there, effects) => noteAblations({ ...there, only: flags.only, seeds: flags.seeds }, effects),
    (report, there) =>
      `${textTable(ablationTable(report, ABLATION_GROUPS))}\n\nLoss in nats per step. ${writtenLine(there, ablationFile)}`,
  )

const ABLATIONS_HELP = `
Each row trains for as many steps as the others; the published row is iteration 3.1 itself. At full scale a row takes about
six minutes on two idle cores, a seed of the published row half an hour. Ctrl-C stops it at any moment; the same command
resumes, and what is trained is not trained again. Rows: ${ablationRows('full')
  .map(({ id }) => id)
  .join(', ')}`

/** `cantus study starter|controls|claims` */
function registerMelodies(study: Command): void {
  withJson(withResults(study.command('starter')))
    .description(`let every published model and PPM continue the held-out primers (${STARTER_MELODIES})`)
    .action((flags: Flags) =>
      printFound(
        flags,
        makeStarterMelodies,
        (made) => `${starterText(made)} in ${STARTER_MELODIES}; ${starterReportFile.path}`,
      ),
    )
  withJson(withResultsFolder(study.command('controls')))
    .description(`continue one held-out primer freely and with each control (${controlMelodiesFile.path})`)
    .action((flags: Flags) =>
      printFound(
        flags,
        ({ folders }, effects) => makeControlMelodies(folders, effects),
        ({ melodies }) =>
          `${counted(melodies.length, 'melody', 'melodies')} in ${CONTROL_MELODIES}; ${controlMelodiesFile.path}`,
      ),
    )
  withJson(withResultsFolder(study.command('claims')))
    .description(`measure again what the study's claims alone ask for (${musicalFile.path})`)
    .action((flags: Flags) =>
      printFound(
        flags,
        ({ folders }, effects) => measureClaims(folders, effects),
        (report, there) => `${textTable(claimTable(report))}\n\n${writtenLine(there, musicalFile)}`,
      ),
    )
}

/** `cantus study steps|transfer` */
function registerSteps(study: Command): void {
  withJson(withResults(study.command('steps'), SCALE))
    .description(
      `measure the study's models at the steps whose weights are kept: data or steps, learnt or memorised (${stepsFile.path})`,
    )
    .action(runSteps)
  withJson(withResults(study.command('transfer'), 'scale of the results'))
    .description(`measure what transfers learn and forget, and what stands between two models (${transferFile.path})`)
    .addOption(
      whole('--dial-melodies <n>', "most melodies of each kind for the dial's curve", [1, 1_000_000]).default(
        DIAL_MELODIES,
      ),
    )
    .action(runTransfer)
}

/** `cantus study claims|summarize|steps|transfer|ablations|decoding|starter|controls|duet|logs|targets` */
export function registerStudy(program: Command): void {
  const study = program
    .command('study')
    .description('summarise a whole study: its iterations and the original training logs')
  withJson(withResults(study.command('summarize'), SCALE))
    .description(`measure the iterations on test melodies, and their music (${summaryFile.path}, ${musicalFile.path})`)
    .option('--further', 'also train seven more quick models, for seeds and leaky split (over 9 minutes)', false)
    .option('--no-further', 'do not train them (default)')
    .option('--no-musical', 'skip the musical evaluation (minutes)')
    .option('--study-melodies <dir>', 'the melodies of the original study (default: $CANTUS_SHARED/../study/melodies)')
    .action(runSummarize)
  registerSteps(study)
  withJson(withResults(study.command('ablations'), 'scale to train at'))
    .description(`train iteration 3.1 without its parts, in other sizes, with less music (${ablationFile.path})`)
    .option('--only <row>', 'train this row alone (repeatable)', collect, [])
    .addOption(whole('--seeds <n>', 'seeds of the published row and of the reference', [1, 20]).default(3))
    .addHelpText('after', ABLATIONS_HELP)
    .action(runAblations)
  withJson(withResults(study.command('decoding'), SCALE))
    .description(
      `choose temperature, top-p and conditioning of iteration 3.1 on validation melodies (${decodingFile.path})`,
    )
    .argument('[model]', 'another network that reads notes: an iteration, a run or a checkpoint file')
    .addOption(whole('--limit <n>', 'melodies to continue (default: 300; fewer take less time)', [3, 100_000]))
    .action(runDecoding)
  registerMelodies(study)
  registerStudyDuet(study)
  withJson(withResultsFolder(study.command('logs')))
    .description(`summarise the training logs of the original study (${studyRecordFile.path})`)
    .argument('<dir>', 'the folder of the logs')
    .action(runLogs)
  withJson(withResultsFolder(study.command('targets')))
    .description(`hold iteration 3 against its aims (${targetsFile.path})`)
    .action(runTargets)
}
