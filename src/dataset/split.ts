import { sha256 } from '../support/files.ts'
import type { Dataset, Split } from './dataset.ts'
import { itemAt, valueAt } from '../support/itemAt.ts'

/** Shares of the families that are held out, each 0-1 and no more than 1 together; the rest is for training. */
export interface SplitRatios {
  readonly validation: number
  readonly test: number
}

/** What the split looks at: nothing but the family's name, what kind of music it is and whether it sounds. */
export interface SplitFamily {
  /** First path of the family. */
  readonly family: string
  /** Kind of music that must have files on each side where it can: a style's label, or general music's null. */
  readonly style: string | null
  readonly melodies: number
}

/**
 * The side of each row, in their order. Which it is hangs only on the hash of the family's name, so that it is the same
 * on every machine, in every iteration, and mostly stays when files are added. Where that leaves a side of a style (or
 * of the general music) without any melody, the family whose hash is nearest to that side changes over; of two families
 * one is for training and one for the test. Rows of the same family (its files, say) get the same side; one styled row
 * makes the whole family that style's.
 * @param tests families that are for the test whatever their hash.
 * @example splitFamilies([{ family: 'a.mid', style: null, melodies: 1 }], { validation: 0, test: 0 }) // ['train']
 */
export function splitFamilies(
  rows: readonly SplitFamily[],
  ratios: SplitRatios,
  tests: ReadonlySet<string> = new Set(),
): Split[] {
  const groups = [...mergeRows(rows).values()]
  const side = new Map(groups.map(({ family, hash }) => [family, sideOf(hash, ratios)]))
  for (const family of tests) side.set(family, 'test')
  for (const style of new Set(groups.map((group) => group.style))) {
    fillSides(
      groups.filter((group) => group.style === style && group.melodies > 0 && !tests.has(group.family)),
      side,
      ratios,
    )
  }
  return rows.map(({ family }) => valueAt(side, family))
}

interface HashedFamily extends SplitFamily {
  /** In [0, 1). */
  readonly hash: number
}

function mergeRows(rows: readonly SplitFamily[]): Map<string, HashedFamily> {
  const merged = new Map<string, HashedFamily>()
  for (const { family, style, melodies } of rows) {
    const known = merged.get(family)
    const styles = [known?.style ?? null, style].filter((label) => label !== null).sort()
    merged.set(family, {
      family,
      style: styles[0] ?? null,
      melodies: melodies + (known?.melodies ?? 0),
      hash: known?.hash ?? unitHash(family),
    })
  }
  return merged
}

/** The stretch of [0, 1] whose hashes fall on a side. */
function stretch(split: Split, { validation, test }: SplitRatios): readonly [from: number, to: number] {
  if (split === 'test') return [0, test]
  if (split === 'validation') return [test, test + validation]
  return [test + validation, 1]
}

function sideOf(hash: number, { validation, test }: SplitRatios): Split {
  if (hash < test) return 'test'
  return hash < test + validation ? 'validation' : 'train'
}

/** Sees to it that no side is empty where there are families to share out; training comes first, then the test. */
function fillSides(families: readonly HashedFamily[], side: Map<string, Split>, ratios: SplitRatios): void {
  for (const wanted of ['train', 'test', 'validation'] as const) {
    const [from, to] = stretch(wanted, ratios)
    if (to <= from || families.some(({ family }) => side.get(family) === wanted)) continue
    const distance = ({ hash }: HashedFamily): number => Math.max(from - hash, hash - to, 0)
    const spare = families
      .filter(({ family }) => families.filter((other) => side.get(other.family) === side.get(family)).length > 1)
      .sort((a, b) => distance(a) - distance(b))
    if (spare[0] !== undefined) side.set(spare[0].family, wanted)
  }
}

/** A number in [0, 1) that depends on the text alone. */
function unitHash(text: string): number {
  return Number.parseInt(sha256(`split ${text}`).slice(0, 8), 16) / 2 ** 32
}

/**
 * The study's own split, for comparison: a side for each file by itself, by the hash of its path, whatever it shares
 * with others.
 */
export const fileLevelSplit = (paths: readonly string[], ratios: SplitRatios): Split[] =>
  paths.map((path) => sideOf(unitHash(path), ratios))

/** The data set with that split. */
export function splitByFile(dataset: Dataset, ratios: SplitRatios): Dataset {
  const paths = dataset.files.map(({ path }) => path)
  const splits = fileLevelSplit(paths, ratios)
  const sides = new Map(paths.map((path, n) => [path, itemAt(splits, n)]))
  const moved = <Row extends { readonly path: string }>(row: Row): Row & { split: Split } => ({
    ...row,
    split: valueAt(sides, row.path),
  })
  return { ...dataset, files: dataset.files.map(moved), melodies: dataset.melodies.map(moved) }
}
