import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sharedFolder } from '../corpus/declared.ts'
import { mayShowNotes } from '../corpus/sharedSources.ts'
import { type FamilyScore, testScores } from '../evaluation/intervals.ts'
import { gapCurve } from '../evaluation/summary.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { type MusicalReport, musicalFile } from '../results/musicalReport.ts'
import type { ByIteration, IterationName } from '../config/experimentConfig.ts'
import { isStudyIteration, iterationsIn, studyIterationOf } from '../config/scales.ts'
import { type BestOfTransfer, type Forgetting, type Summary, summaryFile } from '../results/summary.ts'
import { loadCheckpoint, modelWeights } from '../model/checkpoint.ts'
import type { Weights } from '../config/modelSpec.ts'
import { decodeWeights } from '../model/safetensors.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { isThere, sha256 } from '../support/files.ts'
import type { WeightsAtStep } from '../training/bestCheckpoint.ts'
import { runFiles } from '../training/runDirectory.ts'
import { furtherStudies } from './ablations.ts'
import { againstBest, measureBaselines, type MeasuredBaseline, withoutScores } from './measuredBaselines.ts'
import { measureLossParts } from './measuredLossParts.ts'
import {
  BOOTSTRAP,
  bothSets,
  differences,
  eachIteration,
  iterationSummary,
  lastTestsOf,
  measureAll,
  type Measured,
  type Model,
  scoresOf,
  testsOf,
  oneByOne,
} from './measuredModel.ts'
import { type ModelOfMusic, type MusicalMaterial, type MusicalOptions, musicalStudy } from './musicalStudy.ts'
import type { PublishedStudy } from './publishedStudy.ts'
import { adoptKept } from './keptRuns.ts'
import { endOfRun } from './stepsKept.ts'
import { asPublished, type OpenedIteration } from './reproduce.ts'
import { propertyOf, valueAt } from '../support/itemAt.ts'
import { recordOf } from '../support/records.ts'

/**
 * Measures the published iterations on the test melodies of the general corpus and of the style, beside what needs no
 * network, and writes `report/results/summary.json`.
 * @param withFurther whether the seeds, the leaky split and the quick scale are measured too: minutes of training.
 * @throws UserError when the published weights are not those of the result; InterruptedError.
 */
export async function summarize(study: PublishedStudy, withFurther: boolean, effects: Effects): Promise<Summary> {
  const { published, opened, folders } = study
  const models = await oneByOne(published, (result, name) => publishedModel(propertyOf(opened, name), result, effects))
  const measured = await measureAll(models, effects)
  const before = summaryFile.read(folders.root)
  const further = withFurther
    ? await furtherStudies(folders, effects)
    : { seeds: before?.seeds ?? null, leakySplit: before?.leakySplit ?? null, quick: before?.quick ?? null }
  const { '1': first, '2.1': general, '2.2': style } = measured
  const others = await measureBaselines({ general: opened['2.1'], style: opened['2.2'], networks: measured }, effects)
  const [{ mixtures }, { lastScores }] = [others, style]
  const lastOfStyle = lastTestsOf(style)
  const summary: Summary = {
    format: 'cantus-summary-1',
    corpus: published['2.1'].dataset.corpus,
    datasetHash: opened['2.1'].dataset.hash,
    bootstrap: { ...BOOTSTRAP, level: 0.95 },
    iterations: eachIteration(measured, (each) => iterationSummary(each)),
    baselines: bothSets((set) => withoutScores(others.baselines[set])),
    ...(mixtures === null ? {} : { mixtures: bothSets((set) => withoutScores(mixtures[set])) }),
    lossParts: await measureLossParts({ ...others, networks: measured }, effects),
    moreData: bothSets((set) => differences(first.scores[set], general.scores[set])),
    ...beyond(measured),
    forgetting: {
      models: {
        ...modelsOf(measured, ['2.1', '2.2', '3.1', '3.2']),
        ...(lastOfStyle === null ? {} : { '2.2 last': lastOfStyle }),
      },
      differences: bothSets((set) => differences(general.scores[set], style.scores[set])),
      best: bestOfTransfer(style, general.scores, others.baselines.style),
      ...(lastScores === null
        ? {}
        : { lastDifferences: bothSets((set) => differences(general.scores[set], lastScores[set])) }),
    },
    gap: await gapOf(style, effects),
    ...further,
  }
  await summaryFile.write(folders.root, summary)
  return summary
}

/**
 * The musical evaluation of the published iterations, written to `report/results/musical.json`.
 * @throws InterruptedError.
 */
export async function evaluateMusic(
  { published, opened, folders: { root } }: PublishedStudy,
  { studyMelodies, ...options }: MusicalOptions & { readonly studyMelodies?: string | undefined },
  effects: Effects,
): Promise<MusicalReport> {
  const files = new Map(opened['2.1'].dataset.files.map((file) => [file.path, file]))
  const models = eachIteration(published, ({ run, step, config, checkpoint, last }, name): ModelOfMusic => {
    const { part, parent } = propertyOf(opened, name)
    const trainedOn = [...part.train, ...(parent?.part.train ?? [])]
    return {
      ...{ run, steps: step, config, weightsFile: join(root, checkpoint.path), trainedOn },
      ...(last === undefined ? {} : { made: last.step }),
    }
  })
  const end = await endOfRun(root, published['2.2'], effects)
  const material: MusicalMaterial = {
    models,
    endOfTransfer: end === null ? null : { weightsFile: end, config: published['2.2'].config },
    human: { general: opened['2.1'].part.test, style: opened['2.2'].part.test },
    studyMelodies: await melodiesOfStudy(studyMelodies, effects),
    fileOf: (path) => {
      const file = valueAt(files, path)
      return { ...file, mayBeShown: mayShowNotes(file) }
    },
  }
  const report = await musicalStudy(material, options, effects)
  await musicalFile.write(root, report)
  return report
}

/**
 * The folder of the original study's melodies; null, and said, where it is not here: its numbers are then left out.
 * @throws UserError where the folder that was asked for is not here.
 */
export async function melodiesOfStudy(asked: string | undefined, { reporter }: Effects): Promise<string | null> {
  const folder = asked ?? join(sharedFolder({}), '../study/melodies')
  if (await isThere(folder)) return folder
  if (asked !== undefined)
    throw new UserError(`no folder ${asked}: --study-melodies takes the original study's melodies`)
  reporter.line(`${folder} is not here: the original study's melodies are left out (--study-melodies DIR names them)`)
  return null
}

async function publishedModel(
  opened: OpenedIteration,
  { checkpoint: { path, sha256: hash }, step, curve, config, last }: IterationResult,
  effects: Effects,
): Promise<Model> {
  const bytes = await readFile(join(opened.folders.root, path))
  if (sha256(bytes) !== hash)
    throw new UserError(`${path} is not the file that was published (sha256 ${hash.slice(0, 12)}…): put it back`)
  const { spec, weights } = decodeWeights(bytes)
  const end = last === undefined ? null : await lastWeights(opened, last.step, effects)
  return { opened, spec, weights, step, curve, config, checkpoint: { path, sha256: hash }, last: end }
}

/** The last weights of a run, rounded as published ones are; null, and said, where the run is not here at that step. */
async function lastWeights(
  opened: OpenedIteration,
  step: number,
  { reporter }: Effects,
): Promise<WeightsAtStep | null> {
  const { runFolder, run, config } = opened
  await adoptKept(opened) // a fresh checkout has it among the kept runs alone
  const path = runFiles(runFolder).checkpoint
  const checkpoint = existsSync(path) ? await loadCheckpoint(path) : null
  if (checkpoint?.state['step'] === step)
    return { weights: asPublished(checkpoint.spec, modelWeights(checkpoint)), step }
  reporter.line(`run ${run} is not here at step ${step}: the end of iteration ${config.iteration} is left out`)
  return null
}

/** Models on both test sets, by name; those that are not there are left out. */
function modelsOf(measured: ByIteration<Measured>, names: readonly IterationName[]): Forgetting['models'] {
  const there = names.filter((name) => measured[name] !== undefined)
  return recordOf(there, (name) => testsOf(propertyOf(measured, name)))
}

/** What networks of notes gain over the study's on the same music; absent where there are none. */
function beyond(measured: ByIteration<Measured>): Pick<Summary, 'beyond'> {
  const gained = iterationsIn(measured).flatMap((name) => {
    if (isStudyIteration(name)) return []
    const [before, after] = [measured[studyIterationOf(name)].scores, propertyOf(measured, name).scores]
    return [[name, bothSets((set) => differences(before[set], after[set]))] as const]
  })
  return gained.length === 0 ? {} : { beyond: Object.fromEntries(gained) }
}

/** What 2.2 at its best gains over 2.1, and in the style over the best predictor without a network; family by family. */
function bestOfTransfer(
  { step, scores }: Pick<Measured, 'step' | 'scores'>,
  before: Measured['scores'],
  baselines: readonly MeasuredBaseline[],
): BestOfTransfer {
  return {
    steps: step,
    differences: bothSets((set) => differences(before[set], scores[set])),
    baseline: againstBest(scores.style, baselines),
  }
}

async function gapOf(style: Measured, effects: Effects): Promise<Summary['gap']> {
  const { opened, curve, config, spec, step, last, lastScores } = style
  const bothSides = async (weights: Weights, test: readonly FamilyScore[]) => {
    const train = await scoresOf({ spec, weights }, opened.part.train, effects)
    return { train: testScores(train, BOOTSTRAP), test: testScores(test, BOOTSTRAP) }
  }
  const published = await bothSides(style.weights, style.scores.style)
  const gap = { iteration: config.iteration, curve: gapCurve(curve) }
  if (last === null || lastScores === null) return { ...gap, atTheEnd: published }
  return { ...gap, atTheEnd: await bothSides(last.weights, lastScores.style), published: { step, ...published } }
}
