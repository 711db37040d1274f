/** Of a normal distribution, for a two-sided test at 5%. */
const Z = 1.959964

/**
 * The chance that `votes` votes on a pair show that one side is preferred, if each vote is for it with probability `share`: the
 * power of a two-sided z-test at 5%, summed over the binomial distribution.
 * @param share 0 to 1, ties left out.
 * @example preferencePower(200, 0.6) // 0.83
 */
export function preferencePower(votes: number, share: number): number {
  const far = (Z * Math.sqrt(votes)) / 2
  let [power, logChance] = [0, votes * Math.log(1 - share)]
  for (let wins = 0; wins <= votes; wins++) {
    if (Math.abs(wins - votes / 2) >= far) power += Math.exp(logChance)
    logChance += Math.log((votes - wins) / (wins + 1)) + Math.log(share / (1 - share))
  }
  return power
}
