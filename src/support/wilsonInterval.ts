const Z95 = 1.959963984540054

/**
 * 95% interval of a proportion (Wilson 1927), which stays inside 0-1 and has a width also where all or none succeed. NaN
 * without trials.
 * @example wilsonInterval(17, 20) // { low: 0.64, high: 0.95 }
 */
export function wilsonInterval(successes: number, trials: number): { low: number; high: number } {
  if (trials === 0) return { low: NaN, high: NaN }
  const share = successes / trials
  const spread = Z95 ** 2 / trials
  const centre = (share + spread / 2) / (1 + spread)
  const half = Math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
