import { boundedInTime, OutOfTimeError } from '../support/boundedInTime.ts'
import { abcEngine, abcMusic } from './abcEngine.ts'
import { ABC_LIMITS, AbcConversionError } from './abcLimits.ts'
import { abcPlayOrder } from './abcPlayOrder.ts'
import { abcToSequence } from './abcToSequence.ts'
import { canonicalAbc } from './canonicalAbc.ts'
import type { NoteSequence } from './noteSequence.ts'
import { firstTune } from './splitTunebook.ts'

export { ABC_LIMITS, AbcConversionError } from './abcLimits.ts'
export { type AbcMode, type AbcTune, splitTunebook } from './splitTunebook.ts'

/**
 * Reads the first tune of an ABC text as the ABC 2.1 standard says it sounds: repeats, endings, parts and D.C. written
 * out, ties joined; without ornaments, grace notes and an accompaniment for chord symbols. abc2svg parses what
 * `canonicalAbc` lets through, shut in by `abcEngine`.
 * @throws AbcConversionError when there is no tune, abc2svg fails, or a bound is exceeded (`limit-…`)
 * @example readAbc('X:1\nK:C\nCDEF|').notes.map((note) => note.pitch) // [60, 62, 64, 65]
 */
export function readAbc(text: string): NoteSequence {
  const { abc, partOrder, voices } = canonicalAbc(firstTune(text))
  const convert = (): NoteSequence => {
    const music = abcMusic(abc)
    return abcToSequence(music, abcPlayOrder(music, partOrder), voices)
  }
  abcEngine() // not on this tune's time
  try {
    return boundedInTime(convert, ABC_LIMITS.milliseconds)
  } catch (error) {
    throw asAbcError(error)
  }
}

function asAbcError(error: unknown): AbcConversionError {
  if (error instanceof AbcConversionError) return error
  if (error instanceof OutOfTimeError) {
    return new AbcConversionError(
      `limit-time: the tune takes more than ${ABC_LIMITS.milliseconds / 1000} seconds to read`,
    )
  }
  // An error from the tune's own realm is not an instance of ours.
  const { message } = Object(error) as { message?: unknown }
  return new AbcConversionError(`abc2svg failed: ${typeof message === 'string' ? message : String(error)}`)
}
