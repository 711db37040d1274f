import { counted } from '../support/text/counted.ts'
import type { IgnoredChanges } from './noteSequence.ts'

/**
 * What a score leaves out of its file, for whoever reads a listing.
 * @example ignoredText({ tempos: 1, timeSignatures: 0 }) // '1 tempo change on a track other than the first is ignored, as in note-seq'
 */
export function ignoredText({ tempos, timeSignatures }: IgnoredChanges): string {
  const changes = (n: number, what: string): string[] => (n === 0 ? [] : [counted(n, `${what} change`)])
  const all = [...changes(tempos, 'tempo'), ...changes(timeSignatures, 'metre')].join(' and ')
  return `${all} on a track other than the first ${tempos + timeSignatures === 1 ? 'is' : 'are'} ignored, as in note-seq`
}
