import type { MelodyRow } from '../dataset/dataset.ts'
import { type FamilyScore, scoreDifference, testScores } from '../evaluation/intervals.ts'
import { evaluate, evaluateEach } from '../evaluation/numerical.ts'
import { asInTheStudy } from '../evaluation/summary.ts'
import type { ByIteration, ExperimentConfig, IterationName } from '../config/experimentConfig.ts'
import { iterationsIn } from '../config/scales.ts'
import {
  type BySet,
  type Differences,
  type IterationSummary,
  type MeasureName,
  type PortableCheck,
  TEST_SETS,
} from '../results/summary.ts'
import type { ModelSpec, Weights } from '../config/modelSpec.ts'
import type { Effects } from '../support/effects.ts'
import type { WeightsAtStep } from '../training/bestCheckpoint.ts'
import type { MetricRow } from '../results/metrics.ts'
import type { OpenedIteration } from './reproduce.ts'
import { itemAt, propertyOf, valueAt } from '../support/itemAt.ts'
import { recordOf } from '../support/records.ts'

/** The bootstrap of all published intervals. */
export const BOOTSTRAP = { seed: 1, draws: 10_000 } as const
/** Melodies of the portable check: seconds of work. */
const PORTABLE_MELODIES = 25

/** What is made of each value, under the same names. */
export const eachIteration = <A, B>(
  values: ByIteration<A>,
  make: (value: A, name: IterationName) => B,
): ByIteration<B> => recordOf(iterationsIn(values), (name) => make(propertyOf(values, name), name))

/** The same where making takes time: one after the other. */
export async function oneByOne<A, B>(
  values: ByIteration<A>,
  make: (value: A, name: IterationName) => Promise<B>,
): Promise<ByIteration<B>> {
  const made = new Map<IterationName, B>()
  for (const name of iterationsIn(values)) made.set(name, await make(propertyOf(values, name), name))
  return eachIteration(values, (_, name) => valueAt(made, name))
}

/** A value for each test set. */
export const bothSets = <T>(make: (set: (typeof TEST_SETS)[number]) => T): BySet<T> => recordOf(TEST_SETS, make)

const COMPARED: readonly MeasureName[] = ['loss', 'bitsPerNote', 'accuracy', 'eventAccuracy']

/** How much more `after` scores than `before` on the same melodies, family by family. */
export function differences(before: readonly FamilyScore[], after: readonly FamilyScore[]): Differences {
  return Object.fromEntries(COMPARED.map((measure) => [measure, scoreDifference(before, after, measure, BOOTSTRAP)]))
}

/** A trained iteration, as it is published. */
export interface Model {
  readonly opened: OpenedIteration
  readonly spec: ModelSpec
  /** As published: fp16. */
  readonly weights: Weights
  readonly step: number
  readonly curve: readonly MetricRow[]
  readonly config: ExperimentConfig
  readonly checkpoint: IterationSummary['checkpoint']
  /** The end of its run, fp16; null if that is what is published, or was not kept. */
  readonly last: WeightsAtStep | null
}

/** And how it predicts each melody of both test sets. */
export interface Measured extends Model {
  readonly scores: BySet<readonly FamilyScore[]>
  readonly portable: PortableCheck
  /** The end of its run on both test sets. */
  readonly lastScores: BySet<readonly FamilyScore[]> | null
}

/** Each model, and the end of its run, on both test sets: those of iteration 2.1's and of 2.2's part. */
export async function measureAll(models: ByIteration<Model>, effects: Effects): Promise<ByIteration<Measured>> {
  const sets = { general: models['2.1'].opened.part.test, style: models['2.2'].opened.part.test }
  const onBoth = async (model: Pick<Model, 'spec' | 'weights'>) => ({
    general: await scoresOf(model, sets.general, effects),
    style: await scoresOf(model, sets.style, effects),
  })
  return oneByOne(models, async (model) => ({
    ...model,
    scores: await onBoth(model),
    lastScores: model.last === null ? null : await onBoth({ spec: model.spec, weights: model.last.weights }),
    portable: await measurePortably(model, sets.style, effects),
  }))
}

/** Scores of a model on each melody, with families. */
export async function scoresOf(
  { spec, weights }: Pick<Model, 'spec' | 'weights'>,
  melodies: readonly MelodyRow[],
  effects: Effects,
): Promise<FamilyScore[]> {
  const scores = await evaluateEach(spec, weights, melodies, effects)
  return withFamilies(scores, melodies)
}

/** The events of melodies. */
export const eventsOf = (melodies: readonly MelodyRow[]): (readonly number[])[] => melodies.map(({ events }) => events)
/** Scores with the families of their melodies, for the bootstrap. */
export const withFamilies = <Score>(
  scores: readonly Score[],
  melodies: readonly MelodyRow[],
): (Score & { family: string })[] => scores.map((score, n) => ({ ...score, family: itemAt(melodies, n).family }))

/** Loss on the first of the style's test melodies, in arithmetic that is the same everywhere. */
export async function measurePortably(
  { spec, weights }: Pick<Model, 'spec' | 'weights'>,
  melodies: readonly MelodyRow[],
  effects: Effects,
): Promise<PortableCheck> {
  const some = melodies.slice(0, PORTABLE_MELODIES)
  const { loss, steps } = await evaluate(spec, weights, some, effects, { engine: 'portable' })
  return { set: 'style', melodies: some.length, steps, loss }
}

/** The scores of a model on both test sets, with intervals. */
export function testsOf({ step, scores }: Pick<Measured, 'step' | 'scores'>) {
  return { steps: step, test: bothSets((set) => testScores(scores[set], BOOTSTRAP)) }
}

/** The end of a run as a summary has it; null if that is what is published. */
export const lastTestsOf = ({ last, lastScores }: Pick<Measured, 'last' | 'lastScores'>) =>
  last === null || lastScores === null ? null : testsOf({ step: last.step, scores: lastScores })

/** A measured iteration as the summary shows it. */
export function iterationSummary(measured: Measured): IterationSummary {
  const { opened, config, step, curve, checkpoint, portable } = measured
  const last = lastTestsOf(measured)
  return {
    run: opened.run,
    steps: step,
    seed: config.seed,
    datasetHash: opened.dataset.hash,
    test: testsOf(measured).test,
    ...(last === null ? {} : { last }),
    asInTheStudy: asInTheStudy(curve),
    portable,
    checkpoint,
    config,
  }
}
