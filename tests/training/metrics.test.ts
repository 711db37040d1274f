import { describe, expect, it } from 'vitest'
import { addSums, NO_SUMS, sumsOf } from '../../src/model/metricSums.ts'
import { metricsOf } from '../../src/results/metrics.ts'

describe('metrics', () => {
  // Labels 0 (the default), 5, 5 and 0 on padding; predicted 0, 5, 0.
  const sums = sumsOf(
    { labels: Int32Array.of(0, 5, 5, 0), mask: Float32Array.of(1, 1, 1, 0) },
    [0.5, 1, 1.5, 99],
    [0, 5, 0, 0],
    0,
  )

  it('are means over valid steps', () => {
    expect(metricsOf(sums)).toEqual({
      loss: 1,
      perplexity: Math.E,
      accuracy: 2 / 3,
      eventAccuracy: 1 / 2,
      noEventAccuracy: 1,
      steps: 3,
    })
    expect(metricsOf(addSums(sums, sums))).toEqual({ ...metricsOf(sums), steps: 6 })
  })

  it('are NaN where there is nothing to count, never 0', () => {
    expect(metricsOf(NO_SUMS)).toMatchObject({ loss: NaN, perplexity: NaN, accuracy: NaN, steps: 0 })
    expect(metricsOf({ ...NO_SUMS, steps: 2, correct: 1 })).toMatchObject({ eventAccuracy: NaN, noEventAccuracy: 0.5 })
    expect(metricsOf({ ...NO_SUMS, steps: 2, eventSteps: 2 })).toMatchObject({ eventAccuracy: 0, noEventAccuracy: NaN })
  })
})
