import { UserError } from '../../support/errors.ts'

/**
 * Thrown for bytes that cannot be read as a NoteSequence or a record of one. A message that begins with `limit-` names a
 * bound of our own.
 */
export class NoteSequenceError extends UserError {
  override readonly name = 'NoteSequenceError'
}

/** What a file of NoteSequences may hold. */
export const NOTE_SEQUENCE_LIMITS = {
  /** Of one record: a million notes. The largest of Magenta's own data sets has under 1 MB. */
  recordBytes: 32 * 1024 * 1024,
  /** Of one file. */
  records: 1_000_000,
  /** Notes of one sequence; each becomes an object. */
  notes: 500_000,
  /** Tempos, metres and keys together. */
  changes: 50_000,
  /** Messages in messages, as text. */
  depth: 20,
} as const
