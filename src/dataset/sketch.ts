import { sha256 } from '../support/files.ts'
import { mulberry32 } from '../support/random.ts'

/** What is kept of a melody to find its like; cheap to store, made where the melody is extracted. */
export interface MelodySketch {
  /** sha256 of its canonical form; equal for the same tune in another key. */
  readonly canonicalHash: string
  readonly notes: number
  /** MinHash signature of its shingles; `null` for a melody too short to tell a copy from a chance likeness. */
  readonly minhash: Uint32Array | null
}

/** Fewer notes make no edge: short phrases are common property. */
export const FAMILY_NOTES = 16
/** Notes in a row, as intervals and steps between onsets, that make one shingle. */
export const SHINGLE = 8
/** Values of a signature: the estimate of a likeness of .5 has a standard error of .044. */
export const SIGNATURE = 128

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

/** The sketch of a melody, given as its events (pitch, -1 note off, -2 no event; one per step). */
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

/** The finisher of MurmurHash3: every bit of the result depends on every bit of the number. */
export function mix(number: number): number {
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
