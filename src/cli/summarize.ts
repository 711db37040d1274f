import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mayShowNotes } from '../corpus/sharedSources.js'
import type { MelodyRow } from '../dataset/dataset.js'
import { melodyEncoding } from '../dataset/encoding.js'
import { type BaselineName, baselineScores } from '../evaluation/baselines.js'
import { type FamilyScore, scoreDifference, testScores } from '../evaluation/intervals.js'
import { gapCurve } from '../evaluation/summary.js'
import type { IterationResult } from '../iterations/iterationResult.js'
import type { MusicalReport } from '../iterations/musicalReport.js'
import { ITERATIONS } from '../iterations/scales.js'
import type { StudyRecord } from '../iterations/studyRecord.js'
import {
  type BaselineSummary,
  type BestOfTransfer,
  type BySet,
  type Differences,
  isSummaryOf,
  type MeasureName,
  type Summary,
} from '../iterations/summary.js'
import { loadCheckpoint, modelWeights } from '../model/checkpoint.js'
import type { Weights } from '../model/modelSpec.js'
import { decodeWeights } from '../model/safetensors.js'
import type { Effects } from '../support/effects.js'
import { UserError } from '../support/errors.js'
import { readJsonIfThere, sha256, writeFileAtomic } from '../support/files.js'
import { readableJson } from '../support/readableJson.js'
import { projectRoot } from '../support/projectRoot.js'
import { runFiles } from '../training/runDirectory.js'
import { furtherStudies } from './furtherStudies.js'
import {
  BOOTSTRAP,
  bothSets,
  type ByIteration,
  byIteration,
  eventsOf,
  iterationSummary,
  measureAll,
  type Measured,
  type Model,
  scoresOf,
  testsOf,
  withFamilies,
} from './measuredModel.js'
import {
  MUSICAL_PATH,
  type ModelOfMusic,
  type MusicalMaterial,
  type MusicalOptions,
  musicalStudy,
} from './musicalStudy.js'
import type { PublishedStudy } from './publishedStudy.js'
import { adoptKept, type OpenedIteration, readResult } from './reproduce.js'

export const SUMMARY_PATH = 'report/results/summary.json'
export const STUDY_PATH = 'report/results/study.json'

/** The published summary; null where there is none, or where it is of other runs than those published. */
export async function readSummary(root: string): Promise<Summary | null> {
  const summary = await readJsonIfThere<Summary>(join(root, SUMMARY_PATH))
  const results = await Promise.all(ITERATIONS.map((name) => readResult(root, name)))
  return summary !== null && results.every((result) => result !== null && isSummaryOf(summary, result)) ? summary : null
}

/** What the original study's record says; null where it was not computed. */
export const readStudyRecord = (root: string): Promise<StudyRecord | null> => readJsonIfThere(join(root, STUDY_PATH))

/**
 * Measures the three published iterations on the test melodies of the general corpus and of the style, beside what needs no
 * network, and writes `report/results/summary.json`.
 * @param withFurther whether the seeds, the leaky split and the quick scale are measured too: minutes of training.
 * @throws UserError when the published weights are not those of the result; InterruptedError.
 */
export async function summarize(study: PublishedStudy, withFurther: boolean, effects: Effects): Promise<Summary> {
  const { published, opened, folders } = study
  const models = await Promise.all(
    ITERATIONS.map((name) => publishedModel(opened[name], published[name], folders.root)),
  )
  const measured = await measureAll(models, effects)
  const before = await readJsonIfThere<Summary>(join(folders.root, SUMMARY_PATH))
  const further = withFurther
    ? await furtherStudies(folders, effects)
    : { seeds: before?.seeds ?? null, leakySplit: before?.leakySplit ?? null, quick: before?.quick ?? null }
  const [first, general, style] = measured as [Measured, Measured, Measured]
  const best = await bestOf(style, effects)
  const others = await baselines(opened, effects)
  const summary: Summary = {
    format: 'cantus-summary-1',
    corpus: published['2.1'].dataset.corpus,
    datasetHash: opened['2.1'].dataset.hash,
    bootstrap: { ...BOOTSTRAP, level: 0.95 },
    iterations: byIteration(measured.map((each) => iterationSummary(each))),
    baselines: bothSets((set) => others[set].map(({ scores: _scores, ...row }) => row)),
    moreData: bothSets((set) => differences(first.scores[set], general.scores[set])),
    forgetting: {
      models: {
        '2.1': testsOf(general),
        '2.2': testsOf(style),
        ...(best && { '2.2 best': testsOf(best) }),
      },
      differences: bothSets((set) => differences(general.scores[set], style.scores[set])),
      best: best && bestOfTransfer(best, general.scores, others.style),
    },
    gap: await gapOf(style, effects),
    ...further,
  }
  await writeFileAtomic(join(folders.root, SUMMARY_PATH), readableJson(summary))
  return summary
}

/** More digits than any interval leaves room for; all of them would double the file. */
const MUSICAL_DIGITS = 6

/**
 * The musical evaluation of the published iterations, written to `report/results/musical.json`.
 * @throws InterruptedError.
 */
export async function evaluateMusic(
  { published, opened, folders: { root } }: PublishedStudy,
  options: MusicalOptions,
  effects: Effects,
): Promise<MusicalReport> {
  const files = new Map(opened['2.1'].dataset.files.map((file) => [file.path, file]))
  const models = ITERATIONS.map((name): ModelOfMusic => {
    const { run, step, config, checkpoint } = published[name]
    const { part, parent } = opened[name]
    const trainedOn = [...part.train, ...(parent?.part.train ?? [])]
    return { run, steps: step, seed: config.seed, weightsFile: join(root, checkpoint.path), trainedOn }
  })
  const studyMelodies = join(projectRoot, '..', 'shared', 'study', 'melodies')
  const material: MusicalMaterial = {
    models: byIteration(models),
    human: { general: opened['2.1'].part.test, style: opened['2.2'].part.test },
    studyMelodies: existsSync(studyMelodies) ? studyMelodies : null,
    fileOf: (path) => {
      const file = files.get(path)!
      return { ...file, mayBeShown: mayShowNotes(file) }
    },
  }
  const report = await musicalStudy(material, options, effects)
  await writeFileAtomic(join(root, MUSICAL_PATH), readableJson(report, MUSICAL_DIGITS))
  return report
}

async function publishedModel(
  opened: OpenedIteration,
  { checkpoint: { path, sha256: hash }, step, curve, config }: IterationResult,
  root: string,
): Promise<Model> {
  const bytes = await readFile(join(root, path))
  if (sha256(bytes) !== hash)
    throw new UserError(`${path} is not the file that was published (sha256 ${hash.slice(0, 12)}…): put it back`)
  const { spec, weights } = decodeWeights(bytes)
  return { opened, spec, weights, step, curve, config, checkpoint: { path, sha256: hash } }
}

const COMPARED: readonly MeasureName[] = ['loss', 'bitsPerNote', 'accuracy', 'eventAccuracy']

function differences(before: readonly FamilyScore[], after: readonly FamilyScore[]): Differences {
  return Object.fromEntries(COMPARED.map((measure) => [measure, scoreDifference(before, after, measure, BOOTSTRAP)]))
}

/** A predictor without a network, with its score on every test melody. */
type MeasuredBaseline = BaselineSummary & { readonly scores: readonly FamilyScore[] }

/** What 2.2 at its best gains over 2.1, and in the style over the PPM that predicts it best; family by family. */
function bestOfTransfer(
  { step, scores }: Pick<Measured, 'step' | 'scores'>,
  before: Measured['scores'],
  baselines: readonly MeasuredBaseline[],
): BestOfTransfer {
  const ppm = baselines
    .filter(({ name }) => name === 'ppm')
    .reduce((a, b) => (b.test.loss.value < a.test.loss.value ? b : a))
  return {
    steps: step,
    differences: bothSets((set) => differences(before[set], scores[set])),
    ppm: { trainedOn: ppm.trainedOn, loss: scoreDifference(ppm.scores, scores.style, 'loss', BOOTSTRAP) },
  }
}

/** What needs no network, on both test sets; on the style's also with what 2.2 had seen before, the general music. */
async function baselines(opened: ByIteration<OpenedIteration>, effects: Effects): Promise<BySet<MeasuredBaseline[]>> {
  const { part: general, config } = opened['2.1']
  const { part: style } = opened['2.2']
  const encoding = melodyEncoding(config.model.encoding)
  type Part = OpenedIteration['part']
  const asked = async (trainedOn: string, train: readonly MelodyRow[], part: Part, names?: BaselineName[]) => {
    const { validation, test } = part
    const found = await baselineScores(
      { encoding, train: eventsOf(train), validation: eventsOf(validation), test: eventsOf(test) },
      effects,
      names,
    )
    return found.map(({ name, order, scores }) => {
      const byFamily = withFamilies(scores, test)
      return { name, order, trainedOn, test: testScores(byFamily, BOOTSTRAP), scores: byFamily }
    })
  }
  return {
    general: await asked('general', general.train, general),
    style: [
      ...(await asked('style', style.train, style)),
      ...(await asked('general and style', [...general.train, ...style.train], style, ['n-gram', 'ppm'])),
    ],
  }
}

/** The weights of the lowest validation loss on both test sets; null where the run did not keep them. */
async function bestOf(
  { opened, scores: _scores, ...model }: Measured,
  effects: Effects,
): Promise<Pick<Measured, 'step' | 'scores'> | null> {
  const archived = await loadBest(opened)
  if (archived === null) return null
  const best = { ...model, ...archived }
  const general = await scoresOf(best, opened.parent!.part.test, effects)
  const style = await scoresOf(best, opened.part.test, effects)
  return { step: archived.step, scores: { general, style } }
}

async function loadBest(opened: OpenedIteration): Promise<{ weights: Weights; step: number } | null> {
  await adoptKept(opened) // a fresh checkout has it among the kept runs alone
  try {
    const checkpoint = await loadCheckpoint(runFiles(opened.runFolder).best)
    return { weights: modelWeights(checkpoint), step: checkpoint.state['step'] as number }
  } catch (error) {
    if (error instanceof UserError) return null // its run was not kept
    throw error
  }
}

async function gapOf(style: Measured, effects: Effects): Promise<Summary['gap']> {
  const { opened, curve, config } = style
  const train = await scoresOf(style, opened.part.train, effects)
  const test = testScores(style.scores.style, BOOTSTRAP)
  return {
    iteration: config.iteration,
    curve: gapCurve(curve),
    atTheEnd: { train: testScores(train, BOOTSTRAP), test },
  }
}
