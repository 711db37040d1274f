import { cleanEvents, isPitch, NO_EVENT, NOTE_OFF } from '../../melody/melody.ts'
import { type ControlPart, type Kinds, HOLD, NOTE, OFF, pitchWeights } from './adjustment.ts'
import { itemAt, valueAt } from '../../support/itemAt.ts'

const only = (kind: number): Kinds => {
  const weightOf = (each: number): number => (each === kind ? 0 : -Infinity)
  return [weightOf(HOLD), weightOf(OFF), weightOf(NOTE)]
}
const ONLY = [only(HOLD), only(OFF), only(NOTE)] as const

/**
 * Onsets and rests of other events, over and over from the melody's first step on: the model chooses the pitches alone. Events that do
 * not fill their last bar are followed by holding until they do.
 */
export function rhythmPart(events: readonly number[], stepsPerBar: number): ControlPart {
  const cleaned = cleanEvents(events)
  const length = Math.ceil(cleaned.length / stepsPerBar) * stepsPerBar
  const kinds = Array.from({ length }, (_, step) => kindOf(cleaned[step] ?? NO_EVENT))
  return {
    name: 'rhythm',
    adjust: ({ step, isSounding }) => {
      const kind = itemAt(kinds, step % length)
      return { kinds: ONLY[kind === OFF && !isSounding ? HOLD : kind] }
    },
  }
}

function kindOf(event: number): typeof HOLD | typeof OFF | typeof NOTE {
  if (isPitch(event)) return NOTE
  return event === NOTE_OFF ? OFF : HOLD
}

/**
 * Pitches of other events in their order, over and over from the melody's first note on: the model chooses when they begin and how
 * long they last.
 */
export function pitchesPart(events: readonly number[]): ControlPart {
  const pitches = events.filter(isPitch)
  const weights = new Map(
    [...new Set(pitches)].map((pitch) => [pitch, pitchWeights((each) => (each === pitch ? 0 : -Infinity))]),
  )
  return {
    name: 'pitches',
    adjust: ({ line }) => ({ pitches: valueAt(weights, itemAt(pitches, line.length % pitches.length)) }),
  }
}
