import { UserError } from '../support/errors.ts'

/**
 * Thrown for text that cannot be read as ABC. The message says what is wrong; one that begins with `limit-` names a
 * bound of our own.
 */
export class AbcConversionError extends UserError {
  override readonly name = 'AbcConversionError'
}

/**
 * What one tune may hold; no real one comes near (the longest of 4,248 has 2,439 characters). All but the last are
 * counts, so that whether a tune is read never depends on the speed of the machine.
 */
export const ABC_LIMITS = {
  /** Of one tune, also after its macros were written out; and of what a book says before its first tune. */
  characters: 50_000,
  /** Tunes of one file. The largest public collection has some 50,000 settings. */
  tunes: 100_000,
  /** The largest number of an ending (`[1-4`); each is one more time through. */
  endings: 100,
  /** Digits of a number in the music. */
  digits: 5,
  /** Digits of a note's length. */
  lengthDigits: 3,
  /** A number in a metre, unit length or tempo field; 0 does not count. */
  fieldNumber: 999,
  /** Voices that a tune names, and layers (`&`) of one bar. */
  voices: 32,
  overlays: 8,
  /** Notes and rests as written; and parts and tempos in the music, through which the parser goes again and again. */
  written: 10_000,
  changes: 500,
  /** Notes as they sound, every repeat written out. */
  notes: 20_000,
  /** Jumps of the playing order: repeats, endings, parts. */
  jumps: 5_000,
  /** Of the thread's own work, as a last resort; the longest of the real tunes takes 60. */
  milliseconds: 1500,
} as const
