import { describe, expect, it } from 'vitest'
import { firstReached, loggedMeans } from '../../src/evaluation/loggedMeans.ts'
import type { MetricRow } from '../../src/results/metrics.ts'

const row = (kind: MetricRow['kind'], step: number, accuracy: number): MetricRow => ({
  ...{ kind, step, accuracy, loss: 1, perplexity: 2, eventAccuracy: 0, noEventAccuracy: 0, steps: 1, seconds: 0 },
})
/** 250 minibatches, .5 for a hundred and then 1, with evaluations between them. */
const curve = Array.from({ length: 250 }, (_, n) => row('train', 10 * n, n < 100 ? 0.5 : 1)).flatMap((each) =>
  each.step % 500 === 0 ? [each, row('test', each.step, 0)] : [each],
)

describe('loggedMeans', () => {
  it('are of whole hundreds of training rows', () => {
    expect(loggedMeans(curve)).toEqual([
      { step: 990, accuracy: 0.5 },
      { step: 1990, accuracy: 1 },
    ])
    expect(loggedMeans(curve.slice(0, 50))).toEqual([])
  })
})

describe('firstReached', () => {
  it('asks the last hundred rows at every row', () => {
    expect(firstReached(curve, 0.5)).toBe(990)
    expect(firstReached(curve, 0.75)).toBe(1490) // fifty of each
    expect(firstReached(curve, 1.01)).toBeNull()
    expect(firstReached(curve.slice(0, 99), 0)).toBeNull() // fewer than a hundred
  })
})
