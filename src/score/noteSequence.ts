/** The tempo where a score names none, in quarter notes per minute: that of MIDI files. */
export const DEFAULT_QPM = 120

/**
 * The score as the field knows it (note-seq's NoteSequence): notes in seconds, with the tempos and metres that
 * give them their place in a bar. Plain data; no function of this project changes one in place.
 */
export interface Note {
  /** Index of the (program, channel, track) the note belongs to, numbered by first closed note. */
  readonly instrument: number
  /** General MIDI program, 0-127. */
  readonly program: number
  readonly isDrum: boolean
  /** MIDI pitch, 0-127; 60 is middle C. */
  readonly pitch: number
  /** MIDI velocity, 1-127. */
  readonly velocity: number
  readonly startSeconds: number
  readonly endSeconds: number
}

/** A tempo from a time on. */
export interface Tempo {
  readonly timeSeconds: number
  /** Quarter notes per minute. */
  readonly qpm: number
}

/** A metre from a time on. */
export interface TimeSignature {
  readonly timeSeconds: number
  readonly numerator: number
  readonly denominator: number
}

/** A key from a time on. */
export interface KeySignature {
  readonly timeSeconds: number
  /** Pitch class of the tonic, 0 = C. */
  readonly key: number
  readonly mode: 'major' | 'minor'
}

/** A score as notes in seconds. */
export interface NoteSequence {
  readonly ticksPerQuarter: number
  /** End of the last note, in seconds; 0 when there is none. */
  readonly totalSeconds: number
  readonly tempos: readonly Tempo[]
  readonly timeSignatures: readonly TimeSignature[]
  readonly keySignatures: readonly KeySignature[]
  readonly notes: readonly Note[]
  /** Seconds between the start of the file and the start of this part; 0 for a whole file. */
  readonly startTimeOffsetSeconds: number
  /** What the score calls its instruments, by their numbers; absent where it has no names for them, as MIDI. */
  readonly instrumentNames?: readonly string[]
  /** What the file says and this score leaves out, as note-seq does; absent where nothing is. */
  readonly ignored?: IgnoredChanges
}

/** Tempos and metres on a track other than the first that differ from those of the first track. */
export interface IgnoredChanges {
  readonly tempos: number
  readonly timeSignatures: number
}

/** A note on the grid: steps replace seconds, the seconds stay for whoever plays it. */
export interface QuantizedNote extends Note {
  readonly startStep: number
  readonly endStep: number
}

/** A NoteSequence of one tempo and one metre, on a grid of `stepsPerQuarter` steps per quarter note. */
export interface QuantizedSequence extends NoteSequence {
  readonly notes: readonly QuantizedNote[]
  readonly stepsPerQuarter: number
  /** stepsPerQuarter * 4 * numerator / denominator; 10 for 5/8 on sixteenths; may be a fraction. */
  readonly stepsPerBar: number
  readonly totalSteps: number
}
