import type { MelodyEncoding } from '../dataset/encoding.ts'
import { inverseCdf } from '../generation/decode.ts'
import type { Random } from '../support/random.ts'
import type { Predictor } from './predictors.ts'
import { itemAt } from '../support/itemAt.ts'

/** How a predictor continues a melody. */
export interface PredictorContinuation {
  readonly encoding: MelodyEncoding
  /** Events in the encoding's range; at least one. */
  readonly conditionedOn: readonly number[]
  /** Steps of the whole melody. */
  readonly totalSteps: number
}

/**
 * Continues a melody as a network does, by a predictor without one: each label is drawn from its probabilities, one draw per
 * step. The same predictor and seed give the same melody everywhere.
 * @throws RangeError where there is nothing to continue.
 */
export function continueByPredictor(
  predictor: Predictor,
  { encoding, conditionedOn, totalSteps }: PredictorContinuation,
  random: Random,
): { events: number[]; logLikelihood: number } {
  if (conditionedOn.length === 0) throw new RangeError('cannot continue 0 events')
  const events = [...conditionedOn]
  const probabilities = new Float64Array(encoding.classes)
  let logLikelihood = 0
  predictor.start()
  conditionedOn.forEach((_, position) => predictor.see(encoding.label(conditionedOn, position)))
  while (events.length < totalSteps) {
    predictor.predict(probabilities)
    const label = inverseCdf(probabilities, random.next())
    logLikelihood += Math.log(itemAt(probabilities, label))
    events.push(encoding.event(label, events))
    predictor.see(label)
  }
  predictor.end()
  return { events, logLikelihood }
}
