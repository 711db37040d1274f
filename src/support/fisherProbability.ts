import { itemAt } from './itemAt.ts'
/** Successes out of trials. */
export interface Proportion {
  readonly successes: number
  readonly trials: number
}

/**
 * Two-sided probability of two proportions so far apart, were they one (Fisher's exact test): the sum over all tables with the
 * same margins that are at most as likely as the one found. NaN where one has no trials.
 * @example fisherProbability({ successes: 3, trials: 4 }, { successes: 1, trials: 4 }) // 0.486
 */
export function fisherProbability(a: Proportion, b: Proportion): number {
  if (a.trials === 0 || b.trials === 0) return NaN
  const successes = a.successes + b.successes
  const logs = logFactorials(a.trials + b.trials)
  const choose = (n: number, k: number): number => itemAt(logs, n) - itemAt(logs, k) - itemAt(logs, n - k)
  const all = choose(a.trials + b.trials, successes)
  const probabilityOf = (inFirst: number): number =>
    Math.exp(choose(a.trials, inFirst) + choose(b.trials, successes - inFirst) - all)
  const found = probabilityOf(a.successes) * (1 + 1e-9)
  let sum = 0
  for (let count = Math.max(0, successes - b.trials); count <= Math.min(a.trials, successes); count++) {
    const probability = probabilityOf(count)
    if (probability <= found) sum += probability
  }
  return Math.min(1, sum)
}

function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1)
  for (let n = 1; n <= most; n++) logs[n] = itemAt(logs, n - 1) + Math.log(n)
  return logs
}
