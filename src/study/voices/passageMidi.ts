import type { TwoVoicePassage } from '../../dataset/twoVoices.ts'
import { melodyFromEvents } from '../../melody/melody.ts'
import { melodyToNoteSequence } from '../../melody/melodyToNoteSequence.ts'
import type { NoteSequence } from '../../score/noteSequence.ts'
import { writeMidi } from '../../score/writeMidi.ts'

/** Two voices as one score: a track per voice, the first one instrument 0. */
export function twoVoiceScore(
  [first, second]: readonly [readonly number[], readonly number[]],
  { qpm, stepsPerBar }: { readonly qpm: number; readonly stepsPerBar: number },
): NoteSequence {
  const voices = [first, second].map((events, instrument) =>
    melodyToNoteSequence(melodyFromEvents(events, { stepsPerBar }), { qpm, instrument }),
  )
  // Sixteenths per bar over 16, in lowest terms above a beat of a quarter: 12 are 3/4, 6 are 3/8.
  const [numerator, denominator] =
    stepsPerBar % 4 === 0 ? [stepsPerBar / 4, 4] : stepsPerBar % 2 === 0 ? [stepsPerBar / 2, 8] : [stepsPerBar, 16]
  return {
    ...voices[0]!,
    timeSignatures: [{ timeSeconds: 0, numerator, denominator }],
    totalSeconds: Math.max(...voices.map(({ totalSeconds }) => totalSeconds)),
    notes: voices.flatMap(({ notes }) => notes),
  }
}

/** A passage as MIDI: the upper voice on the first track, the lower one on the second. */
export const passageMidi = ({ upper, lower, stepsPerBar }: TwoVoicePassage, qpm = 96): Uint8Array =>
  writeMidi(twoVoiceScore([upper, lower], { qpm, stepsPerBar }))
