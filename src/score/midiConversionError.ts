import { UserError } from '../support/errors.ts'

/**
 * Thrown for bytes that cannot be read as MIDI. The message says what is wrong and at which byte; one that begins with
 * `limit-` names a bound of our own; all are wider than any real score needs.
 */
export class MidiConversionError extends UserError {
  override readonly name = 'MidiConversionError'
}
