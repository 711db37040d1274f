import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { renderFolder } from '../audio/renderFolder.ts'
import { worseThanFrequencies } from '../evaluation/baselines.ts'
import type { IterationName, Scale } from '../config/experimentConfig.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { ITERATIONS } from '../config/scales.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { runFiles } from '../training/runDirectory.ts'
import type { TrainingOutcome } from '../training/train.ts'
import {
  type IterationOptions,
  type OpenedIteration,
  openIteration,
  publishedAs,
  publishIteration,
  refuseOtherCorpus,
  type StepsAsked,
  trainIteration,
} from './reproduce.ts'
import { isKept, keepRun, type KeptIn, refuseOtherRun } from './keptRuns.ts'
import { buildSiteApart } from './siteProcess.ts'
import { MUSICAL_SIZES } from './musicalStudy.ts'
import { openPublishedStudy, type PublishedStudy } from './publishedStudy.ts'
import { makeStarterMelodies } from './starterMelodies.ts'
import { hasKeptSteps } from './stepsKept.ts'
import { stepsStudy } from './stepsStudy.ts'
import { evaluateMusic, summarize } from './summarize.ts'
import { shownPath } from './studyResults.ts'
import { DIAL_MELODIES, transferStudy } from './transferStudy.ts'
import { TUNER_SCALES, tunerStudy } from './tunerStudy.ts'
import { writeTargets } from './writeTargets.ts'
import { summaryFile } from '../results/summary.ts'

/** Options of `reproduceStudy`. */
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
  /** Which of the folders of kept runs a full-scale run goes to. */
  readonly keepIn: KeptIn
  readonly folders: StudyFolders
}

/** What `reproduceStudy` made. */
export interface ReproduceResult {
  readonly results: readonly IterationResult[]
  /** Executed notebooks, by name. */
  readonly notebooks: readonly string[]
  /** Folder of the built site; null when it was left out. */
  readonly site: string | null
  readonly seconds: number
}

/**
 * Corpus, training, evaluation, melodies, sound, notebooks and site: the study from nothing to something to read and hear.
 * @param execute executes the notebooks and returns their names.
 */
export async function reproduce(
  options: ReproduceOptions,
  effects: Effects,
  execute: (options: ReproduceOptions, effects: Effects) => Promise<string[]>,
): Promise<ReproduceResult> {
  const started = effects.now()
  const results: IterationResult[] = []
  for (const iteration of options.iterations) results.push(await reproduceIteration(iteration, options, effects))
  if (options.iterations.length === ITERATIONS.length) await summarizeStudy(options, effects)
  await renderSound(options, effects)
  stopIfAsked(effects)
  const notebooks = options.notebooks ? await execute(options, effects) : []
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
  if (!options.force) await refuseOthers(opened, options.keepIn)
  const { config, part } = opened
  effects.reporter.line(
    `\n${config.title}: ${counted(part.files.length, 'file')}, ${part.train.length} training and ` +
      `${part.validation.length} validation and ${counted(part.test.length, 'test melody', 'test melodies')}, ${counted(config.training.steps, 'step')} (run ${opened.run})`,
  )
  const before = options.force ? null : await publishedBefore(opened)
  if (before !== null) effects.reporter.line(`run ${opened.run} is published and stands; --force trains it again`)
  const result = before ?? (await trainAndPublish(opened, options.keepIn, effects))
  effects.reporter.line(describeResult(result))
  return result
}

/** The result of this very run of hours, where it is published and the run itself neither here nor kept. */
export async function publishedBefore(
  opened: Pick<OpenedIteration, 'config' | 'folders' | 'run' | 'runFolder'>,
): Promise<IterationResult | null> {
  if (opened.config.scale !== 'full' || existsSync(runFiles(opened.runFolder).checkpoint)) return null
  return (await isKept(opened)) ? null : publishedAs(opened)
}

async function trainAndPublish(opened: OpenedIteration, keepIn: KeptIn, effects: Effects): Promise<IterationResult> {
  const outcome = await trainAndKeep(opened, keepIn, effects)
  stopIfAsked(effects)
  return publishIteration(opened, outcome, effects)
}

/** @throws UserError where results of another corpus, or other runs of hours, would lose their place. */
async function refuseOthers(opened: OpenedIteration, place: KeptIn): Promise<void> {
  refuseOtherCorpus(opened)
  if (opened.config.scale !== 'full') return
  await refuseOtherRun(opened, place)
  for (let each = opened.parent; each !== null; each = each.parent) await refuseOtherRun(each)
}

/** A run of hours is also kept where it can be committed, whether it ends or is stopped. */
async function trainAndKeep(opened: OpenedIteration, place: KeptIn, effects: Effects): Promise<TrainingOutcome> {
  try {
    return await trainIteration(opened, effects)
  } finally {
    const further = opened.config.scale === 'full' ? await keepRun(opened, place) : null
    if (further !== null) effects.reporter.line(`the kept run is at step ${steps(further)} and stays as it is`)
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

/** A number of steps with separators. */
export const steps = (value: number): string => value.toLocaleString('en')
const lastText = ({ step, test }: NonNullable<IterationResult['last']>): string =>
  `the end of the run, step ${steps(step)}, has loss ${fixed(test.loss)}`

function stopIfAsked(effects: Effects): void {
  if (effects.signal.aborted) throw new InterruptedError('stopped; run the same command to resume')
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
  await writeTargets(options.folders.root)
  if (options.scale === 'full') await studyFurther(study, options, effects)
}

/** What else the report shows of these models: half an hour, beside the hours of their training. */
async function studyFurther(study: PublishedStudy, options: ReproduceOptions, effects: Effects): Promise<void> {
  const { scale, folders } = options
  effects.reporter.line('\nSingle steps, transfers, continuations of held-out primers, tuning by rules')
  if (hasKeptSteps(folders.root)) await stepsStudy(study, MUSICAL_SIZES[scale], effects)
  await transferStudy({ ...options, dialMelodies: DIAL_MELODIES }, effects)
  await makeStarterMelodies(options, effects)
  const { corpus, style } = options
  await tunerStudy({ source: '2.1', corpus, style, folders, ...TUNER_SCALES[scale] }, effects)
}

async function renderSound(options: ReproduceOptions, effects: Effects): Promise<void> {
  stopIfAsked(effects)
  await renderFolder({ folder: `${options.folders.root}/generated_melodies` }, effects)
}

async function publishSite(options: ReproduceOptions, effects: Effects): Promise<string> {
  stopIfAsked(effects)
  effects.reporter.line('\nReport site')
  return (await buildSiteApart({ folders: options.folders, serve: null }, effects)).folder
}
