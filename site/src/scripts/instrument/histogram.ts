/** Bins of equal width; what lies below or above them counts in the first and the last one. */
export interface Bins {
  readonly from: number
  readonly width: number
  readonly counts: number[]
}

/** Counts values in bins from a number on. */
export function histogram(
  values: readonly number[],
  { from, width, bins }: { readonly from: number; readonly width: number; readonly bins: number },
): Bins {
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) {
    const place = Math.min(bins - 1, Math.max(0, Math.floor((value - from) / width)))
    counts[place] = (counts[place] ?? 0) + 1
  }
  return { from, width, counts }
}
