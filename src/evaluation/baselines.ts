import { setImmediate } from 'node:timers/promises'
import { encodable, isEncodable, type Tune } from '../dataset/batches.ts'
import { type MelodyEncoding, eventEncoding } from '../dataset/encoding.ts'
import { addSums, NO_SUMS } from '../model/metricSums.ts'
import type { ModelSpec } from '../config/modelSpec.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { metricsOf } from '../results/metrics.ts'
import { type BaselineName, BASELINES, type Mixing } from '../results/summary.ts'
import type { IdyomModel } from './idyom/idyomModel.ts'
import { idyomScores, learnTunes } from './idyom/idyomScores.ts'
import type { MelodyScore } from './numerical.ts'
import {
  copyLastPredictor,
  labelsOf,
  learnContexts,
  majorityPredictor,
  ngramPredictor,
  ppmPredictor,
  type Predictor,
  scorePredictor,
} from './predictors.ts'
import { itemAt } from '../support/itemAt.ts'

/** What a predictor reaches that never looks at the music: the floor under every model. */
export interface Baselines {
  /** Cross-entropy, in nats per step, of always predicting the training set's label frequencies. */
  readonly unigramLoss: number
  /** Accuracy of always saying the training set's commonest label. */
  readonly majorityAccuracy: number
}

/** Melodies as events. */
export type Melodies = readonly (readonly number[])[]

/**
 * Both on the held-out melodies, over the same steps that a model is measured on. One is added to each label's count, so that a
 * label the training set lacks costs much but not everything. NaN without held-out steps.
 * @example labelBaselines(spec, [[60, -2, -2]], [[60, -2]]).majorityAccuracy // 1: "no event" is commonest, and right
 */
export function labelBaselines(spec: ModelSpec, train: Melodies, test: Melodies): Baselines {
  const encoding = eventEncoding(spec)
  const majority = majorityPredictor(encoding.classes, labelsOf(encoding, train))
  const { loss, accuracy } = metricsOf(scorePredictor(majority, encoding, test).reduce(addSums, NO_SUMS))
  return { unigramLoss: loss, majorityAccuracy: accuracy }
}

/** A warning for a model that predicts no better than event frequencies alone; null for one that does. */
export function worseThanFrequencies(loss: number, { unigramLoss }: Pick<Baselines, 'unigramLoss'>): string | null {
  if (!(loss >= unigramLoss)) return null
  const [model, frequencies] = [loss, unigramLoss].map((value) => value.toFixed(3))
  return `predicts worse than event frequencies alone: loss ${model} against ${frequencies}`
}

/** Melodies to count, to choose by, and to be measured on. */
export interface BaselineSides {
  readonly encoding: MelodyEncoding
  readonly train: readonly Tune[]
  readonly validation: readonly Tune[]
  readonly test: readonly Tune[]
  /** An IDyOM-like predictor that has counted the training melodies already; absent = it counts them. */
  readonly idyom?: IdyomModel
}

/** The scores of the baselines. */
export interface BaselineScores {
  readonly name: BaselineName
  /** Labels of context that the validation melodies chose; null if there is nothing to choose. */
  readonly order: number | null
  /** Of the IDyOM-like predictor. */
  readonly mixing?: Mixing
  readonly scores: MelodyScore[]
}

type StepBaseline = Exclude<BaselineName, 'idyom'>

const eventsOf = (tunes: readonly Tune[]): Melodies => tunes.map(({ events }) => events)

/** Labels of context to choose from: an eighth to a bar of 4/4. A longer one costs memory and gains little. */
const ORDERS: readonly number[] = [2, 4, 8, 16]
/** Melodies the order is chosen on; more would not change it. */
const CHOSEN_ON = 300

/**
 * Predictors without a network on the test melodies; the order of those that have one is that of the lowest loss on (the
 * first 300) validation melodies, or the least if there are none. So is the mixing of the IDyOM-like predictor, which reads notes.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function baselineScores(
  sides: BaselineSides,
  effects: Effects,
  names: readonly BaselineName[] = BASELINES,
): Promise<BaselineScores[]> {
  const onSteps = names.filter((name) => name !== 'idyom')
  const found = onSteps.length === 0 ? [] : await stepScores(sides, effects, onSteps)
  return names.includes('idyom') ? [...found, await idyomBaseline(sides, effects)] : found
}

async function idyomBaseline(
  { encoding, train, validation, test, idyom }: BaselineSides,
  effects: Effects,
): Promise<BaselineScores> {
  const model = idyom ?? (await learnTunes(inRange(encoding, train), effects))
  const sides = { validation: inRange(encoding, validation), test: inRange(encoding, test) }
  return { name: 'idyom', order: null, ...(await idyomScores(model, sides, effects)) }
}

/** The melodies as networks of that encoding are asked about them. */
function inRange(encoding: MelodyEncoding, tunes: readonly Tune[]): Tune[] {
  return tunes.map((tune) =>
    isEncodable(tune.events) ? { ...tune, events: itemAt(encodable([tune.events], encoding), 0) } : tune,
  )
}

/** A baseline that reads steps: the orders to choose from, and how to make one. */
interface StepMaker {
  readonly orders: readonly (number | null)[]
  readonly make: (order: number) => Predictor
}

function stepMakers(
  { encoding: { classes }, labels }: { readonly encoding: MelodyEncoding; readonly labels: Melodies },
  names: readonly StepBaseline[],
): Readonly<Record<StepBaseline, StepMaker>> {
  const wantsContexts = names.includes('n-gram') || names.includes('ppm')
  const tree = learnContexts(classes, wantsContexts ? Math.max(...ORDERS) : 0, labels)
  return {
    majority: { orders: [null], make: () => majorityPredictor(classes, labels) },
    'copy-last': { orders: [null], make: () => copyLastPredictor(classes, labels) },
    'n-gram': { orders: ORDERS, make: (order) => ngramPredictor(tree, order) },
    ppm: { orders: ORDERS, make: (order) => ppmPredictor(tree, order) },
  }
}

async function stepScores(
  { encoding, ...sides }: BaselineSides,
  effects: Effects,
  names: readonly StepBaseline[],
): Promise<BaselineScores[]> {
  const makers = stepMakers({ encoding, labels: labelsOf(encoding, eventsOf(sides.train)) }, names)
  const [chosenOn, test] = [eventsOf(sides.validation).slice(0, CHOSEN_ON), eventsOf(sides.test)]
  const bar = effects.reporter.bar('Baselines without a network', names.length, 'predictors')
  const found: BaselineScores[] = []
  const score = async (predictor: Predictor, melodies: Melodies): Promise<MelodyScore[]> => {
    const scores: MelodyScore[] = []
    for (let from = 0; from < melodies.length; from += 50) {
      if (effects.signal.aborted) throw new InterruptedError('evaluation stopped; run the same command to repeat it')
      scores.push(...scorePredictor(predictor, encoding, melodies.slice(from, from + 50)))
      await setImmediate()
    }
    return scores
  }
  try {
    for (const name of names) {
      const { orders, make } = makers[name]
      const losses: number[] = []
      for (const order of orders.length > 1 ? orders : []) {
        const scores = await score(make(order ?? 0), chosenOn)
        losses.push(metricsOf(scores.reduce(addSums, NO_SUMS)).loss)
      }
      const order = itemAt(orders, Math.max(0, losses.indexOf(Math.min(...losses))))
      found.push({ name, order, scores: await score(make(order ?? 0), test) })
      bar.update(found.length)
    }
  } finally {
    bar.stop()
  }
  return found
}
