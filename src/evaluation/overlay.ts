import type { Overlay } from '../results/musicalReport.ts'
import { eventsOfNotes, MAX_PITCH, melodyNotes } from '../melody/melody.ts'

/** Where a melody and another one share a stretch: the index of its first note in each. */
export interface SharedPlace {
  readonly start: number
  readonly at: number
}

/**
 * A melody laid over another: moved in time and pitch so that the stretch they share falls together, and cut to the length of
 * the other. Notes that the move takes out of 0-127 are left out.
 * @param events what it is laid over.
 * @throws RangeError when either melody has no such note.
 * @example overlay([60, 62], [50, 67, 69], { start: 0, at: 1 }) // { semitones: -7, steps: -1, events: [60, 62] }
 */
export function overlay(events: readonly number[], other: readonly number[], { start, at }: SharedPlace): Overlay {
  const others = melodyNotes(other)
  const [own, its] = [melodyNotes(events)[start], others[at]]
  if (own === undefined || its === undefined)
    throw new RangeError(`no note ${start} of one or ${at} of the other melody`)
  const [semitones, steps] = [own.pitch - its.pitch, own.startStep - its.startStep]
  const moved = others
    .map(({ pitch, startStep, endStep }) => {
      return { pitch: pitch + semitones, startStep: startStep + steps, endStep: endStep + steps }
    })
    .filter(({ pitch, startStep }) => startStep >= 0 && pitch >= 0 && pitch <= MAX_PITCH)
  return { semitones, steps, events: eventsOfNotes(moved, events.length) }
}
