import type { Tune } from '../dataset/batches.ts'
import { COMMON_TIME } from '../dataset/noteInputs.ts'
import { isPitch } from '../melody/melody.ts'
import { NO_SUMS } from '../model/metricSums.ts'
import { LOSS_PLACES, type LossParts, type LossPlace } from '../results/summary.ts'
import { recordOf } from '../support/records.ts'
import { type BootstrapOptions, type FamilyScore, testScores } from './intervals.ts'
import type { StepCosts } from './stepCosts.ts'
import { itemAt } from '../support/itemAt.ts'

/** Bars that must have been copied before a step counts as inside a repeat. */
const REPEATED_BARS = 2
const BARS_PER_SECTION = 8

/**
 * For each step after the first whether it is inside a repeat: the two bars before it are, event by event, those before an earlier
 * step, with at least one note in them. It is known before the step itself, whether or not the repeat goes on there.
 * @example insideRepeat({ events: [60, 62, 60, 62, 60, 62, 60], stepsPerBar: 1 }) // false, false, false, true, true, true
 */
export function insideRepeat({ events, stepsPerBar = COMMON_TIME.stepsPerBar }: Tune): boolean[] {
  const window = REPEATED_BARS * stepsPerBar
  /** How many events in a row equal those this many steps before. */
  const copied = new Int32Array(events.length)
  let note = -Infinity
  return events.slice(0, -1).map((event, position) => {
    if (isPitch(event)) note = position
    let longest = 0
    for (let back = 1; back <= position; back++) {
      copied[back] = event === events[position - back] ? copied[back]! + 1 : 0
      longest = Math.max(longest, copied[back]!)
    }
    return longest >= window && note > position - window
  })
}

/** A melody whose steps a predictor was charged for. */
export interface ChargedMelody {
  readonly places: LossPlaces
  readonly costs: StepCosts
  readonly family: string
}

/**
 * A predictor's loss by place: all steps; those inside a repeat and the fresh ones; the first and second eight bars and the later
 * ones, counted from where the melody begins. Each with the interval of the bootstrap over families, NaN where it has no step.
 */
export function lossPartsOf(melodies: readonly ChargedMelody[], options: BootstrapOptions): LossParts['parts'] {
  return recordOf(LOSS_PLACES, (place) => {
    let [rhythm, pitch] = [0, 0]
    const scores = melodies.map(({ places, costs, family }): FamilyScore => {
      let [loss, steps] = [0, 0]
      places[place].forEach((isHere, step) => {
        if (!isHere) return
        rhythm += itemAt(costs.rhythm, step)
        pitch += itemAt(costs.pitch, step)
        loss += itemAt(costs.rhythm, step) + itemAt(costs.pitch, step)
        steps += 1
      })
      return { ...NO_SUMS, noteOns: 0, family, loss, steps }
    })
    const { loss, steps } = testScores(scores, options)
    return { steps, loss, rhythm: rhythm / steps, pitch: pitch / steps }
  })
}

/** For each step of a melody after its first, by place, whether it is there. */
export type LossPlaces = Readonly<Record<LossPlace, readonly boolean[]>>

/** Where each step of a melody after its first is. */
export function lossPlaces(tune: Tune): LossPlaces {
  const repeat = insideRepeat(tune)
  const { stepsPerBar = COMMON_TIME.stepsPerBar } = tune
  const section = repeat.map((_, n) => Math.floor((n + 1) / (BARS_PER_SECTION * stepsPerBar)))
  return {
    all: repeat.map(() => true),
    repeat,
    fresh: repeat.map((isInside) => !isInside),
    firstEightBars: section.map((n) => n === 0),
    secondEightBars: section.map((n) => n === 1),
    laterBars: section.map((n) => n > 1),
  }
}
