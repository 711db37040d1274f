import { sha256 } from '../support/files.js'
import type { Split } from './dataset.js'

/** What the split looks at: nothing but the file's name and what sounds in it. */
export interface SplitFile {
  readonly path: string
  /** Of its content; empty when it could not be read. */
  readonly sha256: string
  /** `canonicalMelody` of each of its melodies. */
  readonly canonical: readonly string[]
}

/**
 * A melody as its intervals in semitones and the steps between its onsets: equal for the same tune in another key or
 * register, or entering later. Note lengths are not part of it.
 * @example canonicalMelody([60, -2, 62, -1]) // '2:2'
 */
export function canonicalMelody(events: readonly number[]): string {
  const onsets = events.flatMap((event, step) => (event >= 0 ? [{ pitch: event, step }] : []))
  return onsets
    .slice(1)
    .map(({ pitch, step }, n) => `${pitch - onsets[n]!.pitch}:${step - onsets[n]!.step}`)
    .join(' ')
}

/**
 * Train or test for each file, in their order. Files that share content or a melody (in any key) form a group and go
 * together; which way hangs only on the hash of the group's first path, so that it is the same on every machine, in
 * every iteration, and mostly stays when files are added.
 * @param testRatio share of the groups that become test, 0-1.
 */
export function assignSplits(files: readonly SplitFile[], testRatio: number): Split[] {
  const groups = groupFiles(files)
  const firstPath = new Map<number, string>()
  files.forEach(({ path }, n) => {
    const first = firstPath.get(groups[n]!)
    if (first === undefined || path < first) firstPath.set(groups[n]!, path)
  })
  return groups.map((group) => (unitHash(firstPath.get(group)!) < testRatio ? 'test' : 'train'))
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
