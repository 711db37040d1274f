/**
 * The probabilities with zero for every label that top-k, then top-p, leave out; not normalised again. Labels rank by
 * probability, of equal ones the lower label first; at least one is kept.
 * @example cut(Float64Array.of(0.5, 0.3, 0.2), null, 0.7) // [0.5, 0.3, 0]
 */
export function cut(probabilities: Float64Array, topK: number | null, topP: number | null): Float64Array {
  if (topK === null && topP === null) return probabilities
  const ranked = [...probabilities.entries()].sort(([a, first], [b, second]) => second - first || a - b)
  const candidates = ranked.slice(0, Math.max(1, topK ?? ranked.length))
  const kept = new Float64Array(probabilities.length)
  const share = topP === null ? Infinity : topP * candidates.reduce((sum, [, probability]) => sum + probability, 0)
  let held = 0
  for (const [label, probability] of candidates) {
    if (held >= share && held > 0) break
    kept[label] = probability
    held += probability
  }
  return kept
}
