import type { Token } from '../dataset/tokens.ts'
import { likeliest } from '../generation/decode.ts'
import { NO_SUMS } from '../model/metricSums.ts'
import {
  eventProbabilities,
  hazard,
  rememberingNext,
  type TokenDistribution,
  tokenLogProbability,
} from '../model/tokenDistribution.ts'
import type { MelodyScore } from './numerical.ts'
import { addTokenCosts, noCosts } from './stepCosts.ts'
import { itemAt } from '../support/itemAt.ts'

const HOLD = 0
const OFF = 1
const FIRST_PITCH = 2

/**
 * What a predictor of notes makes of a melody: loss and hits over the steps after the first, as those of a network of steps.
 * @param predictions what it says at each token, in their order; each is good until the next is asked for.
 */
export function scoreTokens(tokens: readonly Token[], predictions: Iterable<TokenDistribution>): MelodyScore {
  const steps = tokens.reduce((sum, { length }) => sum + length, -1)
  const sums = { ...NO_SUMS, noteOns: 0, costs: noCosts(steps) }
  let n = 0
  for (const said of predictions) {
    const prediction = rememberingNext(said)
    const token = itemAt(tokens, n)
    const next = tokens[n + 1] ?? null
    sums.loss -= tokenLogProbability(prediction, token, next)
    addTokenCosts(sums.costs, prediction, [token, next])
    for (let age = 1; age < token.length + (next === null ? 0 : 1); age++) {
      const follows = age === token.length ? next : null
      const label = follows === null ? HOLD : follows.pitch === null ? OFF : FIRST_PITCH + follows.pitch
      // Where it is likelier than not that nothing begins, hold is the likeliest event: no need to ask for the others.
      const event = hazard(prediction.lengths, age) <= 0.5 ? HOLD : likeliest(eventProbabilities(prediction, age))
      sums.steps += 1
      if (event === label) sums.correct += 1
      if (label === HOLD) continue
      sums.eventSteps += 1
      if (event === label) sums.eventCorrect += 1
      if (label >= FIRST_PITCH) sums.noteOns += 1
    }
    n++
  }
  return sums
}
