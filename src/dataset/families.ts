import { UserError } from '../support/errors.ts'
import { FAMILY_NOTES, likeness, type MelodySketch, mix, SIGNATURE } from './sketch.ts'
import { itemAt, valueAt } from '../support/itemAt.ts'

/** What decides a file's family. */
export interface FamilyFile {
  readonly path: string
  /** Of its content; empty when it could not be read. */
  readonly sha256: string
  readonly source: string
  readonly title: string | null
  /** Names the tune or piece among all sources; `null` where its source has no such names. */
  readonly tuneId: string | null
  readonly sketches: readonly MelodySketch[]
}

/** Why two families became one. */
export type EdgeKind = 'content' | 'melody' | 'near' | 'tune' | 'title'

/** The families of a corpus and why files were joined. */
export interface Families {
  /** For each file, in their order: the first path of its family. */
  readonly family: string[]
  /** Joins each kind made in turn; a pair that an earlier kind had joined does not count again. */
  readonly edges: Record<EdgeKind, number>
  /** The ten largest. */
  readonly largest: { readonly family: string; readonly files: number }[]
}

/** Share of their shingles that near-duplicates have in common. */
export const NEAR_JACCARD = 0.5
/** Values a band: two melodies of likeness .5 share one of the 42 bands with probability .996. */
const BAND = 3
/** A title on more files than this names no tune ("Jig", "First section"). */
const TITLE_FILES = 20
/** One family above this share of the files means that something joins what does not belong together. */
const LARGEST_SHARE = 0.05
const SHARE_FROM_FILES = 200

/** The sources whose titles name tunes: a title says nothing among songs and scores of many movements. */
export const TUNE_COLLECTIONS: readonly string[] = [
  'oneills1850',
  'ryansMammoth',
  'airdsAirs',
  'ryans-mammoth',
  'airds-airs',
  'nottingham',
  'cre-irish',
  'irish-mit6s191',
  'jw35-tunebook',
]

/** Takes the files one by one and keeps of each only what finds its kin. */
export interface FamilyFinder {
  add(file: FamilyFile): void
  /** @throws UserError when one family holds more than 5% of at least 200 files. */
  families(): Families
}

/**
 * Finds the families: files that must lie on one side of a split, since they share content, a melody (in any key), most
 * of one, a tune's name or, among tune collections, a title; directly or through others. The files' order changes
 * nothing.
 */
export function familyFinder(tuneCollections: readonly string[] = TUNE_COLLECTIONS): FamilyFinder {
  const titled = new Set(tuneCollections)
  const paths: string[] = []
  const content = new PairsByMark()
  const tune = new PairsByMark()
  const titles = new Map<string, number[]>()
  const melodies = new DistinctMelodies()
  return {
    add({ path, sha256, source, title, tuneId, sketches }) {
      const n = paths.push(path) - 1
      if (sha256 !== '') content.add(sha256, n)
      if (tuneId) tune.add(tuneId, n)
      const name = titled.has(lastFolder(source)) ? normalTitle(title) : ''
      if (name !== '') titles.set(name, [...(titles.get(name) ?? []), n])
      for (const sketch of sketches) melodies.add(sketch, n)
    },
    families() {
      const union = unionFind(paths.length)
      const tunes = [...titles.values()].filter(({ length }) => length <= TITLE_FILES)
      const edges = {
        content: joinPairs(content.pairs, union),
        melody: joinPairs(melodies.pairs, union),
        near: joinNear(melodies, union),
        tune: joinPairs(tune.pairs, union),
        title: joinPairs(
          tunes.flatMap(([first, ...rest]) => rest.flatMap((n) => [first!, n])),
          union,
        ),
      }
      const family = nameFamilies(paths, union)
      const largest = largestFamilies(family)
      assertNoGiant(largest[0], paths.length)
      return { family, edges, largest }
    },
  }
}

/** Which files have a mark in common: each with the first that has it, as a flat list of pairs. */
class PairsByMark {
  readonly pairs: number[] = []
  private readonly first = new Map<string, number>()

  add(mark: string, n: number): void {
    const first = this.first.get(mark)
    if (first === undefined) this.first.set(mark, n)
    else this.pairs.push(first, n)
  }
}

/** Melodies whose signatures lie in one block of memory. Blocks, since one buffer that grows would be copied. */
const BLOCK = 8192

/** Each melody long enough to make edges, once; 512 bytes each. */
class DistinctMelodies {
  readonly pairs: number[] = []
  /** By melody: the first file that holds it. */
  readonly owner: number[] = []
  private readonly known = new Map<string, number>()
  private readonly blocks: Uint32Array[] = []

  add({ canonicalHash, notes, minhash }: MelodySketch, file: number): void {
    if (notes < FAMILY_NOTES || minhash === null) return
    const known = this.known.get(canonicalHash)
    if (known !== undefined) return void this.pairs.push(itemAt(this.owner, known), file)
    const melody = this.owner.push(file) - 1
    this.known.set(canonicalHash, melody)
    if (melody % BLOCK === 0) this.blocks.push(new Uint32Array(BLOCK * SIGNATURE))
    this.signature(melody).set(minhash)
  }

  signature(melody: number): Uint32Array {
    const start = (melody % BLOCK) * SIGNATURE
    return itemAt(this.blocks, Math.floor(melody / BLOCK)).subarray(start, start + SIGNATURE)
  }
}

interface UnionFind {
  root(n: number): number
  /** 1 when it joined two sets, else 0. */
  join(a: number, b: number): 0 | 1
}

function unionFind(size: number): UnionFind {
  const parent = Int32Array.from({ length: size }, (_, n) => n)
  const root = (start: number): number => {
    let n = start
    while (itemAt(parent, n) !== n) n = parent[n] = itemAt(parent, itemAt(parent, n))
    return n
  }
  const join = (a: number, b: number): 0 | 1 => {
    const [x, y] = [root(a), root(b)]
    parent[Math.max(x, y)] = Math.min(x, y)
    return x === y ? 0 : 1
  }
  return { root, join }
}

/** @param pairs flat: the first with the second, the third with the fourth. */
function joinPairs(pairs: readonly number[], union: UnionFind): number {
  let joins = 0
  for (let n = 0; n < pairs.length; n += 2) joins += union.join(itemAt(pairs, n), itemAt(pairs, n + 1))
  return joins
}

/**
 * Joins melodies of likeness `NEAR_JACCARD` or more. Only those with a band in common are compared, and of those only
 * pairs that no other pair has joined yet: the families are the same, whatever the order.
 */
function joinNear(melodies: DistinctMelodies, union: UnionFind): number {
  let joins = 0
  for (let start = 0; start + BAND <= SIGNATURE; start += BAND) {
    for (const bucket of bucketsOf(melodies, start)) joins += joinBucket(bucket, melodies, union)
  }
  return joins
}

/** The melodies that agree on a band, in groups of two and more. */
function bucketsOf(melodies: DistinctMelodies, start: number): number[][] {
  const first = new Map<number, number>()
  const buckets = new Map<number, number[]>()
  melodies.owner.forEach((_, n) => {
    const band = bandOf(melodies.signature(n), start)
    const other = first.get(band)
    if (other === undefined) return void first.set(band, n)
    const bucket = buckets.get(band)
    if (bucket === undefined) buckets.set(band, [other, n])
    else bucket.push(n)
  })
  return [...buckets.values()]
}

/** 53 bits of a band; two bands that fall together by chance only cost a comparison. */
function bandOf(minhash: Uint32Array, start: number): number {
  let low = 0
  for (let n = start; n < start + BAND; n++) low = mix(Math.imul(low, 31) ^ itemAt(minhash, n))
  return (itemAt(minhash, start) & 0x1fffff) * 2 ** 32 + (low >>> 0)
}

function joinBucket(bucket: readonly number[], melodies: DistinctMelodies, union: UnionFind): number {
  let joins = 0
  for (let a = 1; a < bucket.length; a++) {
    const owner = itemAt(melodies.owner, itemAt(bucket, a))
    const minhash = melodies.signature(itemAt(bucket, a))
    for (let b = 0; b < a; b++) {
      const other = itemAt(melodies.owner, itemAt(bucket, b))
      if (union.root(owner) === union.root(other)) continue
      if (likeness(minhash, melodies.signature(itemAt(bucket, b))) >= NEAR_JACCARD) joins += union.join(owner, other)
    }
  }
  return joins
}

const lastFolder = (source: string): string => source.slice(source.lastIndexOf('/') + 1)

/**
 * A title without case, accents, punctuation, or an article at either end; empty when nothing is left.
 * @example normalTitle('Blackbird, The') // 'blackbird', as is normalTitle('The Blackbird.')
 */
export function normalTitle(title: string | null): string {
  const words = (title ?? '')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return words.replace(/^(the|an|a) (?=.)/, '').replace(/(?<=.) (the|an|a)$/, '')
}

/** Each file's family by its first path (in code units' order), whatever order the files come in. */
function nameFamilies(paths: readonly string[], union: UnionFind): string[] {
  const names = new Map<number, string>()
  paths.forEach((path, n) => {
    const name = names.get(union.root(n))
    if (name === undefined || path < name) names.set(union.root(n), path)
  })
  return paths.map((_, n) => valueAt(names, union.root(n)))
}

function largestFamilies(family: readonly string[]): Families['largest'] {
  const sizes = new Map<string, number>()
  for (const name of family) sizes.set(name, (sizes.get(name) ?? 0) + 1)
  return [...sizes]
    .map(([name, files]) => ({ family: name, files }))
    .sort((a, b) => b.files - a.files || (a.family < b.family ? -1 : 1))
    .slice(0, 10)
}

function assertNoGiant(largest: Families['largest'][number] | undefined, files: number): void {
  if (largest === undefined || files < SHARE_FROM_FILES || largest.files <= LARGEST_SHARE * files) return
  throw new UserError(
    `the family of ${largest.family} holds ${largest.files} of ${files} files, more than 5%: look for copies of one ` +
      'piece in the corpus, or a title or tune name that stands on unlike files, and take them out',
  )
}
