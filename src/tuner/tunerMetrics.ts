import { isPitch } from '../melody/melody.ts'
import {
  autocorrelation,
  actionOfEvent,
  endsInMotif,
  hasUniqueHigh,
  hasUniqueLow,
  isExcessive,
  isInKey,
  leapOutcome,
  MOTIF_STEPS,
  repeatsMotif,
} from './jaques.ts'
import { degreeOf, type Tonality } from '../config/modes.ts'
import { itemAt } from '../support/itemAt.ts'

/** What the paper's Table 1 counts in one composition. */
export interface CompositionCounts {
  readonly steps: number
  readonly notInKey: number
  readonly inMotif: number
  readonly inRepeatedMotif: number
  readonly excessive: number
  readonly startsOnTonic: boolean
  readonly leapsResolved: number
  readonly leapsDoubled: number
  readonly uniqueHigh: boolean
  readonly uniqueLow: boolean
  /** At lags 1 to 3; NaN where nothing varies. */
  readonly autocorrelation: readonly [number, number, number]
}

/** What being in key and starting on the tonic mean. */
export interface KeyOfComposition {
  readonly isInKey: (event: number) => boolean
  readonly isTonic: (event: number) => boolean
}

/** The paper's: C major within its 38 actions, middle C. */
export const C_MAJOR_AS_PUBLISHED: KeyOfComposition = { isInKey, isTonic: (event) => event === 60 }

/** Another tonality: no note outside the mode, the tonic in any octave. */
export const keyOfTonality = (tonality: Tonality): KeyOfComposition => ({
  isInKey: (event) => !isPitch(event) || degreeOf(event, tonality) >= 0,
  isTonic: (event) => isPitch(event) && degreeOf(event, tonality) === 0,
})

/**
 * The counts of a composition from its first event on, as Magenta's rl_tuner_eval_metrics takes them: each event by what it
 * is after those before it. `from` leaves the events before it (a primer) uncounted, though they are still heard.
 */
export function countComposition(
  events: readonly number[],
  key: KeyOfComposition = C_MAJOR_AS_PUBLISHED,
  from = 0,
): CompositionCounts {
  const sums = { notInKey: 0, inMotif: 0, inRepeatedMotif: 0, excessive: 0, leapsResolved: 0, leapsDoubled: 0 }
  for (let step = from; step < events.length; step++) {
    const [history, event] = [events.slice(0, step), itemAt(events, step)]
    const outcome = leapOutcome(history, event)
    if (outcome === 'resolved') sums.leapsResolved++
    if (outcome === 'doubled') sums.leapsDoubled++
    if (!key.isInKey(event)) sums.notInKey++
    if (endsInMotif([...history.slice(1 - MOTIF_STEPS), event])) sums.inMotif++
    if (repeatsMotif(history, event)) sums.inRepeatedMotif++
    if (isExcessive(history, event)) sums.excessive++
  }
  const own = events.slice(from)
  const actions = own.map(actionOfEvent)
  return {
    ...sums,
    steps: own.length,
    startsOnTonic: own.length > 0 && key.isTonic(itemAt(own, 0)),
    uniqueHigh: own.length > 0 && hasUniqueHigh(own),
    uniqueLow: hasUniqueLow(own),
    autocorrelation: [autocorrelation(actions, 1), autocorrelation(actions, 2), autocorrelation(actions, 3)],
  }
}
