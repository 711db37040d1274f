/** The share of each value; empty for none. */
export function sharesOf(values: readonly number[]): Map<number, number> {
  const shares = new Map<number, number>()
  for (const value of values) shares.set(value, (shares.get(value) ?? 0) + 1 / values.length)
  return shares
}

/** The sum of the lesser shares, 0-1; NaN where one has none. */
export function sharesOverlap(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  if (a.size === 0 || b.size === 0) return NaN
  return [...a].reduce((sum, [value, share]) => sum + Math.min(share, b.get(value) ?? 0), 0)
}
