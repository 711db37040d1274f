import tonejs from '@tonejs/midi'
import { eventsOfNotes } from '../../../src/melody/melody.ts'

/**
 * The events of a published MIDI file, one voice on a grid: what the reader's download holds, as another reader than
 * this project's own understands it.
 * @param steps length of the melody; what a file's notes do not fill at its end is silence or the last note held.
 */
export function melodyOfMidi(bytes: ArrayBuffer, stepsPerQuarter: number, steps: number): number[] {
  const { header, tracks } = new tonejs.Midi(bytes)
  const stepOf = (ticks: number): number => Math.round((ticks * stepsPerQuarter) / header.ppq)
  const notes = tracks
    .flatMap((track) => track.notes)
    .map(({ midi, ticks, durationTicks }) => ({
      pitch: midi,
      startStep: stepOf(ticks),
      endStep: stepOf(ticks + durationTicks),
    }))
  return eventsOfNotes(notes, steps)
}
