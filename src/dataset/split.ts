import { sha256 } from '../support/files.js'
import type { Split } from './dataset.js'

export { canonicalMelody } from './families.js'

/** What the split looks at: nothing but the file's name and what sounds in it. */
export interface SplitFile {
  readonly path: string
  /** Of its content; empty when it could not be read. */
  readonly sha256: string
  /** `canonicalMelody` of each of its melodies. */
  readonly canonical: readonly string[]
  /** Kind of music that must have both training and test files where it can: a style's label, or general music's null. */
  readonly style: string | null
}

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
 * @example splitFamilies([{ family: 'a.mid', style: null, melodies: 1 }], { validation: 0, test: 0 }) // ['train']
 */
export function splitFamilies(rows: readonly SplitFamily[], ratios: SplitRatios): Split[] {
  const groups = [...mergeRows(rows).values()]
  const side = new Map(groups.map(({ family, hash }) => [family, sideOf(hash, ratios)]))
  for (const style of new Set(groups.map((group) => group.style))) {
    fillSides(
      groups.filter((group) => group.style === style && group.melodies > 0),
      side,
      ratios,
    )
  }
  return rows.map(({ family }) => side.get(family)!)
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

/**
 * Train or test for each file, in their order. Files that share content or a melody (in any key) form a group and go
 * together; which way hangs only on the hash of the group's first path, so that it is the same on every machine, in
 * every iteration, and mostly stays when files are added. Where that leaves one side of a style (or of the general
 * music) without any melody, the group whose hash is nearest to that side changes over.
 * @param testRatio share of the groups that become test, 0-1; 0 holds nothing out.
 */
export function assignSplits(files: readonly SplitFile[], testRatio: number): Split[] {
  const groupOfFile = groupFiles(files)
  const groups = describeGroups(files, groupOfFile)
  const test = new Set([...groups.values()].filter(({ hash }) => hash < testRatio))
  for (const style of new Set(files.map((file) => file.style))) {
    const sounding = [...groups.values()].filter((group) => group.styles.has(style) && group.melodies > 0)
    if (testRatio > 0 && testRatio < 1) balance(sounding, test)
  }
  return groupOfFile.map((group) => (test.has(groups.get(group)!) ? 'test' : 'train'))
}

interface Group {
  /** Its first path, which names it. */
  path: string
  /** Of all its files: a tune may lie in the general folder and in the style's. */
  styles: ReadonlySet<string | null>
  melodies: number
  /** In [0, 1). */
  hash: number
}

function describeGroups(files: readonly SplitFile[], groupOfFile: readonly number[]): Map<number, Group> {
  const groups = new Map<number, Group>()
  files.forEach(({ path, style, canonical }, n) => {
    const group = groups.get(groupOfFile[n]!)
    groups.set(groupOfFile[n]!, {
      path: group === undefined || path < group.path ? path : group.path,
      styles: new Set([...(group?.styles ?? []), style]),
      melodies: canonical.length + (group?.melodies ?? 0),
      hash: 0,
    })
  })
  for (const group of groups.values()) group.hash = unitHash(group.path)
  return groups
}

/** Sees to it that neither side is empty where there are two groups to share out. */
function balance(groups: readonly Group[], test: Set<Group>): void {
  if (groups.length < 2) return
  const byHash = [...groups].sort((a, b) => a.hash - b.hash)
  if (groups.every((group) => !test.has(group))) test.add(byHash[0]!)
  else if (groups.every((group) => test.has(group))) test.delete(byHash.at(-1)!)
}

/** A number in [0, 1) that hangs on the text alone. */
function unitHash(text: string): number {
  return Number.parseInt(sha256(`split ${text}`).slice(0, 8), 16) / 2 ** 32
}

/** The group of each file: the lowest index among files that share content or a melody, directly or through others. */
export function groupFiles(files: readonly SplitFile[]): number[] {
  const parent = files.map((_, n) => n)
  const root = (n: number): number => {
    while (parent[n]! !== n) n = parent[n] = parent[parent[n]!]!
    return n
  }
  const join = (a: number, b: number): void => {
    parent[Math.max(a, b)] = Math.min(a, b)
  }
  const seen = new Map<string, number>()
  files.forEach(({ sha256: content, canonical }, n) => {
    const marks = canonical.filter((melody) => melody !== '').map((melody) => sha256(melody))
    for (const mark of content === '' ? marks : [content, ...marks]) {
      const other = seen.get(mark)
      if (other === undefined) seen.set(mark, n)
      else join(root(other), root(n))
    }
  })
  return files.map((_, n) => root(n))
}
