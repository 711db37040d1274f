import { UserError } from '../support/errors.js'
import { sha256 } from '../support/files.js'
import { mulberry32 } from '../support/random.js'

/** What is kept of a melody to find its like; cheap to store, made where the melody is extracted. */
export interface MelodySketch {
  /** sha256 of its canonical form; equal for the same tune in another key. */
  readonly canonicalHash: string
  readonly notes: number
  /** MinHash signature of its shingles; `null` for a melody too short to tell a copy from a chance likeness. */
  readonly minhash: Uint32Array | null
}

/** What decides a file's family. */
export interface FamilyFile {
  readonly path: string
  /** Of its content; empty when it could not be read. */
  readonly sha256: string
  readonly source: string
  readonly title: string | null
  /** Names the tune among the settings of one source; `null` where the source has no such names. */
  readonly tuneId: string | null
  readonly style: string | null
  readonly sketches: readonly MelodySketch[]
}

/** Why two families became one. */
export type EdgeKind = 'content' | 'melody' | 'near' | 'tune' | 'title'

export interface Families {
  /** For each file, in their order: the first path of its family. */
  readonly family: string[]
  /** Joins each kind made in turn; a pair that an earlier kind had joined does not count again. */
  readonly edges: Record<EdgeKind, number>
  /** The ten largest. */
  readonly largest: { readonly family: string; readonly files: number }[]
}

/** Fewer notes make no edge: short phrases are common property. */
export const FAMILY_NOTES = 16
/** Notes in a row, as intervals and steps between onsets, that make one shingle. */
export const SHINGLE = 8
/** Share of their shingles that near-duplicates have in common. */
export const NEAR_JACCARD = 0.5
/** Values of a signature: the estimate of a likeness of .5 has a standard error of .044. */
export const SIGNATURE = 128
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

/**
 * A melody as its intervals in semitones and the steps between its onsets: equal for the same tune in another key or
 * register, or entering later. Note lengths are not part of it.
 * @example canonicalTokens([60, -2, 62, -1, 55]) // ['2:2', '-7:2']
 */
export function canonicalTokens(events: readonly number[]): string[] {
  const tokens: string[] = []
  let pitch = -1
  let onset = 0
  events.forEach((event, step) => {
    if (event < 0) return
    if (pitch >= 0) tokens.push(`${event - pitch}:${step - onset}`)
    pitch = event
    onset = step
  })
  return tokens
}

/** `canonicalTokens` as one text; empty for fewer than two notes. */
export const canonicalMelody = (events: readonly number[]): string => canonicalTokens(events).join(' ')

/** The sketch of a melody, given as its events (pitch, -1 note off, -2 no event; one a step). */
export function sketchMelody(events: readonly number[]): MelodySketch {
  const tokens = canonicalTokens(events)
  const notes = events.filter((event) => event >= 0).length
  const minhash = notes < FAMILY_NOTES ? null : signatureOf(shingles(tokens.map(tokenHash)))
  return { canonicalHash: sha256(tokens.join(' ')), notes, minhash }
}

/** FNV-1a of a token's characters. */
function tokenHash(token: string): number {
  let hash = 2166136261
  for (let n = 0; n < token.length; n++) hash = Math.imul(hash ^ token.charCodeAt(n), 16777619)
  return hash
}

/** A hash for each run of `SHINGLE` notes' tokens, each once. */
function shingles(tokens: readonly number[]): Set<number> {
  const found = new Set<number>()
  for (let start = 0; start + SHINGLE <= tokens.length; start++) {
    let hash = SHINGLE
    for (let n = start; n < start + SHINGLE; n++) hash = mix(Math.imul(hash, 31) ^ tokens[n]!)
    found.add(hash)
  }
  return found
}

/** The finisher of MurmurHash3: every bit of the result hangs on every bit of the number. */
function mix(number: number): number {
  let hash = number ^ (number >>> 16)
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** One salt for each value of a signature. */
const salts = drawSalts()

function drawSalts(): Int32Array {
  const random = mulberry32(8)
  return Int32Array.from({ length: SIGNATURE }, () => Math.floor(random.next() * 2 ** 32))
}

/** For each salt the least hash of any shingle (Broder 1997): two sets agree on a value as often as they overlap. */
function signatureOf(set: ReadonlySet<number>): Uint32Array {
  const signature = new Uint32Array(SIGNATURE).fill(0xffffffff)
  for (const shingle of set) {
    for (let n = 0; n < SIGNATURE; n++) {
      const hash = mix(shingle ^ salts[n]!) >>> 0
      if (hash < signature[n]!) signature[n] = hash
    }
  }
  return signature
}

/** Estimated Jaccard similarity of two melodies' shingles, 0-1: the share of values on which they agree. */
export function likeness(a: Uint32Array, b: Uint32Array): number {
  let equal = 0
  for (let n = 0; n < SIGNATURE; n++) if (a[n] === b[n]) equal++
  return equal / SIGNATURE
}

/**
 * The families: files that must lie on one side of a split, since they share content, a melody (in any key), most of
 * one, a tune's name in their source or, among tune collections, a title; directly or through others. Their order
 * changes nothing.
 * @throws UserError when one family holds more than 5% of at least 200 files.
 */
export function assignFamilies(
  files: readonly FamilyFile[],
  tuneCollections: readonly string[] = TUNE_COLLECTIONS,
): Families {
  const union = unionFind(files.length)
  const titled = new Set(tuneCollections)
  const title = (file: FamilyFile): string => (titled.has(lastFolder(file.source)) ? normalTitle(file.title) : '')
  const melodies = distinctMelodies(files)
  const edges = {
    content: joinEqual(files, union, (file) => [file.sha256]),
    melody: sum([...melodies.values()].map(({ owners }) => joinAll(owners, union))),
    near: joinNear([...melodies.values()], union),
    tune: joinEqual(files, union, ({ source, tuneId }) => [tuneId ? `${source}\0${tuneId}` : '']),
    title: joinEqual(files, union, (file) => [title(file)], TITLE_FILES),
  }
  const family = nameFamilies(files, union)
  const largest = largestFamilies(family)
  assertNoGiant(largest[0], files.length)
  return { family, edges, largest }
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
    while (parent[n]! !== n) n = parent[n] = parent[parent[n]!]!
    return n
  }
  const join = (a: number, b: number): 0 | 1 => {
    const [low, high] = [root(a), root(b)].sort((x, y) => x - y) as [number, number]
    parent[high] = low
    return low === high ? 0 : 1
  }
  return { root, join }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

const joinAll = (members: readonly number[], union: UnionFind): number =>
  sum(members.slice(1).map((member) => union.join(members[0]!, member)))

/** Joins the files that share a mark, where no more than `most` have it; the empty mark joins nothing. */
function joinEqual(
  files: readonly FamilyFile[],
  union: UnionFind,
  marksOf: (file: FamilyFile) => readonly string[],
  most = Infinity,
): number {
  const owners = new Map<string, number[]>()
  files.forEach((file, n) => {
    for (const mark of marksOf(file)) if (mark !== '') append(owners, mark, n)
  })
  return sum([...owners.values()].filter(({ length }) => length <= most).map((members) => joinAll(members, union)))
}

function append<Key>(lists: Map<Key, number[]>, key: Key, value: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

interface DistinctMelody {
  readonly minhash: Uint32Array
  /** Files that hold it. */
  readonly owners: number[]
}

/** Each melody long enough to make edges, once, by its canonical hash. */
function distinctMelodies(files: readonly FamilyFile[]): Map<string, DistinctMelody> {
  const melodies = new Map<string, DistinctMelody>()
  files.forEach(({ sketches }, n) => {
    for (const { canonicalHash, notes, minhash } of sketches) {
      if (notes < FAMILY_NOTES || minhash === null) continue
      const known = melodies.get(canonicalHash)
      if (known === undefined) melodies.set(canonicalHash, { minhash, owners: [n] })
      else known.owners.push(n)
    }
  })
  return melodies
}

/**
 * Joins melodies of likeness `NEAR_JACCARD` or more. Only those with a band in common are compared, and of those only
 * pairs that no other pair has joined yet: the families are the same, whatever the order.
 */
function joinNear(melodies: readonly DistinctMelody[], union: UnionFind): number {
  let joins = 0
  for (let start = 0; start + BAND <= SIGNATURE; start += BAND) {
    const buckets = new Map<number, number[]>()
    melodies.forEach(({ minhash }, n) => append(buckets, bandOf(minhash, start), n))
    for (const bucket of buckets.values()) {
      if (bucket.length > 1)
        joins += joinBucket(
          bucket.map((n) => melodies[n]!),
          union,
        )
    }
  }
  return joins
}

/** 53 bits of a band; two bands that fall together by chance only cost a comparison. */
function bandOf(minhash: Uint32Array, start: number): number {
  let low = 0
  for (let n = start; n < start + BAND; n++) low = mix(Math.imul(low, 31) ^ minhash[n]!)
  return (minhash[start]! & 0x1fffff) * 2 ** 32 + (low >>> 0)
}

function joinBucket(bucket: readonly DistinctMelody[], union: UnionFind): number {
  let joins = 0
  for (let a = 1; a < bucket.length; a++) {
    const { minhash, owners } = bucket[a]!
    for (let b = 0; b < a; b++) {
      const other = bucket[b]!
      if (union.root(owners[0]!) === union.root(other.owners[0]!)) continue
      if (likeness(minhash, other.minhash) >= NEAR_JACCARD) joins += union.join(owners[0]!, other.owners[0]!)
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
function nameFamilies(files: readonly FamilyFile[], union: UnionFind): string[] {
  const names = new Map<number, string>()
  files.forEach(({ path }, n) => {
    const name = names.get(union.root(n))
    if (name === undefined || path < name) names.set(union.root(n), path)
  })
  return files.map((_, n) => names.get(union.root(n))!)
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
