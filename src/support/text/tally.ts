/**
 * How many items each name has, by the names' first appearance; an item without a name counts under `none`.
 * @example tally(['a', 'b', 'a'], (letter) => letter) // { a: 2, b: 1 }
 */
export function tally<T>(
  items: readonly T[],
  nameOf: (item: T) => string | null | undefined,
  none = 'not stated',
): Record<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) {
    const name = nameOf(item) ?? none
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}
