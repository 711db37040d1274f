import { UserError } from '../support/errors.ts'

/**
 * A file that is no MIDI this project reads. The message says what is wrong and at which byte; one that begins with
 * `limit-` names a bound of our own; all are wider than any real score needs.
 */
export class MidiConversionError extends UserError {
  override readonly name = 'MidiConversionError'
}
