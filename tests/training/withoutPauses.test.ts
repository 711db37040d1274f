import { describe, expect, it } from 'vitest'
import type { MetricRow } from '../../src/results/metrics.ts'
import { withoutPauses } from '../../src/training/withoutPauses.ts'

const at = (...seconds: number[]): MetricRow[] =>
  seconds.map((second, n) => ({
    ...{ kind: 'train', step: 10 * n, accuracy: 0.5, loss: 1, perplexity: 2, eventAccuracy: 0, noEventAccuracy: 0 },
    ...{ steps: 1, seconds: second },
  }))
const clock = (...seconds: number[]) => {
  const { rows, paused } = withoutPauses(at(...seconds))
  return [rows.map((row) => row.seconds), paused]
}

describe('the clock of a log', () => {
  it('stands still where the run did', () => {
    expect(clock(2, 4, 6, 1006, 1008)).toEqual([[2, 4, 6, 8, 10], 998])
    expect(clock(0, 2, 102, 104, 106, 206)).toEqual([[0, 2, 4, 6, 8, 10], 196]) // twice
  })

  it('keeps what an evaluation takes, and a clock that never moves', () => {
    for (const seconds of [[2, 4, 6, 40, 42], [0, 0, 0], [5], []]) expect(clock(...seconds)).toEqual([seconds, 0])
  })
})
