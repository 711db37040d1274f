import { UserError } from '../../support/errors.ts'

/**
 * Thrown for bytes that cannot be read as MusicXML. A message that begins with `limit-` names a bound of our own.
 */
export class MusicXmlError extends UserError {
  override readonly name = 'MusicXmlError'
}

/** What one score may hold; no real one comes near. */
export const MUSIC_XML_LIMITS = {
  /** Of the score, unpacked: an orchestral movement has 10 MB. */
  bytes: 24 * 1024 * 1024,
  /** An orchestra has 40. */
  parts: 256,
  /** Voices of all parts together. */
  voices: 512,
  /** Measures as they are played, and notes as they sound, every repeat written out. */
  measures: 20_000,
  notes: 200_000,
  /** Times through a repeat. */
  times: 100,
} as const
