import type { MelodyRow } from '../dataset/dataset.ts'
import { eventEncoding } from '../dataset/encoding.ts'
import { type BaselineSides, baselineScores } from '../evaluation/baselines.ts'
import { learnTunes } from '../evaluation/idyom/idyomScores.ts'
import { type FamilyScore, scoreDifference, testScores } from '../evaluation/intervals.ts'
import {
  type BaselineName,
  BASELINES,
  type BaselineSummary,
  type BestOfTransfer,
  type BySet,
} from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import { BOOTSTRAP, withFamilies } from './measuredModel.ts'
import type { OpenedIteration } from './reproduce.ts'

/** A predictor without a network, with its score on every test melody. */
export type MeasuredBaseline = BaselineSummary & { readonly scores: readonly FamilyScore[] }

/** The parts of the general corpus and of the style that baselines count and are measured on. */
export type BaselineParts = BySet<Pick<OpenedIteration, 'part' | 'config'>>

/** The baselines as a summary has them. */
export const baselineRows = (measured: readonly MeasuredBaseline[]): BaselineSummary[] =>
  measured.map(({ scores: _scores, ...row }) => row)

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

/**
 * What needs no network on both test sets, the IDyOM-like predictors last: in the style also with what 2.2 had seen before, the
 * general music.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function measureBaselines(parts: BaselineParts, effects: Effects): Promise<BySet<MeasuredBaseline[]>> {
  const { general, style } = { general: parts.general.part, style: parts.style.part }
  const encoding = eventEncoding(parts.general.config.model)
  const both = [...general.train, ...style.train]
  const onGeneral = { ...general, encoding }
  const onStyle = { ...style, encoding }
  const of = (trainedOn: string, names: readonly BaselineName[]): Counted => ({ trainedOn, names })
  const ofGeneral = await measure(onGeneral, of('general', OF_STEPS), effects)
  const ofStyle = await measure(onStyle, of('style', OF_STEPS), effects)
  const ofBoth = await measure({ ...onStyle, train: both }, of('general and style', ['n-gram', 'ppm']), effects)
  // One IDyOM-like predictor counts the general music, then the style's as well.
  const idyom = await learnTunes(general.train, effects)
  const idyomOfGeneral = await measure({ ...onGeneral, idyom }, of('general', ['idyom']), effects)
  const idyomInStyle = await measure({ ...onStyle, idyom }, of('general', ['idyom']), effects)
  await learnTunes(style.train, effects, idyom)
  const idyomOfBoth = await measure({ ...onStyle, idyom }, of('general and style', ['idyom']), effects)
  const idyomOfStyle = await measure(onStyle, of('style', ['idyom']), effects)
  return {
    general: [...ofGeneral, ...idyomOfGeneral],
    style: [...ofStyle, ...ofBoth, ...idyomOfStyle, ...idyomOfBoth, ...idyomInStyle],
  }
}

/** The loss of a model in the style less that of the best predictor without a network, family by family. */
export function againstBest(
  scores: readonly FamilyScore[],
  baselines: readonly MeasuredBaseline[],
): NonNullable<BestOfTransfer['baseline']> {
  const best = baselines.reduce((a, b) => (b.test.loss.value < a.test.loss.value ? b : a))
  const { name, trainedOn } = best
  return { name, trainedOn, loss: scoreDifference(best.scores, scores, 'loss', BOOTSTRAP) }
}
