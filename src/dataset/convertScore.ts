import type { ScoreFormat } from '../corpus/listFolders.js'
import type { ExtractionConfig } from '../iterations/experimentConfig.js'
import type { Melody } from '../melody/melody.js'
import { readAbc } from '../score/readAbc.js'
import { readMidi } from '../score/readMidi.js'
import type { FileRow } from './dataset.js'
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
  readonly dropped: FileRow['dropped']
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
    const dropped = countRepeats(parts.flatMap((part) => part.dropped))
    if (melodies.length === 0 && dropped.length === 0) return { melodies, dropped: [noNotes] }
    return { melodies, dropped }
  } catch (error) {
    return unreadable(failureOf(error))
  }
}

/**
 * Equal rows become one with their number: a piece of captured piano changes its tempo thousands of times, and each
 * part drops each of its tracks.
 */
function countRepeats(dropped: FileRow['dropped']): FileRow['dropped'] {
  const rows = new Map<string, { row: FileRow['dropped'][number]; parts: number }>()
  for (const row of dropped) {
    const key = `${row.instrument} ${row.reason}`
    rows.set(key, { row, parts: (rows.get(key)?.parts ?? 0) + 1 })
  }
  return [...rows.values()].map(({ row, parts }) => (parts === 1 ? row : { ...row, parts }))
}

const noNotes = { instrument: null, reason: 'no-notes' } as const

/** The conversion of a score that could not be read. */
export function unreadable(failure: string): Conversion {
  return { melodies: [], dropped: [{ instrument: null, reason: `unreadable: ${failure}` }] }
}
