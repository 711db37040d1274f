import type { Melody } from '../melody/melody.ts'
import type { OtherVoice } from './otherVoice.ts'

/** `validation` is what settings are chosen by; `test` is looked at once per model. */
export type Split = 'train' | 'validation' | 'test'

/** Why a track, a part of a file or a whole file gave no melody. */
export type DropReason =
  | 'polyphonic'
  | 'too-short'
  | 'too-few-pitches'
  | 'non-integer-steps-per-bar'
  | 'drums'
  | 'no-notes'
  /** The file could not be read: MidiConversionError, AbcConversionError, or a limit that fired (`limit-…`). */
  | `unreadable: ${string}`

/** One row per source file. */
export interface FileRow {
  /** Path inside its corpus, with forward slashes; of a tune in a tunebook: `book.abc#X`. */
  readonly path: string
  readonly sha256: string
  readonly source: string
  readonly licence: string
  readonly title: string | null
  /** Mode by the K: field of ABC, e.g. `major`, `dorian`; null if the format has none. */
  readonly mode: string | null
  /** Given by `--style DIR` or by the source's declaration; null for general music. */
  readonly style: string | null
  /** Of the file, or of a tune's text. */
  readonly bytes: number
  /** Instruments that sound; 0 for what could not be read. */
  readonly tracks: number
  /** First path of its family: the files that must lie on one side of a split. */
  readonly family: string
  readonly split: Split
  readonly melodies: number
  /** One row for each instrument and reason; `parts` if it happened in several parts of the score. */
  readonly dropped: readonly {
    readonly instrument: number | null
    readonly reason: DropReason
    readonly parts?: number
  }[]
}

/** One row per melody. */
export interface MelodyRow extends Melody {
  /** `<path>/<n>`: the n-th melody of its file. */
  readonly id: string
  readonly path: string
  /** sha256 of its canonical form; equal for the same tune in another key. */
  readonly canonicalHash: string
  /** Its file's. */
  readonly family: string
  readonly split: Split
}

/** A melody to learn from, with the voice that sounds with it, if one does. */
export interface TrainingRow extends MelodyRow {
  readonly other?: OtherVoice
}

/** All files and melodies of a corpus. */
export interface Dataset {
  /** sha256 of everything that decides the melodies and their split. */
  readonly hash: string
  readonly files: readonly FileRow[]
  readonly melodies: readonly MelodyRow[]
}
