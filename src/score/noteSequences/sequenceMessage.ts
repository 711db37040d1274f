import protobuf from 'protobufjs'
import { z } from 'zod'
import { DEFAULT_QPM, type KeySignature, type NoteSequence } from '../noteSequence.ts'
import { NOTE_SEQUENCE_LIMITS, NoteSequenceError } from './noteSequenceError.ts'

/** The parts of note-seq's NoteSequence that a score is read from, by their field numbers. */
const MESSAGES = `
syntax = "proto3";
message NoteSequence {
  string id = 1; string filename = 2; string collection_name = 3; int32 ticks_per_quarter = 4;
  repeated TimeSignature time_signatures = 5; repeated KeySignature key_signatures = 6;
  repeated Tempo tempos = 7; repeated Note notes = 8; double total_time = 9;
  SubsequenceInfo subsequence_info = 17; SequenceMetadata sequence_metadata = 19;
  message Note {
    int32 pitch = 1; int32 velocity = 2; double start_time = 3; double end_time = 4;
    int32 instrument = 7; int32 program = 8; bool is_drum = 9;
  }
  message TimeSignature { double time = 1; int32 numerator = 2; int32 denominator = 3; }
  message KeySignature { double time = 1; Key key = 2; Mode mode = 3; }
  message Tempo { double time = 1; double qpm = 2; }
  message SubsequenceInfo { double start_time_offset = 1; }
  enum Key {
    option allow_alias = true;
    C = 0; C_SHARP = 1; D_FLAT = 1; D = 2; D_SHARP = 3; E_FLAT = 3; E = 4; F = 5; F_SHARP = 6; G_FLAT = 6; G = 7;
    G_SHARP = 8; A_FLAT = 8; A = 9; A_SHARP = 10; B_FLAT = 10; B = 11;
  }
  enum Mode {
    MAJOR = 0; MINOR = 1; NOT_SPECIFIED = 2; MIXOLYDIAN = 3; DORIAN = 4; PHRYGIAN = 5; LYDIAN = 6; LOCRIAN = 7;
  }
}
message SequenceMetadata { string title = 1; }
`

/** The message's type, which text is read by as well. */
export const sequenceType = protobuf.parse(MESSAGES, { keepCase: true }).root.lookupType('NoteSequence')

const time = z.number().nonnegative()
const midi = z.int().min(0).max(127)
const schema = z.object({
  id: z.string(),
  ticks_per_quarter: z.int().nonnegative(),
  time_signatures: z.array(z.object({ time, numerator: z.int(), denominator: z.int() })),
  key_signatures: z.array(z.object({ time, key: z.int().min(0).max(11), mode: z.int() })),
  tempos: z.array(z.object({ time, qpm: z.number().positive() })),
  notes: z
    .array(
      z.object({
        ...{ pitch: midi, velocity: midi, start_time: time, end_time: time },
        ...{ instrument: z.int(), program: midi, is_drum: z.boolean() },
      }),
    )
    .max(NOTE_SEQUENCE_LIMITS.notes),
  subsequence_info: z.object({ start_time_offset: z.number() }).nullable(),
  sequence_metadata: z.object({ title: z.string() }).nullable(),
})

/** A score with what its message says of it. */
export interface NamedSequence {
  readonly id: string
  readonly title: string
  readonly score: NoteSequence
}

/** What is written beside a score. */
export interface SequenceNames {
  readonly id: string
  /** The file it comes from, in its collection. */
  readonly filename: string
  readonly collection: string
}

/**
 * The score of a message's bytes. Times that are not in order are put in order.
 * @throws NoteSequenceError when they are not a NoteSequence, or it holds what cannot be played.
 */
export function decodeNoteSequence(bytes: Uint8Array): NamedSequence {
  try {
    return sequenceOf(sequenceType.decode(bytes))
  } catch (error) {
    if (error instanceof NoteSequenceError || !(error instanceof Error)) throw error
    throw new NoteSequenceError(`it is not a NoteSequence: ${error.message}`, { cause: error })
  }
}

/** note-seq's resolution where a sequence names none. */
const TICKS_PER_QUARTER = 220

/** The score of a message. @throws NoteSequenceError for what cannot be played. */
export function sequenceOf(message: protobuf.Message): NamedSequence {
  const plain = sequenceType.toObject(message, { longs: Number, defaults: true, arrays: true })
  const checked = schema.safeParse(plain)
  if (!checked.success) {
    const [issue] = checked.error.issues
    throw new NoteSequenceError(`${issue?.path.join('.')}: ${issue?.message.toLowerCase()}`)
  }
  const { id, ticks_per_quarter: ticks, tempos, time_signatures: metres, key_signatures: keys, notes } = checked.data
  if (tempos.length + metres.length + keys.length > NOTE_SEQUENCE_LIMITS.changes)
    throw new NoteSequenceError(`limit-changes: more than ${NOTE_SEQUENCE_LIMITS.changes} tempos, metres and keys`)
  const score = {
    ticksPerQuarter: ticks === 0 ? TICKS_PER_QUARTER : ticks,
    totalSeconds: notes.reduce((latest, { end_time: end }) => Math.max(latest, end), 0),
    tempos:
      tempos.length === 0
        ? [{ timeSeconds: 0, qpm: DEFAULT_QPM }]
        : inOrder(tempos.map(({ time, qpm }) => ({ timeSeconds: time, qpm }))),
    timeSignatures: inOrder(metres.map(({ time, ...metre }) => ({ timeSeconds: time, ...metre }))),
    keySignatures: inOrder(keys.map(({ time, key, mode }) => ({ timeSeconds: time, ...keyOf(key, mode) }))),
    notes: notes.map(noteOf),
    startTimeOffsetSeconds: checked.data.subsequence_info?.start_time_offset ?? 0,
  }
  return { id, title: checked.data.sequence_metadata?.title ?? '', score }
}

const inOrder = <T extends { readonly timeSeconds: number }>(changes: T[]): T[] =>
  changes.sort((a, b) => a.timeSeconds - b.timeSeconds)

function noteOf(note: z.infer<typeof schema>['notes'][number], n: number): NoteSequence['notes'][number] {
  const { pitch, velocity, start_time: startSeconds, end_time: endSeconds, is_drum: isDrum, instrument, program } = note
  if (endSeconds < startSeconds)
    throw new NoteSequenceError(`notes.${n}: it ends at ${endSeconds} s, before it begins at ${startSeconds} s`)
  // A MIDI note of velocity 0 would be the end of one.
  return { instrument, program, isDrum, pitch, velocity: Math.max(1, velocity), startSeconds, endSeconds }
}

const MINOR = 1
/** Semitones from the tonic of a mode down to that of the major scale with its notes, by the mode's number. */
const ABOVE_MAJOR = [0, 9, 0, 7, 2, 4, 5, 11]

/** Of the modes only minor, the others by their major scale, as in the other formats. */
function keyOf(key: number, mode: number): Pick<KeySignature, 'key' | 'mode'> {
  if (mode === MINOR) return { key, mode: 'minor' }
  return { key: (key - (ABOVE_MAJOR[mode] ?? 0) + 12) % 12, mode: 'major' }
}

/**
 * A score as the bytes of a NoteSequence.
 * @example decodeNoteSequence(encodeNoteSequence(score, names)).score // the same score
 */
export function encodeNoteSequence(score: NoteSequence, { id, filename, collection }: SequenceNames): Uint8Array {
  const { ticksPerQuarter, totalSeconds, startTimeOffsetSeconds } = score
  const message = sequenceType.fromObject({
    ...{ id, filename, collection_name: collection, ticks_per_quarter: ticksPerQuarter, total_time: totalSeconds },
    tempos: score.tempos.map(({ timeSeconds, qpm }) => ({ time: timeSeconds, qpm })),
    time_signatures: score.timeSignatures.map(({ timeSeconds, ...metre }) => ({ time: timeSeconds, ...metre })),
    key_signatures: score.keySignatures.map(({ timeSeconds, key, mode }) => {
      return { time: timeSeconds, key, mode: mode === 'minor' ? MINOR : 0 }
    }),
    notes: score.notes.map(({ startSeconds, endSeconds, isDrum, ...note }) => {
      return { ...note, is_drum: isDrum, start_time: startSeconds, end_time: endSeconds }
    }),
    ...(startTimeOffsetSeconds === 0 ? {} : { subsequence_info: { start_time_offset: startTimeOffsetSeconds } }),
  })
  return sequenceType.encode(message).finish()
}
