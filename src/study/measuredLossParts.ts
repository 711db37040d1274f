import { BASELINE_TITLES, bestBaseline } from '../charts/measures.ts'
import type { ByIteration } from '../config/experimentConfig.ts'
import { iterationsIn } from '../config/scales.ts'
import type { FamilyScore } from '../evaluation/intervals.ts'
import { lossPartsOf, lossPlaces } from '../evaluation/lossParts.ts'
import { networkCosts } from '../evaluation/networkCosts.ts'
import { noCosts, type StepCosts } from '../evaluation/stepCosts.ts'
import { type BaselineName, type BySet, type LossParts, TEST_SETS, type TestSet } from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import type { MeasuredBaselines } from './measuredBaselines.ts'
import { BOOTSTRAP, type Measured } from './measuredModel.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/** Networks, baselines and mixtures, measured on the same melodies. */
export interface LossPartsStudy extends MeasuredBaselines {
  readonly networks: ByIteration<Measured>
}

/** Baselines whose loss is split; of those that counted several corpora the best one. */
const SPLIT: readonly BaselineName[] = ['n-gram', 'ppm', 'idyom']

/**
 * Where each predictor loses what it loses, on both test sets.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function measureLossParts(study: LossPartsStudy, effects: Effects): Promise<BySet<LossParts[]>> {
  const found: Record<TestSet, LossParts[]> = { general: [], style: [] }
  for (const set of TEST_SETS) found[set] = await partsOn(set, study, effects)
  return found
}

async function partsOn(set: TestSet, study: LossPartsStudy, effects: Effects): Promise<LossParts[]> {
  const { networks, baselines, mixtures } = study
  const melodies = networks[set === 'general' ? '2.1' : '2.2'].opened.part.test
  const places = melodies.map(lossPlaces)
  const parts: LossParts[] = []
  const add = (predictor: string, costs: readonly StepCosts[]): void => {
    const charged = melodies.map(({ family }, n) => ({ places: itemAt(places, n), costs: itemAt(costs, n), family }))
    parts.push({ predictor, parts: lossPartsOf(charged, BOOTSTRAP) })
  }
  for (const name of iterationsIn(networks))
    add(`iteration ${name}`, await networkCosts(propertyOf(networks, name), melodies, effects))
  for (const { iteration, baseline, scores } of mixtures?.[set] ?? [])
    add(`iteration ${iteration} + ${BASELINE_TITLES[baseline]}`, costsOf(scores))
  for (const name of SPLIT) {
    const rows = baselines[set].filter((row) => row.name === name)
    if (rows.length > 0) add(BASELINE_TITLES[name], costsOf(bestBaseline(rows).scores))
  }
  return parts
}

const costsOf = (scores: readonly FamilyScore[]): StepCosts[] => scores.map(({ costs }) => costs ?? noCosts(0))
