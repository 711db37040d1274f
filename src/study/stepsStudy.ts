import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { StudyIterationName } from '../config/experimentConfig.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import { stretchIndex } from '../dataset/sharedStretch.ts'
import { type FamilyScore, testScores } from '../evaluation/intervals.ts'
import { firstReached, loggedMeans } from '../evaluation/loggedMeans.ts'
import { asInTheStudy } from '../evaluation/summary.ts'
import { decodeWeights } from '../model/safetensors.ts'
import {
  type EqualSteps,
  type KeptScores,
  type MemoryOverTime,
  type MemoryPoint,
  type MoreSteps,
  stepsFile,
  type StepsReport,
} from '../results/stepsReport.ts'
import type { BySet, TestScores } from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { namesIn } from '../support/namesIn.ts'
import { BOOTSTRAP, bothSets, differences, scoresOf } from './measuredModel.ts'
import { humanSet, type MusicalOptions, oursSet, PER_CELL, stretches, TOTAL_STEPS } from './musicalStudy.ts'
import type { PublishedStudy } from './publishedStudy.ts'
import { stepsOf } from './stepsKept.ts'

/** What the study printed of its third model. */
const STUDY_ACCURACY = 0.9

interface KeptWeights {
  readonly iteration: StudyIterationName
  readonly run: string
  readonly step: number
  readonly path: string
  readonly sha256: string
  readonly spec: ModelSpec
  readonly weights: Weights
}

interface MeasuredWeights extends KeptWeights {
  readonly scores: BySet<readonly FamilyScore[]>
  /** The same over all melodies of a set, with intervals. */
  readonly test: BySet<TestScores>
}

/**
 * Measures the study's models at the steps whose weights are kept, and writes `report/results/steps.json`: iterations 1 and 2.1
 * after equally many steps, what further steps alone change, and how much of iteration 2.2 is memory as it goes on.
 * @param options how many continuations say what is recited, as in the musical evaluation.
 * @throws UserError when no weights of the published runs are kept; InterruptedError.
 */
export async function stepsStudy(
  study: PublishedStudy,
  options: MusicalOptions,
  effects: Effects,
): Promise<StepsReport> {
  const { opened, folders } = study
  const kept: KeptWeights[] = []
  for (const iteration of STUDY_ITERATIONS) kept.push(...(await keptWeights(iteration, study, effects)))
  if (kept.length === 0)
    throw new UserError(
      `no weights of the published runs are kept in ${join(folders.root, 'report/results/checkpoints/steps')}: restore them with git checkout`,
    )
  const bar = effects.reporter.bar('Weights at single steps', kept.length, 'models')
  const measured: MeasuredWeights[] = []
  try {
    for (const each of kept) {
      stopIfAsked(effects)
      const score = (iteration: '2.1' | '2.2') => scoresOf(each, opened[iteration].part.test, effects)
      const scores = { general: await score('2.1'), style: await score('2.2') }
      measured.push({ ...each, scores, test: bothSets((set) => testScores(scores[set], BOOTSTRAP)) })
      bar.update(measured.length, `${each.iteration} at ${each.step}`)
    }
  } finally {
    bar.stop()
  }
  const report: StepsReport = {
    format: 'cantus-steps-1',
    corpus: study.published['2.1'].dataset.corpus,
    datasetHash: opened['2.1'].dataset.hash,
    kept: measured.map(keptScores),
    equal: equalSteps(measured),
    more: moreSteps(measured),
    memory: await memoryOverTime(study, { measured, ...options }, effects),
  }
  await stepsFile.write(folders.root, report)
  return report
}

function stopIfAsked({ signal }: Effects): void {
  if (signal.aborted) throw new InterruptedError('stopped; run the same command to repeat it')
}

/** The weights of a published run at single steps, in their order; those of another run are named and left out. */
async function keptWeights(
  iteration: StudyIterationName,
  { published, folders }: PublishedStudy,
  effects: Effects,
): Promise<KeptWeights[]> {
  const kept: KeptWeights[] = []
  const { run } = published[iteration]
  const folder = await stepsOf(folders.root, { iteration, run }, effects)
  if (folder === null) return kept
  for (const name of await namesIn(join(folders.root, folder), '.safetensors')) {
    const path = `${folder}/${name}`
    const bytes = await readFile(join(folders.root, path))
    const { spec, weights } = decodeWeights(bytes)
    const step = Number(basename(name, '.safetensors'))
    kept.push({ iteration, run, step, path, sha256: sha256(bytes), spec, weights })
  }
  return kept.toSorted((a, b) => a.step - b.step)
}

function keptScores({ iteration, run, step, sha256: hash, test }: MeasuredWeights): KeptScores {
  return { iteration, run, step, sha256: hash, test }
}

const between = (before: MeasuredWeights, after: MeasuredWeights) =>
  bothSets((set) => differences(before.scores[set], after.scores[set]))

function equalSteps(measured: readonly MeasuredWeights[]): EqualSteps[] {
  const [first, second] = (['1', '2.1'] as const).map((name) => measured.filter(({ iteration }) => iteration === name))
  return (first ?? []).flatMap((before) => {
    const after = second?.find(({ step }) => step === before.step)
    return after === undefined ? [] : [{ step: before.step, differences: between(before, after) }]
  })
}

/** Each kept step of an iteration against the one before it. */
function moreSteps(measured: readonly MeasuredWeights[]): MoreSteps[] {
  return measured.flatMap((after, n) => {
    const before = measured[n - 1]
    if (before === undefined || before.iteration !== after.iteration) return []
    return [{ iteration: after.iteration, from: before.step, to: after.step, differences: between(before, after) }]
  })
}

interface MemoryOptions extends MusicalOptions {
  readonly measured: readonly MeasuredWeights[]
}

/** Iteration 2.2 from the weights it started from to its end. */
async function memoryOverTime(
  { published, opened, folders }: PublishedStudy,
  { measured, perCell = PER_CELL, totalSteps = TOTAL_STEPS }: MemoryOptions,
  effects: Effects,
): Promise<MemoryOverTime | null> {
  const { config, curve } = published['2.2']
  const own = measured.filter(({ iteration }) => iteration === '2.2')
  if (own.length === 0) return null
  const from = published['2.1'].config.training.steps
  const start = measured.filter(({ iteration, step }) => iteration === '2.1' && step === from)
  const { train, test } = opened['2.2'].part
  const index = stretchIndex(train.map(({ events }) => events))
  const copied = (set: Parameters<typeof stretches>[0]) => {
    const { longest, share } = stretches(set, index)
    return { longest, share }
  }
  const points: MemoryPoint[] = []
  for (const each of [...start, ...own]) {
    stopIfAsked(effects)
    const set = await oursSet({ weightsFile: join(folders.root, each.path), config }, { perCell, totalSteps })
    const scores = testScores(await scoresOf(each, train, effects), BOOTSTRAP)
    points.push({ step: each.step, train: scores, test: each.test, copied: copied(set) })
  }
  return {
    iteration: '2.2',
    points,
    trainingMelodies: train.length,
    ...{ perCell, totalSteps },
    human: copied(humanSet('human style', test, totalSteps)),
    logged: loggedMeans(curve),
    threshold: STUDY_ACCURACY,
    reached: firstReached(curve, STUDY_ACCURACY),
    highest: asInTheStudy(curve).highest100,
  }
}
