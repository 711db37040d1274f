import type { Batch, Sequence } from '../dataset/batches.ts'
import type { MelodyEncoding } from '../dataset/encoding.ts'
import type { MelodyRnn } from '../model/melodyRnn.ts'
import type { StepModelSpec, NamedTensor, Weights } from '../config/modelSpec.ts'
import { type Episode, logSoftmax, logSumExp } from './environment.ts'
import type { Method } from './policies.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/** The input of an update. */
export interface Learner {
  readonly method: Method
  readonly spec: StepModelSpec
  readonly rnn: MelodyRnn
  readonly encoding: MelodyEncoding
  readonly prior: Weights
  /** The rules' rewards are divided by c. */
  readonly c: number
  /** Discount of the next step's worth, 0-1. */
  readonly discount: number
  /** Errors beyond it count linearly (Huber): a penalty of 200 would drown everything else. */
  readonly largestError: number
}

/** The result of one update. */
export interface Update {
  readonly gradients: Record<string, NamedTensor>
  /** Mean Huber loss per step; of a policy gradient minus the mean return. */
  readonly loss: number
}

/** What an executed action was worth at once, to the method: with log p, without it (G, RL alone), or less the KL penalty. */
export function rewardAt(method: Method, episode: Episode, step: number, c: number): number {
  const theory = itemAt(episode.theory, step) / c
  if (method === 'g' || method === 'rl-only') return theory
  const logPrior = itemAt(episode.logPrior, step)
  return method === 'policy-gradient' ? theory + logPrior - itemAt(episode.logPolicy, step) : theory + logPrior
}

/**
 * The worth of the state that a row of scores belongs to: their maximum (Q), the logarithm of the sum of their exponentials
 * (Psi), the same of log p + G (G).
 */
export function worthOf(method: Method, scores: ArrayLike<number>, prior: ArrayLike<number> | null): number {
  if (method === 'psi') return logSumExp(scores)
  if (method === 'g') {
    const logPrior = logSoftmax(prior!)
    return logSumExp(logPrior.map((value, label) => value + scores[label]!))
  }
  let most = -Infinity
  for (let label = 0; label < scores.length; label++) if (scores[label]! > most) most = scores[label]!
  return most
}

/**
 * The learning targets of an episode: r + discount * worth of the next state, and r alone on the last step, after which there
 * is nothing.
 */
export function targetsOf(rewards: readonly number[], worths: readonly number[], discount: number): number[] {
  return rewards.map((reward, step) =>
    step === rewards.length - 1 ? reward : reward + discount * itemAt(worths, step + 1),
  )
}

/** The whole episode as the networks see it. */
const sequenceOf = ({ events }: Episode): Sequence => ({ events, start: 0, length: events.length - 1 })

/** Place of an episode's composed step in a batch. */
const rowOf = ({ start }: Episode, step: number, place: number, size: number): number =>
  (start.heard.length - 1 + step) * size + place

/** One gradient step's worth of learning from episodes, with the target network's opinion of what comes next. */
export function learn(learner: Learner, weights: Weights, target: Weights, episodes: readonly Episode[]): Update {
  return learner.method === 'policy-gradient'
    ? learnPolicy(learner, weights, episodes)
    : learnValues(learner, weights, target, episodes)
}

function learnValues(learner: Learner, weights: Weights, target: Weights, episodes: readonly Episode[]): Update {
  const { rnn, method, prior, c, discount, largestError, encoding } = learner
  const { classes } = encoding
  const sequences = episodes.map(sequenceOf)
  const later = rnn.logits(target, sequences)
  const ofPrior = method === 'g' ? rnn.logits(prior, sequences) : null
  const count = episodes.reduce((sum, { theory }) => sum + theory.length, 0)
  let loss = 0
  const gradients = rnn.backpropagate(weights, sequences, (scores, batch) => {
    const gradient = new Float32Array(scores.length)
    episodes.forEach((episode, place) => {
      const steps = [...episode.theory.keys()]
      const row = (step: number): number => rowOf(episode, step, place, batch.size) * classes
      const worths = steps.map((step) => {
        const [from, to] = [row(step), row(step) + classes]
        return step === 0 ? 0 : worthOf(method, later.subarray(from, to), ofPrior?.subarray(from, to) ?? null)
      })
      const rewards = steps.map((step) => rewardAt(method, episode, step, c))
      targetsOf(rewards, worths, discount).forEach((wanted, step) => {
        const at = row(step) + labelAt(batch, episode, step, place)
        const error = itemAt(scores, at) - wanted
        gradient[at] = Math.max(-largestError, Math.min(largestError, error)) / count
        loss += huber(error, largestError) / count
      })
    })
    return gradient
  })
  return { gradients, loss }
}

/** The label of the executed action. */
const labelAt = (batch: Batch, episode: Episode, step: number, place: number): number =>
  itemAt(batch.labels, rowOf(episode, step, place, batch.size))

function huber(error: number, largest: number): number {
  const size = Math.abs(error)
  return size <= largest ? 0.5 * size * size : largest * (size - 0.5 * largest)
}

/** REINFORCE on rewards less log(pi / p), against the mean return of the same step; on-policy. */
function learnPolicy(learner: Learner, weights: Weights, episodes: readonly Episode[]): Update {
  const { rnn, c, discount, encoding } = learner
  const { classes } = encoding
  const returns = episodes.map((episode) => returnsOf(learner, episode, c, discount))
  const longest = Math.max(...returns.map(({ length }) => length))
  const baseline = Array.from({ length: longest }, (_, step) => {
    const at = returns.filter(({ length }) => length > step).map((each) => itemAt(each, step))
    return at.reduce((sum, value) => sum + value, 0) / at.length
  })
  const count = returns.reduce((sum, { length }) => sum + length, 0)
  const gradients = rnn.backpropagate(weights, episodes.map(sequenceOf), (scores, batch) => {
    const gradient = new Float32Array(scores.length)
    episodes.forEach((episode, place) => {
      itemAt(returns, place).forEach((value, step) => {
        const at = rowOf(episode, step, place, batch.size) * classes
        const advantage = (value - itemAt(baseline, step)) / count
        const logPolicy = logSoftmax(scores.subarray(at, at + classes))
        for (let label = 0; label < classes; label++) gradient[at + label] = advantage * Math.exp(logPolicy[label]!)
        gradient[at + labelAt(batch, episode, step, place)]! -= advantage
      })
    })
    return gradient
  })
  const loss = -returns.reduce((sum, each) => sum + itemAt(each, 0), 0) / returns.length
  return { gradients, loss }
}

/** Discounted sum of what comes, from each step on. */
function returnsOf({ method }: Learner, episode: Episode, c: number, discount: number): number[] {
  const result = new Array<number>(episode.theory.length)
  let sum = 0
  for (let step = result.length - 1; step >= 0; step--) {
    sum = rewardAt(method, episode, step, c) + discount * sum
    result[step] = sum
  }
  return result
}

/** Moves the target network towards the one that learns: target += rate * (weights - target), in place. */
export function follow(target: Weights, weights: Weights, rate: number): void {
  for (const [name, { data }] of Object.entries(target)) {
    const to = propertyOf(weights, name).data
    for (let n = 0; n < data.length; n++) data[n]! += rate * (to[n]! - data[n]!)
  }
}
