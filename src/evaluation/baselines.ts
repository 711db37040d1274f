import { setImmediate } from 'node:timers/promises'
import type { MelodyEncoding } from '../dataset/encoding.ts'
import { eventEncoding } from '../dataset/encoding.ts'
import { addSums, NO_SUMS } from '../model/metricSums.ts'
import type { ModelSpec } from '../config/modelSpec.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { metricsOf } from '../results/metrics.ts'
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

const BASELINES = ['majority', 'copy-last', 'n-gram', 'ppm'] as const
/** Name of a baseline. */
export type BaselineName = (typeof BASELINES)[number]

/** Melodies to count, to choose by, and to be measured on. */
export interface BaselineSides {
  readonly encoding: MelodyEncoding
  readonly train: Melodies
  readonly validation: Melodies
  readonly test: Melodies
}

/** The scores of the baselines. */
export interface BaselineScores {
  readonly name: BaselineName
  /** Labels of context that the validation melodies chose; null if there is nothing to choose. */
  readonly order: number | null
  readonly scores: MelodyScore[]
}

/** Labels of context to choose from: an eighth to a bar of 4/4. A longer one costs memory and gains little. */
const ORDERS: readonly number[] = [2, 4, 8, 16]
/** Melodies the order is chosen on; more would not change it. */
const CHOSEN_ON = 300

/**
 * Predictors without a network on the test melodies; the order of those that have one is that of the lowest loss on (the
 * first 300) validation melodies, or the least if there are none.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function baselineScores(
  { encoding, train, validation, test }: BaselineSides,
  effects: Effects,
  names: readonly BaselineName[] = BASELINES,
): Promise<BaselineScores[]> {
  const { classes } = encoding
  const labels = labelsOf(encoding, train)
  const wantsContexts = names.includes('n-gram') || names.includes('ppm')
  const tree = learnContexts(classes, wantsContexts ? Math.max(...ORDERS) : 0, labels)
  const makers: Readonly<
    Record<BaselineName, { orders: readonly (number | null)[]; make: (order: number) => Predictor }>
  > = {
    majority: { orders: [null], make: () => majorityPredictor(classes, labels) },
    'copy-last': { orders: [null], make: () => copyLastPredictor(classes, labels) },
    'n-gram': { orders: ORDERS, make: (order) => ngramPredictor(tree, order) },
    ppm: { orders: ORDERS, make: (order) => ppmPredictor(tree, order) },
  }
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
        const scores = await score(make(order ?? 0), validation.slice(0, CHOSEN_ON))
        losses.push(metricsOf(scores.reduce(addSums, NO_SUMS)).loss)
      }
      const order = orders[Math.max(0, losses.indexOf(Math.min(...losses)))]!
      found.push({ name, order, scores: await score(make(order ?? 0), test) })
      bar.update(found.length)
    }
  } finally {
    bar.stop()
  }
  return found
}
