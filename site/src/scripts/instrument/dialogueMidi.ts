import { writeMidi } from '../../../../src/score/writeMidi.ts'
import type { Turn } from './dialogue.ts'
import { METRES } from './metre.ts'
import { performed, quartersOf } from './performed.ts'

/** A dialogue as a MIDI file: your part and the partner's on two tracks, with tempo and metre. */
export function dialogueMidi(turns: readonly Turn[]): Uint8Array {
  const { notes, changes, totalSeconds } = performed(turns)
  return writeMidi({
    ticksPerQuarter: 480,
    tempos: changes.map(({ timeSeconds, turn }) => ({ timeSeconds, qpm: quartersOf(turn) })),
    timeSignatures: changes.map(({ timeSeconds, turn }) => {
      const { numerator, denominator } = METRES[turn.metre]
      return { timeSeconds, numerator, denominator }
    }),
    ...{ keySignatures: [], startTimeOffsetSeconds: 0, totalSeconds },
    notes: notes.map(({ side, ...note }) => ({
      ...{ ...note, instrument: side === 'you' ? 0 : 1, program: 0, isDrum: false },
    })),
  })
}
