import { bestBaseline } from '../charts/measures.ts'
import type { ByIteration } from '../config/experimentConfig.ts'
import { isNoteModel } from '../config/modelSpec.ts'
import type { MelodyRow } from '../dataset/dataset.ts'
import { eventEncoding } from '../dataset/encoding.ts'
import { type BaselineSides, baselineScores } from '../evaluation/baselines.ts'
import type { IdyomModel } from '../evaluation/idyom/idyomModel.ts'
import { learnTunes } from '../evaluation/idyom/idyomScores.ts'
import { type FamilyScore, scoreDifference, testScores } from '../evaluation/intervals.ts'
import { mixtureScores } from '../evaluation/mixture.ts'
import { noteDistributions } from '../evaluation/noteDistributions.ts'
import {
  type BaselineName,
  BASELINES,
  type BaselineSummary,
  type BestOfTransfer,
  type BySet,
  type MixtureSummary,
  type TestSet,
} from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import { BOOTSTRAP, differences, type Measured, withFamilies } from './measuredModel.ts'
import type { OpenedIteration } from './reproduce.ts'
import { itemAt } from '../support/itemAt.ts'

/** Scores of a predictor on each test melody. */
export interface WithScores {
  readonly scores: readonly FamilyScore[]
}

/** A predictor without a network, with its score on every test melody. */
export type MeasuredBaseline = BaselineSummary & WithScores

/** A network of notes mixed with a baseline, with its score on every test melody. */
export type MeasuredMixture = MixtureSummary & WithScores

/** Rows as a summary has them. */
export const withoutScores = <Row extends WithScores>(rows: readonly Row[]): Omit<Row, 'scores'>[] =>
  rows.map(({ scores: _scores, ...row }) => row)

/** The parts of the general corpus and of the style that baselines count and are measured on. */
export type BaselineParts = BySet<Pick<OpenedIteration, 'part' | 'config'>>

/** And the networks; those of notes are mixed with a baseline. Absent = none. */
export interface BaselineStudy extends BaselineParts {
  readonly networks?: Partial<ByIteration<Measured>>
}

/** What needs no network on both test sets, and its mixtures with networks of notes; null where there are none of those. */
export interface MeasuredBaselines {
  readonly baselines: BySet<MeasuredBaseline[]>
  readonly mixtures: BySet<MeasuredMixture[]> | null
}

/** What a baseline counts, in words, and which baselines count it. */
interface Counted {
  readonly trainedOn: string
  readonly names: readonly BaselineName[]
}

type Sides = Omit<BaselineSides, 'test'> & { readonly test: readonly MelodyRow[] }

async function measure(sides: Sides, { trainedOn, names }: Counted, effects: Effects): Promise<MeasuredBaseline[]> {
  const found = await baselineScores(sides, effects, names)
  return found.map(({ scores, ...baseline }) => {
    const byFamily = withFamilies(scores, sides.test)
    return { ...baseline, trainedOn, test: testScores(byFamily, BOOTSTRAP), scores: byFamily }
  })
}

const OF_STEPS = BASELINES.filter((name) => name !== 'idyom')
const of = (trainedOn: string, names: readonly BaselineName[]): Counted => ({ trainedOn, names })

/**
 * The baselines on both test sets, the IDyOM-like predictors last: in the style also with what 2.2 had seen before, the general
 * music. Each network of notes is mixed with the predictor that has counted what it was trained on.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function measureBaselines(study: BaselineStudy, effects: Effects): Promise<MeasuredBaselines> {
  const { general, style } = { general: study.general.part, style: study.style.part }
  const encoding = eventEncoding(study.general.config.model)
  const both = [...general.train, ...style.train]
  const onGeneral = { ...general, encoding }
  const onStyle = { ...style, encoding }
  const ofGeneral = await measure(onGeneral, of('general', OF_STEPS), effects)
  const ofStyle = await measure(onStyle, of('style', OF_STEPS), effects)
  const ofBoth = await measure({ ...onStyle, train: both }, of('general and style', ['n-gram', 'ppm']), effects)
  // One IDyOM-like predictor counts the general music, then the style's as well.
  const idyom = await learnTunes(general.train, effects)
  const mixing = (set: TestSet, row: readonly MeasuredBaseline[]): Promise<MeasuredMixture[]> =>
    measureMixtures({ set, study, idyom, row }, effects)
  const idyomOfGeneral = await measure({ ...onGeneral, idyom }, of('general', ['idyom']), effects)
  const mixedOnGeneral = await mixing('general', idyomOfGeneral)
  const idyomInStyle = await measure({ ...onStyle, idyom }, of('general', ['idyom']), effects)
  await learnTunes(style.train, effects, idyom)
  const idyomOfBoth = await measure({ ...onStyle, idyom }, of('general and style', ['idyom']), effects)
  const mixedOnStyle = await mixing('style', idyomOfBoth)
  const idyomOfStyle = await measure(onStyle, of('style', ['idyom']), effects)
  return {
    baselines: {
      general: [...ofGeneral, ...idyomOfGeneral],
      style: [...ofStyle, ...ofBoth, ...idyomOfStyle, ...idyomOfBoth, ...idyomInStyle],
    },
    mixtures: mixedOnGeneral.length === 0 ? null : { general: mixedOnGeneral, style: mixedOnStyle },
  }
}

/** What is mixed: the predictor, and its row of the baselines on that test set. */
interface MixtureOf {
  readonly set: TestSet
  readonly study: BaselineStudy
  readonly idyom: IdyomModel
  readonly row: readonly MeasuredBaseline[]
}

/** The networks that are mixed on each test set: 3.2 is of the style alone. */
const MIXED = { general: ['3.1'], style: ['3.1', '3.2'] } as const

async function measureMixtures({ set, study, idyom, row }: MixtureOf, effects: Effects): Promise<MeasuredMixture[]> {
  const { validation, test } = study[set].part
  const found: MeasuredMixture[] = []
  for (const iteration of MIXED[set]) {
    const measured = study.networks?.[iteration]
    const { name: baseline, trainedOn, mixing } = itemAt(row, 0)
    if (measured === undefined || !isNoteModel(measured.spec) || mixing === undefined) continue
    const network = await noteDistributions(measured.spec, measured.weights)
    const { weights, scores } = await mixtureScores({ network, idyom, mixing }, { validation, test }, effects)
    const byFamily = withFamilies(scores, test)
    found.push({
      ...{ iteration, baseline, trainedOn, mixing, weights, scores: byFamily },
      test: testScores(byFamily, BOOTSTRAP),
      differences: differences(measured.scores[set], byFamily),
    })
  }
  return found
}

/** The loss of a model in the style less that of the best predictor without a network, family by family. */
export function againstBest(
  scores: readonly FamilyScore[],
  baselines: readonly MeasuredBaseline[],
): NonNullable<BestOfTransfer['baseline']> {
  const best = bestBaseline(baselines)
  const { name, trainedOn } = best
  return { name, trainedOn, loss: scoreDifference(best.scores, scores, 'loss', BOOTSTRAP) }
}
