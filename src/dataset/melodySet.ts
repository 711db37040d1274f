import { UserError } from '../support/errors.ts'
import { itemAt } from '../support/itemAt.ts'

/**
 * Which melodies the model has seen, in any key: the first 64 bits of each canonical hash, sorted. Eight bytes per
 * melody; two different melodies among 100,000 fall together with a probability of 3e-10.
 */
export interface MelodySet {
  readonly size: number
  /** @param canonicalHash of a MelodyRow. */
  has(canonicalHash: string): boolean
}

const BYTES = 8
const prefixOf = (canonicalHash: string): string => canonicalHash.slice(0, BYTES * 2)

/** The set as a file's bytes: the hashes' prefixes in ascending order, each once. */
export function encodeMelodySet(canonicalHashes: Iterable<string>): Uint8Array {
  const prefixes = [...new Set([...canonicalHashes].map(prefixOf))].sort()
  return new Uint8Array(Buffer.from(prefixes.join(''), 'hex'))
}

/** The canonical hashes' prefixes that `encodeMelodySet` wrote. @throws UserError when the bytes are not such a set. */
export function melodySetHashes(bytes: Uint8Array, path: string): string[] {
  const text = Buffer.from(bytes).toString('hex')
  const prefixes = Array.from({ length: Math.floor(text.length / (BYTES * 2)) }, (_, n) =>
    text.slice(n * BYTES * 2, (n + 1) * BYTES * 2),
  )
  const sorted = prefixes.every((prefix, n) => n === 0 || itemAt(prefixes, n - 1) < prefix)
  if (bytes.length % BYTES !== 0 || !sorted)
    throw new UserError(`${path} is not a list of a model's training melodies: restore an intact copy, or delete it`)
  return prefixes
}

/** The set of those bytes. @throws UserError as `melodySetHashes`. */
export function decodeMelodySet(bytes: Uint8Array, path: string): MelodySet {
  const known = new Set(melodySetHashes(bytes, path))
  return { size: known.size, has: (canonicalHash) => known.has(prefixOf(canonicalHash)) }
}
