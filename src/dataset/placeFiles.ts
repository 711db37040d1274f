import type { ConvertedMelody } from './convertScore.ts'
import type { Split } from './dataset.ts'
import { familyFinder, type Families } from './families.ts'
import { holdsPrimer } from './primerKin.ts'
import type { ScoreUnit } from './scanCorpus.ts'
import type { MelodySketch } from './sketch.ts'
import { splitFamilies, type SplitRatios } from './split.ts'
import { itemAt } from '../support/itemAt.ts'

/** The family and side of a file. */
export interface Place {
  readonly family: string
  readonly split: Split
}

/** Why files were put into one family. */
export interface Kinship {
  readonly edges: Families['edges']
  readonly largest: Families['largest']
  /** Families on the test side since they hold the tune of a primer. */
  readonly primers: readonly string[]
}

/**
 * The family and the side of each score, in their order. A family that holds the tune of a primer is for the test.
 * @param melodiesOf the melodies of a score; asked for once each, in order, and not kept.
 * @throws UserError as `familyFinder`.
 */
export function placeFiles(
  units: Iterable<ScoreUnit>,
  melodiesOf: (unit: ScoreUnit) => readonly ConvertedMelody[],
  ratios: SplitRatios,
): Kinship & { readonly places: Place[] } {
  const finder = familyFinder()
  const files: { style: string | null; melodies: number; primer: boolean }[] = []
  for (const unit of units) {
    const { path, sha256, source, title, tuneId, style } = unit
    const melodies = melodiesOf(unit)
    finder.add({ path, sha256, source, title, tuneId, sketches: melodies.map(sketchOf) })
    files.push({ style, melodies: melodies.length, primer: melodies.some(({ events }) => holdsPrimer(events)) })
  }
  const { family, edges, largest } = finder.families()
  const primers = new Set(family.filter((_, n) => itemAt(files, n).primer))
  const rows = files.map(({ style, melodies }, n) => ({ family: itemAt(family, n), style, melodies }))
  const split = splitFamilies(rows, ratios, primers)
  return {
    places: family.map((name, n) => ({ family: name, split: itemAt(split, n) })),
    edges,
    largest,
    primers: [...primers],
  }
}

function sketchOf({ sketch: { canonicalHash, notes, minhash } }: ConvertedMelody): MelodySketch {
  return { canonicalHash, notes, minhash: minhash === null ? null : signatureFrom(minhash) }
}

function signatureFrom(base64: string): Uint32Array {
  const bytes = Buffer.from(base64, 'base64')
  const signature = new Uint32Array(bytes.length / 4)
  new Uint8Array(signature.buffer).set(bytes)
  return signature
}
