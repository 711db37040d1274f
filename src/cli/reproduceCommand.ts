import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { renderFolder } from '../audio/renderFolder.ts'
import { worseThanFrequencies } from '../evaluation/baselines.ts'
import type { IterationName, Scale } from '../config/experimentConfig.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { ITERATIONS } from '../config/scales.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { isCheckout, projectRoot, type StudyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { NOTEBOOKS } from '../notebook/notebookRequest.ts'
import { runNotebooks } from './notebooks.ts'
import { runFiles } from '../training/runDirectory.ts'
import type { TrainingOutcome } from '../training/train.ts'
import {
  type IterationOptions,
  KEPT_IN,
  type KeptIn,
  keepRun,
  type OpenedIteration,
  openIteration,
  publishIteration,
  refuseOtherCorpus,
  type StepsAsked,
  trainIteration,
} from '../study/reproduce.ts'
import { buildSiteApart } from '../study/siteProcess.ts'
import { MUSICAL_SIZES } from '../study/musicalStudy.ts'
import { openPublishedStudy } from '../study/publishedStudy.ts'
import { evaluateMusic, summarize } from '../study/summarize.ts'
import { collect, countOfEach, parseSeed } from '../support/terminal/optionParsers.ts'
import { commandLine } from '../support/text/commandLine.ts'
import { resultsToMake, shownPath } from '../study/studyResults.ts'
import { summaryFile } from '../results/summary.ts'
import { printResult } from '../support/terminal/printLines.ts'

export interface ReproduceOptions {
  readonly scale: Scale
  readonly iterations: readonly IterationName[]
  readonly corpus: readonly string[]
  readonly style: readonly string[]
  readonly seed?: number
  /** Of each iteration, instead of those its scale asks for. */
  readonly steps?: StepsAsked
  /** Polyphonic tracks give their top line; without it they are dropped, as in the study. */
  readonly loose?: boolean
  readonly notebooks: boolean
  readonly site: boolean
  /** Replaces results of another corpus. */
  readonly force?: boolean
  /** Where a full-scale run is kept to be committed; absent = with the runs under way. */
  readonly keepIn?: KeptIn
  readonly folders: StudyFolders
}

export interface ReproduceResult {
  readonly results: readonly IterationResult[]
  /** Executed notebooks, by name. */
  readonly notebooks: readonly string[]
  /** Folder of the built site; null when it was left out. */
  readonly site: string | null
  readonly seconds: number
}

/** Corpus, training, evaluation, melodies, sound, notebooks and site: the study from nothing to something to read and hear. */
export async function reproduce(options: ReproduceOptions, effects: Effects): Promise<ReproduceResult> {
  const started = effects.now()
  const results: IterationResult[] = []
  for (const iteration of options.iterations) results.push(await reproduceIteration(iteration, options, effects))
  if (options.iterations.length === ITERATIONS.length) await summarizeStudy(options, effects)
  await renderSound(options, effects)
  const notebooks = options.notebooks ? await executeNotebooks(options, effects) : []
  const site = options.site ? await publishSite(options, effects) : null
  return { results, notebooks, site, seconds: (effects.now() - started) / 1000 }
}

async function reproduceIteration(
  iteration: IterationName,
  options: ReproduceOptions,
  effects: Effects,
): Promise<IterationResult> {
  const { scale, corpus, style, seed, steps, loose = false, folders } = options
  const seeded = { ...(seed === undefined ? {} : { seed }), ...(steps === undefined ? {} : { steps }) }
  const chosen: IterationOptions = { iteration, scale, corpus, style, loose, folders, ...seeded }
  const opened = await openIteration(chosen, effects)
  if (!options.force) refuseOtherCorpus(opened)
  const { config, part } = opened
  effects.reporter.line(
    `\n${config.title}: ${counted(part.files.length, 'file')}, ${part.train.length} training and ` +
      `${part.validation.length} validation and ${counted(part.test.length, 'test melody', 'test melodies')}, ${counted(config.training.steps, 'step')} (run ${opened.run})`,
  )
  const outcome = await trainAndKeep(opened, options.keepIn ?? 'next', effects)
  stopIfAsked(effects)
  const result = await publishIteration(opened, outcome, effects)
  effects.reporter.line(describeResult(result))
  return result
}

/** A run of hours is also kept where it can be committed, whether it ends or is stopped. */
async function trainAndKeep(opened: OpenedIteration, place: KeptIn, effects: Effects): Promise<TrainingOutcome> {
  try {
    return await trainIteration(opened, effects)
  } finally {
    if (opened.config.scale === 'full' && existsSync(runFiles(opened.runFolder).checkpoint))
      await keepRun(opened, place)
  }
}

/** A score in three places. */
export const fixed = (value: number | null): string =>
  value === null || Number.isNaN(value) ? 'undefined' : value.toFixed(3)

/** Numbers on the test melodies beside their baselines, the end of the run, and where the settings differ from the study's. */
export function describeResult(result: IterationResult): string {
  const { test, baselines, step, last } = result
  const worse = worseThanFrequencies(test.loss, baselines)
  const below = `: ${((1 - test.loss / baselines.unigramLoss) * 100).toFixed(0)}% below`
  return [
    `  test: loss ${fixed(test.loss)} nats per step (unigram ${fixed(baselines.unigramLoss)}${worse === null ? below : ''}), ` +
      `accuracy ${fixed(test.accuracy)} (majority ${fixed(baselines.majorityAccuracy)}), event accuracy ${fixed(test.eventAccuracy)}`,
    ...(worse === null ? [] : [`  warning: ${worse}`]),
    ...(last === undefined ? [] : [`  published: step ${steps(step)}, the lowest validation loss; ${lastText(last)}`]),
    `  ${counted(result.melodies.length, 'melody', 'melodies')} in generated_melodies/iteration_${result.config.iteration}`,
    ...result.differsFromStudy.map((difference) => `  not as in the study: ${difference}`),
  ].join('\n')
}

const steps = (value: number): string => value.toLocaleString('en')
const lastText = ({ step, test }: NonNullable<IterationResult['last']>): string =>
  `the end of the run, step ${steps(step)}, has loss ${fixed(test.loss)}`

function stopIfAsked(effects: Effects): void {
  if (effects.signal.aborted) throw new InterruptedError('stopped; the same command goes on from here')
}

async function summarizeStudy(options: ReproduceOptions, effects: Effects): Promise<void> {
  stopIfAsked(effects)
  const study = await openPublishedStudy(options, effects)
  const { iterations } = await summarize(study, false, effects)
  const { loss } = iterations['2.2'].test.style
  effects.reporter.line(
    `\nTest melodies of the style: iteration 2.2 has loss ${fixed(loss.value)} (95% interval ${fixed(loss.low)} to ${fixed(loss.high)}); all numbers in ${shownPath(join(options.folders.root, summaryFile.path))}`,
  )
  await evaluateMusic(study, MUSICAL_SIZES[options.scale], effects)
}

async function renderSound(options: ReproduceOptions, effects: Effects): Promise<void> {
  stopIfAsked(effects)
  await renderFolder({ folder: `${options.folders.root}/generated_melodies` }, effects)
}

async function executeNotebooks(options: ReproduceOptions, effects: Effects): Promise<string[]> {
  stopIfAsked(effects)
  effects.reporter.line('\nNotebooks, executed without a window')
  const { iterations, scale, corpus, style, seed, folders } = options
  // What the others show was not asked for, and may not be published.
  const shown = NOTEBOOKS.filter(({ iteration }) => iteration === null || iterations.includes(iteration))
  const names = shown.map(({ name }) => name)
  const executed = await runNotebooks(
    { scale, corpus, style, folders, names, ...(seed === undefined ? {} : { seed }) },
    effects,
  )
  return executed.map(({ name }) => name)
}

async function publishSite(options: ReproduceOptions, effects: Effects): Promise<string> {
  stopIfAsked(effects)
  effects.reporter.line('\nReport site')
  return (await buildSiteApart({ folders: options.folders, serve: null }, effects)).folder
}

interface CommandLine {
  scale: Scale
  iteration: IterationName | 'all'
  corpus: string[]
  style: string[]
  seed?: number
  steps?: StepsAsked
  loose?: boolean
  notebooks: boolean
  site: boolean
  keepIn: KeptIn
  force: boolean
  json?: boolean
}

async function runCommand(line: CommandLine): Promise<void> {
  const effects = cliEffects()
  const iterations = line.iteration === 'all' ? ITERATIONS : [line.iteration]
  const { folders } = await resultsToMake(line, effects)
  const leavesOut = !isCheckout && (line.notebooks || line.site)
  if (leavesOut)
    effects.reporter.line('without notebooks and site: these are made in a checkout of the repository only')
  const options = { ...line, iterations, folders, ...(leavesOut && { notebooks: false, site: false }) }
  const result = await reproduce(options, effects)
  printResult(result, line.json, () => closingLines(result, folders))
}

/** What a person reads at the end: what was made, and the commands that open these very results. */
export function closingLines({ results, notebooks, site, seconds }: ReproduceResult, { root }: StudyFolders): string {
  const minutes = `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
  const melodies = results.reduce((sum, { melodies }) => sum + melodies.length, 0)
  const newest = results.at(-1)!.config.iteration
  const opens = (command: string, ...words: string[]): string =>
    commandLine(`npx cantus ${command}`, words, root === projectRoot ? [] : ['--results', shownPath(root)])
  return [
    `\nDone in ${minutes}: ${counted(results.length, 'iteration')}, ${counted(melodies, 'melody', 'melodies')}, ${counted(notebooks.length, 'notebook')}.`,
    `  numbers   ${shownPath(join(root, 'report/results'))}/`,
    `  melodies  ${shownPath(join(root, 'generated_melodies'))}/`,
    ...(notebooks.length > 0 ? [`  notebooks ${opens('lab')}`] : []),
    ...(site === null ? [] : [`  report    ${opens('site')}`]),
    `  more      ${opens('generate', '--iteration', newest)}`,
  ].join('\n')
}

export function registerReproduce(program: Command): void {
  program
    .command('reproduce')
    .description('run the study: fetch the tunes, train, evaluate, generate, execute the notebooks, build the site')
    .addOption(
      new Option(
        '--scale <scale>',
        "smoke: minutes, shows that all runs; quick: under 20 minutes, shows learning; full: the study's settings, days",
      )
        .choices(['smoke', 'quick', 'full'])
        .default('quick'),
    )
    .addOption(new Option('--iteration <name>', 'which iteration').choices([...ITERATIONS, 'all']).default('all'))
    .option(
      '--corpus <dir>',
      'a folder of MIDI or ABC files instead of the embedded tunes (may be given more than once)',
      collect,
      [],
    )
    .option(
      '--style <dir>',
      'a folder of the style iteration 2.2 goes on with (may be given more than once)',
      collect,
      [],
    )
    .option(
      '--steps <n>',
      'steps of each iteration (or 1=5000,2.1=13000,2.2=9000) instead of those of the scale; more, later, go on from there',
      countOfEach('--steps', ITERATIONS),
    )
    .option('--seed <n>', "seed of weights, order, dropout and draws (default: the config's)", parseSeed)
    .option('--loose', 'take the top line of a polyphonic track; else it is dropped, as in the study')
    .addOption(
      new Option(
        '--keep-in <place>',
        'full scale: the folder of report/results/checkpoints that keeps the runs; runs only when everything is republished',
      )
        .choices(KEPT_IN)
        .default('next'),
    )
    .option('--force', 'replace results of another corpus that lie where these go', false)
    .option('--no-notebooks', 'leave the notebooks out')
    .option('--no-site', 'leave the site out')
    .option('--json', 'print the results as one JSON object')
    .addHelpText('after', '\nCtrl-C stops it at any moment; the same command goes on where it stopped.')
    .action(runCommand)
}
