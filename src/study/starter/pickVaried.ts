import { sha256 } from '../../support/files.ts'
import { valueAt } from '../../support/itemAt.ts'

/** What can be picked. */
export interface Candidate {
  readonly id: string
  /** Of which at most one candidate is picked. */
  readonly family: string
  /** What the picked ones are to differ in: value by name. */
  readonly features: Readonly<Record<string, string>>
}

/**
 * `count` candidates of as many kinds as there are: each next one is that whose features are rarest among those picked
 * before, of several the first by the sha256 of its id. Of a family at most one is picked. Fewer where there are no more.
 * @param taken families that may not be picked.
 */
export function pickVaried<C extends Candidate>(
  candidates: readonly C[],
  count: number,
  taken: Iterable<string> = [],
): C[] {
  const used = new Set(taken)
  const seen = new Map<string, number>()
  const ranked = new Map(candidates.map((candidate) => [candidate, sha256(candidate.id)]))
  const picked: C[] = []
  let left = [...candidates].sort((a, b) => (valueAt(ranked, a) < valueAt(ranked, b) ? -1 : 1))
  while (picked.length < count) {
    left = left.filter(({ family }) => !used.has(family))
    const [first] = left
    if (first === undefined) break
    const best = left.reduce((a, b) => (commonness(b, seen) < commonness(a, seen) ? b : a), first)
    picked.push(best)
    used.add(best.family)
    for (const key of keysOf(best)) seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  return picked
}

const keysOf = ({ features }: Candidate): string[] =>
  Object.entries(features).map(([name, value]) => `${name} ${value}`)

/** How often its features were picked before, in all. */
const commonness = (candidate: Candidate, seen: ReadonlyMap<string, number>): number =>
  keysOf(candidate).reduce((sum, key) => sum + (seen.get(key) ?? 0), 0)
