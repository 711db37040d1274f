import { isPitch } from '../../../../src/melody/melody.js'
import { primerOfScore } from '../../../../src/generation/primers.js'
import { MidiConversionError } from '../../../../src/score/midiConversionError.js'
import type { NoteSequence } from '../../../../src/score/noteSequence.js'
import { readMidi } from '../../../../src/score/readMidi.js'
import { splitOnTimeChanges } from '../../../../src/score/splitOnTimeChanges.js'
import { UserError } from '../../../../src/support/errors.js'
import { eventsOf, MAX_PRIMER_STEPS, melodyNotes, STEPS_PER_BAR } from './primerText.js'
import { MAX_QPM, MIN_QPM } from './settings.js'

/** A file that no primer can be taken from; the message says why and what would do. */
export class PrimerFileError extends Error {
  override readonly name = 'PrimerFileError'
}

export interface FilePrimer {
  readonly events: readonly number[]
  readonly qpm: number
  /** What was left out of the file, in sentences. */
  readonly remarks: readonly string[]
}

/** A melody of hours is under a megabyte. */
const MAX_BYTES = 5_000_000

/**
 * The primer of a MIDI file: its first melody from the bar of its first note, before any change of tempo or metre, at most
 * as long as a primer may be.
 * @throws PrimerFileError
 */
export function primerOfFile(name: string, bytes: Uint8Array): FilePrimer {
  const fail = (why: string): never => {
    throw new PrimerFileError(`${name}: ${why}`)
  }
  if (bytes.length > MAX_BYTES)
    fail(`it has ${Math.round(bytes.length / 1e6)} MB; a melody is smaller. Open a MIDI file of one melody.`)
  try {
    return primerOf(name, readMidi(bytes))
  } catch (error) {
    if (error instanceof PrimerFileError || !(error instanceof UserError)) throw error
    const isForeign = error instanceof MidiConversionError
    return fail(isForeign ? 'it is no MIDI file that can be read. Open one that ends in .mid.' : `${error.message}.`)
  }
}

function primerOf(name: string, score: NoteSequence): FilePrimer {
  const parts = splitOnTimeChanges(score).filter(({ notes }) => notes.some(({ isDrum }) => !isDrum))
  const [part] = parts
  if (part === undefined) throw new PrimerFileError(`${name}: it has no note to begin with. Open one with a melody.`)
  const { events, qpm } = primerOfScore(part, false)
  const notes = melodyNotes(events)
  const kept = notes.filter(({ startStep }) => startStep < MAX_PRIMER_STEPS)
  const cut = kept.map((note) => ({ ...note, endStep: Math.min(note.endStep, MAX_PRIMER_STEPS) }))
  const remarks = [
    ...(parts.length > 1 ? ['It changes tempo or metre: the primer is what comes before.'] : []),
    ...voicesRemark(part),
    ...(events.length > MAX_PRIMER_STEPS
      ? [
          `It has ${Math.ceil(events.length / STEPS_PER_BAR)} bars: the primer is the first ${MAX_PRIMER_STEPS / STEPS_PER_BAR}.`,
        ]
      : []),
  ]
  return { events: eventsOf(cut), qpm: Math.round(Math.min(MAX_QPM, Math.max(MIN_QPM, qpm))), remarks }
}

/** What becomes of several voices, and of notes that sound together. */
function voicesRemark({ notes }: NoteSequence): string[] {
  const voices = new Set(notes.map(({ instrument }) => instrument))
  if (voices.size > 1) return [`It has ${voices.size} voices: the primer is the melody of the first one.`]
  const sorted = notes.filter(({ pitch }) => isPitch(pitch)).toSorted((a, b) => a.startSeconds - b.startSeconds)
  const together = sorted.some((note, n) => n > 0 && note.startSeconds < sorted[n - 1]!.endSeconds - 0.05)
  if (!together) return []
  return ['It has notes that sound together, and the models continue a single line: of those the highest were taken.']
}
