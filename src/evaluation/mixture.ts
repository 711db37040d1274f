import { isEncodable, type Tune } from '../dataset/batches.ts'
import { NO_SUMS } from '../model/metricSums.ts'
import { scaledToOne } from '../model/shares.ts'
import { rememberingNext, type TokenDistribution, tokenLogs } from '../model/tokenDistribution.ts'
import type { Mixing, MixtureWeights } from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import { itemAt } from '../support/itemAt.ts'
import { recordOf } from '../support/records.ts'
import type { IdyomModel } from './idyom/idyomModel.ts'
import { eachTune, tokenMelody, withLeast } from './idyom/idyomScores.ts'
import { QUESTIONS } from './idyom/viewpoints.ts'
import type { ReadsNotes } from './noteDistributions.ts'
import type { MelodyScore } from './numerical.ts'
import { scoreTokens } from './scoreTokens.ts'

/** Weights of the IDyOM-like predictor that the validation melodies choose from; 0 = the network alone. */
export const MIXTURE_WEIGHTS: readonly number[] = [0, 0.1, 0.2, 0.3, 0.4, 0.5]

/** Melodies the weight is chosen on. */
const CHOSEN_ON = 100

/** A network of notes, and the predictor that is mixed with it. */
export interface Mixed {
  readonly network: ReadsNotes
  readonly idyom: IdyomModel
  readonly mixing: Mixing
}

/** Melodies to choose the weight by, and to be measured on. */
export interface MixtureSides {
  readonly validation: readonly Tune[]
  readonly test: readonly Tune[]
}

/** The mixture's weights, and its scores of the test melodies. */
export interface MixtureScores {
  readonly weights: MixtureWeights
  readonly scores: MelodyScore[]
}

/**
 * Two predictions of a token as one: their weighted geometric mean, question by question, scaled to sum to 1.
 * @param weights of the second, 0 to 1.
 * @throws RangeError when they count intervals from different pitches.
 */
export function mixedDistribution(
  first: TokenDistribution,
  second: TokenDistribution,
  weights: MixtureWeights,
): TokenDistribution {
  if (first.reference !== second.reference)
    throw new RangeError(`cannot mix intervals from pitch ${first.reference} with those from ${second.reference}`)
  return {
    reference: first.reference,
    lengths: geometricMean(first.lengths, second.lengths, weights.length),
    next(length) {
      const [a, b] = [first.next(length), second.next(length)]
      const rest = itemAt(geometricMean([a.rest, 1 - a.rest], [b.rest, 1 - b.rest], weights.rest), 0)
      return { rest, intervals: geometricMean(a.intervals, b.intervals, weights.interval) }
    },
  }
}

function geometricMean(a: ArrayLike<number>, b: ArrayLike<number>, weight: number): Float64Array {
  const mean = new Float64Array(a.length)
  for (let n = 0; n < mean.length; n++) mean[n] = a[n]! ** (1 - weight) * b[n]! ** weight
  return scaledToOne(mean)
}

/**
 * A network of notes mixed with the IDyOM-like predictor, on the test melodies. Each question has the weight of the lowest loss
 * on (the first 100) validation melodies; the network's alone where there are none.
 * @throws InterruptedError when `effects.signal` aborts.
 */
export async function mixtureScores(
  mixed: Mixed,
  { validation, test }: MixtureSides,
  effects: Effects,
): Promise<MixtureScores> {
  const weights = await chooseWeights(mixed, validation, effects)
  const scores: MelodyScore[] = []
  await eachTune({ title: 'Network and IDyOM-like predictor', tunes: test, effects }, (tune) => {
    if (!isEncodable(tune.events)) return scores.push({ ...NO_SUMS, noteOns: 0 })
    return scores.push(scoreTokens(tokenMelody(tune).tokens, mixtureOf(mixed, tune, weights)))
  })
  return { weights, scores }
}

async function chooseWeights(mixed: Mixed, validation: readonly Tune[], effects: Effects): Promise<MixtureWeights> {
  const tunes = validation.slice(0, CHOSEN_ON).filter(({ events }) => isEncodable(events))
  const losses = recordOf(QUESTIONS, () => MIXTURE_WEIGHTS.map(() => 0))
  await eachTune({ title: 'Choosing the weights of the mixture', tunes, effects }, (tune) => {
    const { tokens } = tokenMelody(tune)
    let n = 0
    for (const [network, idyom] of bothSay(mixed, tune)) {
      const [token, next] = [itemAt(tokens, n), tokens[n + 1] ?? null]
      MIXTURE_WEIGHTS.forEach((weight, w) => {
        const all = recordOf(QUESTIONS, () => weight)
        const logs = tokenLogs(mixedDistribution(network, idyom, all), token, next)
        for (const question of QUESTIONS) losses[question][w]! -= logs[question]
      })
      n++
    }
  })
  return recordOf(QUESTIONS, (question) => withLeast(MIXTURE_WEIGHTS, losses[question]))
}

function* mixtureOf(mixed: Mixed, tune: Tune, weights: MixtureWeights): Generator<TokenDistribution> {
  for (const [network, idyom] of bothSay(mixed, tune)) yield mixedDistribution(network, idyom, weights)
}

/** What both say at each token, good until the next is asked for. */
function* bothSay({ network, idyom, mixing }: Mixed, tune: Tune): Generator<[TokenDistribution, TokenDistribution]> {
  const [said = []] = network([tune])
  let n = 0
  for (const each of idyom.read(tokenMelody(tune), mixing))
    yield [rememberingNext(itemAt(said, n++)), rememberingNext(each)]
}
