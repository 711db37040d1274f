import { melodyNotes } from '../melody/melody.ts'

/** The pitch that sounds on each step, null in silence. */
export function soundingPitches(events: readonly number[]): (number | null)[] {
  const pitches = new Array<number | null>(events.length).fill(null)
  for (const { pitch, startStep, endStep } of melodyNotes(events)) pitches.fill(pitch, startStep, endStep)
  return pitches
}
