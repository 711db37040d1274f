import type { ExtractionConfig } from '../config/experimentConfig.ts'
import type { Melody } from '../melody/melody.ts'
import type { IgnoredChanges } from '../score/noteSequence.ts'
import { readContent } from '../score/scoreContent.ts'
import type { ScoreFormat } from '../score/scoreFormats.ts'
import type { FileRow } from './dataset.ts'
import { sketchMelody } from './sketch.ts'
import { failureOf } from './scanCorpus.ts'
import { scoreToMelodies } from './scoreToMelodies.ts'

/** What a worker is sent: plain data. */
export interface ConversionTask {
  readonly format: ScoreFormat
  /** The bytes of a file or record, or a tune's text. */
  readonly content: Uint8Array | string
  readonly extraction: ExtractionConfig
}

/** A melody with what finds its like; the signature as base64 of its little-endian 32-bit values. */
export interface ConvertedMelody extends Melody {
  readonly sketch: { readonly canonicalHash: string; readonly notes: number; readonly minhash: string | null }
}

/** What a score gave: melodies, and a reason for everything that gave none. Plain data: it is stored as JSON. */
export interface Conversion {
  /** Instruments that sound. */
  readonly tracks: number
  readonly melodies: readonly ConvertedMelody[]
  readonly dropped: FileRow['dropped']
  /** What note-seq ignores in the file; absent if nothing. Nothing is dropped for it, and no row shows it. */
  readonly ignored?: IgnoredChanges
}

/**
 * Score -> melodies. Never throws: what cannot be read comes back as one `unreadable: <name>: <message>`, and a score
 * without a melody always has a reason.
 */
export function convertScore({ format, content, extraction }: ConversionTask): Conversion {
  try {
    const score = readContent(format, content)
    const parts = scoreToMelodies(score, extraction)
    const tracks = new Set(score.notes.map(({ instrument }) => instrument)).size
    const melodies = parts.flatMap((part) => part.melodies.map(withSketch))
    const dropped = countRepeats(parts.flatMap((part) => part.dropped))
    const ignored = score.ignored === undefined ? {} : { ignored: score.ignored }
    const isBare = melodies.length === 0 && dropped.length === 0
    return { tracks, melodies, dropped: isBare ? [noNotes] : dropped, ...ignored }
  } catch (error) {
    return unreadable(failureOf(error))
  }
}

function withSketch(melody: Melody): ConvertedMelody {
  const { canonicalHash, notes, minhash } = sketchMelody(melody.events)
  const signature = minhash === null ? null : Buffer.from(minhash.buffer, minhash.byteOffset, minhash.byteLength)
  return { ...melody, sketch: { canonicalHash, notes, minhash: signature?.toString('base64') ?? null } }
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
  return { tracks: 0, melodies: [], dropped: [{ instrument: null, reason: `unreadable: ${failure}` }] }
}
