import type { ScoreFormat } from '../corpus/listFolders.js'
import type { ExtractionConfig } from '../iterations/experimentConfig.js'
import type { Melody } from '../melody/melody.js'
import { readAbc } from '../score/readAbc.js'
import { readMidi } from '../score/readMidi.js'
import type { DropReason } from './dataset.js'
import { failureOf } from './scanCorpus.js'
import { scoreToMelodies } from './scoreToMelodies.js'

/** What a worker is sent: plain data. */
export interface ConversionTask {
  readonly format: ScoreFormat
  /** The MIDI file's bytes, or the tune's text. */
  readonly content: Uint8Array | string
  readonly extraction: ExtractionConfig
}

/** What a score gave: melodies, and a reason for everything that gave none. */
export interface Conversion {
  readonly melodies: readonly Melody[]
  readonly dropped: readonly { readonly instrument: number | null; readonly reason: DropReason }[]
}

/**
 * Score -> melodies. Never throws: what cannot be read comes back as one `unreadable: <name>: <message>`, and a score
 * without a melody always has a reason.
 */
export function convertScore({ content, extraction }: ConversionTask): Conversion {
  try {
    const score = typeof content === 'string' ? readAbc(content) : readMidi(content)
    const parts = scoreToMelodies(score, extraction)
    const melodies = parts.flatMap((part) => part.melodies)
    const dropped = parts.flatMap((part) => part.dropped)
    if (melodies.length === 0 && dropped.length === 0) return { melodies, dropped: [noNotes] }
    return { melodies, dropped }
  } catch (error) {
    return unreadable(failureOf(error))
  }
}

const noNotes = { instrument: null, reason: 'no-notes' } as const

/** The conversion of a score that could not be read. */
export function unreadable(failure: string): Conversion {
  return { melodies: [], dropped: [{ instrument: null, reason: `unreadable: ${failure}` }] }
}
