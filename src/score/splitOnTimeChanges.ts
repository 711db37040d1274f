import type { KeySignature, Note, NoteSequence, Tempo, TimeSignature } from './noteSequence.ts'

interface Timed {
  readonly timeSeconds: number
}

/** The same items in order of time; those of one time keep their order. */
function byTime<T extends Timed>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => a.timeSeconds - b.timeSeconds)
}

/** The same notes in order of start; the array itself when they are so already, as those of one voice are. */
function byStart(notes: readonly Note[]): readonly Note[] {
  for (let i = 1; i < notes.length; i++) {
    if ((notes[i] as Note).startSeconds < (notes[i - 1] as Note).startSeconds) {
      return [...notes].sort((a, b) => a.startSeconds - b.startSeconds)
    }
  }
  return notes
}

/**
 * Cuts a score where its tempo or metre really changes (from the 120 per minute and 4/4 that hold until something else is
 * said), so that each part has one of both and starts at 0. A note that crosses a cut ends there and is not continued.
 * Changes at or after the end of the last note do not count; a score without notes gives no part. Within a part the
 * notes are in order of start. Same as note-seq's split_note_sequence_on_time_changes.
 * @example splitOnTimeChanges(readMidi(bytes)).map((part) => part.startTimeOffsetSeconds)
 */
export function splitOnTimeChanges(sequence: NoteSequence): NoteSequence[] {
  const bounds = [0, ...changeTimes(sequence)]
  if (sequence.totalSeconds > (bounds.at(-1) as number)) bounds.push(sequence.totalSeconds)
  if (bounds.length < 2) return []
  const notes = partNotes(sequence.notes, bounds)
  const tempos = partStates<Tempo>(sequence.tempos, bounds)
  const timeSignatures = partStates<TimeSignature>(sequence.timeSignatures, bounds)
  const keySignatures = partStates<KeySignature>(sequence.keySignatures, bounds)
  return notes.map((partNotes, part) => ({
    ticksPerQuarter: sequence.ticksPerQuarter,
    totalSeconds: partNotes.reduce((latest, note) => Math.max(latest, note.endSeconds), 0),
    tempos: tempos[part] as Tempo[],
    timeSignatures: timeSignatures[part] as TimeSignature[],
    keySignatures: keySignatures[part] as KeySignature[],
    notes: partNotes,
    startTimeOffsetSeconds: bounds[part] as number,
  }))
}

/** The times after 0 and before the end at which tempo or metre differ from what held before. */
function changeTimes({ timeSignatures, tempos, totalSeconds }: NoteSequence): number[] {
  let metre = { numerator: 4, denominator: 4 }
  let qpm = 120
  const times: number[] = []
  for (const change of byTime<TimeSignature | Tempo>([...timeSignatures, ...tempos])) {
    if (change.timeSeconds >= totalSeconds) break
    if ('qpm' in change) {
      if (change.qpm === qpm) continue
      qpm = change.qpm
    } else {
      if (change.numerator === metre.numerator && change.denominator === metre.denominator) continue
      metre = change
    }
    if (change.timeSeconds > (times.at(-1) ?? 0)) times.push(change.timeSeconds)
  }
  return times
}

/** Each note in the part it starts in, on that part's clock, cut at the part's end. */
function partNotes(notes: readonly Note[], bounds: readonly number[]): Note[][] {
  const parts: Note[][] = bounds.slice(1).map(() => [])
  let part = 0
  for (const note of byStart(notes)) {
    if (note.startSeconds < (bounds[0] as number)) continue
    while (part < parts.length && note.startSeconds >= (bounds[part + 1] as number)) part++
    if (part === parts.length) break
    parts[part]?.push(cutToPart(note, bounds[part] as number, bounds[part + 1] as number))
  }
  return parts
}

function cutToPart(note: Note, start: number, end: number): Note {
  const { instrument, program, isDrum, pitch, velocity, startSeconds, endSeconds } = note
  // Most scores are one part, and a note is never changed in place: then the very note serves.
  if (start === 0 && endSeconds <= end) return note
  return {
    instrument,
    program,
    isDrum,
    pitch,
    velocity,
    startSeconds: startSeconds - start,
    endSeconds: Math.min(endSeconds, end) - start,
  }
}

/** What holds in each part: the last state at or before its start, put at 0, then the changes within it. */
function partStates<T extends Timed>(events: readonly T[], bounds: readonly number[]): T[][] {
  const sorted = byTime(events)
  let next = 0
  let previous: T | null = null
  return bounds.slice(1).map((end, part) => {
    const start = bounds[part] as number
    while (next < sorted.length && (sorted[next] as T).timeSeconds <= start) previous = sorted[next++] as T
    const states: T[] = previous === null ? [] : [{ ...previous, timeSeconds: 0 }]
    while (next < sorted.length && (sorted[next] as T).timeSeconds < end) {
      previous = sorted[next++] as T
      states.push({ ...previous, timeSeconds: previous.timeSeconds - start })
    }
    return states
  })
}
