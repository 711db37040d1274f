import type { MelodyRow, Split } from '../dataset/dataset.ts'
import type { MelodyEncoding } from '../dataset/encoding.ts'
import { firstOfEach } from '../dataset/selectPart.ts'
import { baselineScores } from '../evaluation/baselines.ts'
import { type FamilyScore, testScores } from '../evaluation/intervals.ts'
import type { BaselineName, BaselineSummary } from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import { BOOTSTRAP, withFamilies } from './measuredModel.ts'
import { valueAt } from '../support/itemAt.ts'

/** A predictor without a network on a corpus. */
export type PredictorScores = Pick<BaselineSummary, 'name' | 'test'>

const PREDICTORS: readonly BaselineName[] = ['n-gram', 'ppm', 'idyom']

/** Melodies of a corpus. */
export interface PredictorSides {
  readonly encoding: MelodyEncoding
  /** Every melody of the set, whatever its side. */
  readonly all: readonly MelodyRow[]
  /** Those that are measured. */
  readonly melodies: readonly MelodyRow[]
}

/**
 * Predictors without a network on melodies of a corpus, each melody by one that has counted other families: the training side, or
 * for a melody of that side the test side. Null where one of them would have nothing to count.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function predictorScores(
  { encoding, all, melodies }: PredictorSides,
  effects: Effects,
): Promise<PredictorScores[] | null> {
  const side = (split: Split): MelodyRow[] => firstOfEach(all.filter((row) => row.split === split))
  const validation = side('validation')
  const folds = [
    { train: side('train'), test: melodies.filter(({ split }) => split !== 'train') },
    { train: side('test'), test: melodies.filter(({ split }) => split === 'train') },
  ].filter(({ test }) => test.length > 0)
  if (folds.some(({ train }) => train.length === 0)) return null
  const scores = new Map(PREDICTORS.map((name): [BaselineName, FamilyScore[]] => [name, []]))
  for (const fold of folds)
    for (const { name, scores: found } of await baselineScores({ encoding, validation, ...fold }, effects, PREDICTORS))
      valueAt(scores, name).push(...withFamilies(found, fold.test))
  return [...scores].map(([name, found]) => ({ name, test: testScores(found, BOOTSTRAP) }))
}
