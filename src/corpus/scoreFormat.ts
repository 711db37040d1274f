import { formatOfName, type ScoreFormat } from '../score/scoreFormats.ts'
import { errorCode } from '../support/errors.ts'

/** The formats of scores, for a sentence. */
export const SCORE_KINDS = 'MIDI, ABC, MusicXML or NoteSequence'

/** The format by the name's ending, in any case; `null` if it is not a score's. Hidden and AppleDouble files do not count. */
export function scoreFormat(name: string): ScoreFormat | null {
  return name.startsWith('.') || name.indexOf('.') < 1 ? null : formatOfName(name)
}

/** `SystemError: EACCES` for what the operating system refuses; anything else is a defect and is thrown on. */
export function systemFailure(error: unknown): string {
  const code = errorCode(error)
  if (code === undefined) throw error
  return `SystemError: ${code}`
}
