import type { ConvertedMelody } from './convertScore.js'
import type { Split } from './dataset.js'
import { assignFamilies, type FamilyFile, type MelodySketch } from './families.js'
import type { ScoreUnit } from './scanCorpus.js'
import { splitFamilies, type SplitRatios } from './split.js'

/** The family and side of a file. */
export interface Place {
  readonly family: string
  readonly split: Split
}

/**
 * The family and the side of each score, in their order.
 * @param melodiesOf the melodies of a score; asked for once each, in order, and not kept.
 */
export function placeFiles(
  units: readonly ScoreUnit[],
  melodiesOf: (unit: ScoreUnit) => readonly ConvertedMelody[],
  ratios: SplitRatios,
): Place[] {
  const known = new Map<string, MelodySketch>() // equal melodies share a sketch: they are what a corpus has most of
  const files = units.map((unit): FamilyFile => {
    const { path, sha256: content, source, title, style } = unit
    const sketches = melodiesOf(unit).map(({ sketch }) => shared(known, sketch))
    return { path, sha256: content, source, title, tuneId: null, style, sketches }
  })
  const { family } = assignFamilies(files)
  const rows = files.map(({ style, sketches }, n) => ({ family: family[n]!, style, melodies: sketches.length }))
  return splitFamilies(rows, ratios).map((split, n) => ({ family: family[n]!, split }))
}

function shared(
  known: Map<string, MelodySketch>,
  { canonicalHash, notes, minhash }: ConvertedMelody['sketch'],
): MelodySketch {
  const found = known.get(canonicalHash)
  if (found !== undefined) return found
  const sketch = { canonicalHash, notes, minhash: minhash === null ? null : signatureFrom(minhash) }
  known.set(canonicalHash, sketch)
  return sketch
}

function signatureFrom(base64: string): Uint32Array {
  const bytes = Buffer.from(base64, 'base64')
  const signature = new Uint32Array(bytes.length / 4)
  new Uint8Array(signature.buffer).set(bytes)
  return signature
}
