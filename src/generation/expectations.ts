import { inputRow } from '../dataset/encoding.ts'
import { isPitch } from '../melody/melody.ts'
import { squash } from '../melody/transform.ts'
import type { Stepped } from '../model/inference.ts'
import type { MelodyModel } from './continueMelody.ts'
import { softmax } from './decode.ts'
import { EXPECTED_EVENTS, expectedIndex } from './expectedEvents.ts'
import { itemAt } from '../support/itemAt.ts'

/** Follows a melody with a model. Runs in a browser. */
export interface Listener {
  /** Takes the melody's next event; the probability of each event to follow it, by `expectedIndex`. */
  hear(event: number): Float32Array
}

/**
 * What a model expects of a melody, event by event: the distribution that a draw at this temperature is made from (at
 * temperature 0 that at 1). The pitches are the melody's own, whatever key the model works in.
 * @param conditionedOn what a continuation began with: a model of a narrower range moves the melody by it.
 * @example createListener(model, [60], 1).hear(60)[expectedIndex(62)] // probability that D follows middle C at once
 */
export function createListener(model: MelodyModel, conditionedOn: readonly number[], temperature: number): Listener {
  const { encoding, stepper } = model
  const { minNote, maxNote, transposeToKey } = encoding
  const { transpose: moved } = squash(conditionedOn, minNote, maxNote, transposeToKey)
  const events: number[] = []
  let state = stepper.initialState()
  return {
    hear(event) {
      events.push(isPitch(event) ? event + moved : event)
      const stepped = stepper.step(state, inputRow(model.encoding, events, events.length - 1))
      state = stepped.state
      return byEvent(expected(stepped, temperature || 1), (label) => {
        const meant = encoding.event(label, events)
        return isPitch(meant) ? meant - moved : meant
      })
    },
  }
}

/** The distribution that a draw at this temperature is made from. */
function expected({ logits, drawnBy }: Stepped, temperature: number): Float64Array {
  return drawnBy?.({ temperature, topP: null }) ?? softmax(logits, temperature)
}

/** Two labels may mean one event: a repetition from a bar ago, and the pitch itself. */
function byEvent(probabilities: Float64Array, eventOf: (label: number) => number): Float32Array {
  const row = new Float32Array(EXPECTED_EVENTS)
  for (const [label, probability] of probabilities.entries()) {
    const index = expectedIndex(eventOf(label))
    if (index >= 0 && index < row.length) row[index] = itemAt(row, index) + probability
  }
  return row
}
