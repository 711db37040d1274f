/**
 * The probabilities with zero for every label that top-k, then top-p, leave out; not normalised again. Labels rank by
 * probability, of equal ones the lower label first; at least one is kept.
 * @example cut(Float64Array.of(0.5, 0.3, 0.2), null, 0.7) // [0.5, 0.3, 0]
 */
export function cut(probabilities: Float64Array, topK: number | null, topP: number | null): Float64Array {
  if (topK === null && topP === null) return probabilities
  const ranked = [...probabilities.keys()].sort(
    (a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b,
  )
  const candidates = ranked.slice(0, Math.max(1, topK ?? ranked.length))
  const kept = new Float64Array(probabilities.length)
  const share = topP === null ? Infinity : topP * total(probabilities, candidates)
  let held = 0
  for (const label of candidates) {
    if (held >= share && held > 0) break
    kept[label] = probabilities[label] as number
    held += kept[label]
  }
  return kept
}

function total(probabilities: Float64Array, labels: readonly number[]): number {
  return labels.reduce((sum, label) => sum + (probabilities[label] as number), 0)
}
