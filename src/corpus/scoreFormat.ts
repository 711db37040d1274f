import { MIDI_ENDINGS } from '../score/midiNames.ts'
import { errorCode } from '../support/errors.ts'

/** A format of scores. */
export type ScoreFormat = 'midi' | 'abc'

const FORMATS: Readonly<Record<string, ScoreFormat>> = {
  ...Object.fromEntries(MIDI_ENDINGS.map((ending) => [ending, 'midi' as const])),
  '.abc': 'abc',
}

/** The endings of scores, for a sentence. */
export const SCORE_ENDINGS = `${MIDI_ENDINGS.join(', ')} or .abc`

/** The format by the name's ending, in any case; `null` if it is not a score's. Hidden and AppleDouble files do not count. */
export function scoreFormat(name: string): ScoreFormat | null {
  const dot = name.lastIndexOf('.')
  return name.startsWith('.') || dot < 1 ? null : (FORMATS[name.slice(dot).toLowerCase()] ?? null)
}

/** `SystemError: EACCES` for what the operating system refuses; anything else is a defect and is thrown on. */
export function systemFailure(error: unknown): string {
  const code = errorCode(error)
  if (code === undefined) throw error
  return `SystemError: ${code}`
}
