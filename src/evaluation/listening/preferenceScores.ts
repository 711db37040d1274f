import { itemAt } from '../../support/itemAt.ts'

/** Votes between two of the compared: how often each was preferred, and how often neither. */
export interface PairVotes {
  /** Places in the list of the compared. */
  readonly pair: readonly [number, number]
  readonly wins: readonly [number, number]
  readonly ties: number
}

/** A score with its 95% interval, in natural log-odds against an average one of the compared. */
export interface PreferenceScore {
  readonly score: number
  readonly low: number
  readonly high: number
}

/** Votes that nobody gave, each way in each pair that was voted on: without them who never wins would be infinitely bad. */
const PRIOR = 0.5
/** Of a normal distribution, for 95%. */
const Z = 1.959964
const MOST_STEPS = 100
const SMALL = 1e-9

/**
 * Scores of the compared by the Bradley-Terry model (doi:10.2307/2334029): the odds that i is preferred to j are e^(i-j). A tie
 * is half a vote for each, which makes the intervals a little too wide rather than too narrow. Scores sum to 0; the intervals
 * are Wald's, from the curvature of the likelihood. Null for those nobody voted on.
 */
export function preferenceScores(count: number, votes: readonly PairVotes[]): (PreferenceScore | null)[] {
  const heard = votes.filter(({ wins: [a, b], ties }) => a + b + ties > 0)
  const among = [...new Set(heard.flatMap(({ pair }) => pair))].sort((a, b) => a - b)
  const pairs = heard.map(({ pair: [a, b], wins: [won, lost], ties }): Duel => {
    const [forA, forB] = [won + ties / 2 + PRIOR, lost + ties / 2 + PRIOR]
    return { a: among.indexOf(a), b: among.indexOf(b), share: forA / (forA + forB), votes: forA + forB }
  })
  const { strengths, variances } = fit(pairs, among.length)
  return Array.from({ length: count }, (_, system) => {
    const n = among.indexOf(system)
    if (n < 0) return null
    const [score, half] = [itemAt(strengths, n), Z * Math.sqrt(itemAt(variances, n))]
    return { score, low: score - half, high: score + half }
  })
}

/** What was seen of two of the compared. */
interface Duel {
  readonly a: number
  readonly b: number
  /** Of the votes, those for a. */
  readonly share: number
  readonly votes: number
}

/** The likeliest strengths by Newton's method, and the variance of each. */
function fit(duels: readonly Duel[], count: number): { strengths: number[]; variances: number[] } {
  let strengths = Array.from({ length: count }, () => 0)
  let covariance: number[][] = []
  for (let n = 0; n < MOST_STEPS; n++) {
    const { gradient, information } = derivatives(duels, strengths)
    covariance = inverse(information)
    const step = covariance.map((row) => row.reduce((sum, value, k) => sum + value * itemAt(gradient, k), 0))
    // At most 1: where the likelihood is flat a whole step would leap.
    const longest = Math.max(...step.map(Math.abs))
    strengths = strengths.map((value, k) => value + itemAt(step, k) / Math.max(1, longest))
    if (longest < SMALL) break
  }
  return { strengths, variances: covariance.map((row, n) => itemAt(row, n) - 1 / count) }
}

/**
 * The log-likelihood's gradient, and Fisher's information with 1 / count added to each cell: that makes it invertible, and its
 * inverse is the covariance of strengths that sum to 0, with 1 / count added to each cell.
 */
function derivatives(duels: readonly Duel[], at: readonly number[]): { gradient: number[]; information: number[][] } {
  const gradient = at.map(() => 0)
  const information = at.map(() => at.map(() => 1 / at.length))
  const add = (row: number[], n: number, value: number): void => {
    row[n] = itemAt(row, n) + value
  }
  for (const { a, b, share, votes } of duels) {
    const chance = 1 / (1 + Math.exp(itemAt(at, b) - itemAt(at, a)))
    const weight = votes * chance * (1 - chance)
    for (const [own, other, sign] of [
      [a, b, 1],
      [b, a, -1],
    ] as const) {
      // prettier-ignore
      add(gradient, own, sign * votes * (share - chance))
      add(itemAt(information, own), own, weight)
      add(itemAt(information, own), other, -weight)
    }
  }
  return { gradient, information }
}

/** Of a positive definite matrix, which needs no pivots (Gauss-Jordan). */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const rows = matrix.map((row, n) => [...row, ...row.map((_, k) => (k === n ? 1 : 0))])
  rows.forEach((row, k) => {
    const pivot = itemAt(row, k)
    row.forEach((value, n) => (row[n] = value / pivot))
    for (const other of rows) {
      if (other === row) continue
      const factor = itemAt(other, k)
      row.forEach((value, n) => (other[n] = itemAt(other, n) - factor * value))
    }
  })
  return rows.map((row) => row.slice(rows.length))
}
