import type { BatchStepper } from '../model/batchInference.ts'
import { isPitch } from '../melody/melody.ts'
import type { Environment, Policy } from './environment.ts'
import { theoryReward } from './presets.ts'
import { itemAt } from '../support/itemAt.ts'

/** What learns: Q, Psi and G of the paper; Q without the prior's part of the reward; and a policy gradient with a KL penalty. */
export const METHODS = ['q', 'psi', 'g', 'rl-only', 'policy-gradient'] as const
/** A method of tuning. */
export type Method = (typeof METHODS)[number]

/** The policy of a network that was tuned so: softmax of its scores; of G, of log p + G. */
export function networkPolicy(method: Method, stepper: BatchStepper): Policy {
  return {
    stepper,
    logits: ({ scores, logPrior }) => {
      if (scores === null) throw new Error('a network that was tuned gives scores')
      return method === 'g' ? logPrior.map((value, label) => value + itemAt(scores, label)) : Float64Array.from(scores)
    },
  }
}

/** The prior itself, untuned. */
export const priorPolicy: Policy = { stepper: null, logits: ({ logPrior }) => logPrior }

/** Labels the prior gives less are not asked about: there are a hundred, and none of them is ever worth it. */
const LEAST_PROBABILITY = 1e-4

/**
 * Decoding with the rules and no training: p(a) exp(r / c), each step for itself. What the rules want later it does not see.
 * @param c as in the tuner: how much the rules are divided by.
 */
export function shapedPolicy({ terms, tonality, steps }: Environment, c: number, startSteps: number): Policy {
  const context = { totalSteps: startSteps + steps, tonality }
  const least = Math.log(LEAST_PROBABILITY)
  return {
    stepper: null,
    logits: ({ logPrior, history, eventOf }) =>
      logPrior.map((value, label) =>
        value < least ? -Infinity : value + theoryReward(terms, history, eventOf(label), context) / c,
      ),
  }
}

/** Plays one pitch on every step: what a hole in the rules would pay for. */
export const constantPolicy = (pitch: number): Policy => only(() => pitch)

/** Runs up and down a scale, one note per step. */
export function scalePolicy(pitches: readonly number[]): Policy {
  const around = [...pitches, ...pitches.slice(1, -1).reverse()]
  return only((history) => itemAt(around, history.filter(isPitch).length % around.length))
}

function only(eventAfter: (history: readonly number[]) => number): Policy {
  return {
    stepper: null,
    logits: ({ logPrior, history, eventOf }) => {
      const event = eventAfter(history)
      return logPrior.map((_, label) => (eventOf(label) === event ? 0 : -Infinity))
    },
  }
}
