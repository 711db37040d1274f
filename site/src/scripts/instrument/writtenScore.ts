import { MODE_DEGREES, MODE_NAMES } from '../../../../src/config/modes.ts'
import { findTonality } from '../../../../src/generation/control/findTonality.ts'
import type { Melody } from '../../../../src/melody/melody.ts'
import { type AbcOptions, melodyToAbc } from '../../../../src/melody/written/melodyToAbc.ts'
import { melodyToMusicXml } from '../../../../src/melody/written/melodyToMusicXml.ts'
import type { ScoreKey } from '../../../../src/melody/written/spelling.ts'

const WRITERS = {
  musicxml: { type: 'application/vnd.recordare.musicxml+xml', write: melodyToMusicXml },
  abc: { type: 'text/vnd.abc', write: melodyToAbc },
} as const

/** Formats of scores that pages write; also the endings of their files. */
export type ScoreKind = keyof typeof WRITERS

/** A melody as a score, in the signature of the mode it is most likely in. */
export function writtenScore(kind: ScoreKind, melody: Melody, options: Omit<AbcOptions, 'key'>): Blob {
  const { type, write } = WRITERS[kind]
  return new Blob([write(melody, { ...options, key: signatureKey(melody.events) })], { type })
}

/**
 * The key whose signature suits a melody: of a mode besides minor, the major key of the same notes.
 * @example signatureKey([62, 64, 65, 69, 71, 72, 62, -2]) // D dorian has the notes of C major
 */
export function signatureKey(events: readonly number[]): ScoreKey | null {
  const tonality = findTonality(events)
  if (tonality === null) return null
  const { mode, root } = tonality
  if (mode === 'aeolian') return { tonic: root, mode: 'minor' }
  const degree = MODE_DEGREES.ionian[MODE_NAMES.indexOf(mode)] ?? 0
  return { tonic: (root - degree + 12) % 12, mode: 'major' }
}
