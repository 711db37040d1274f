import { describe, expect, it } from 'vitest'
import { asInTheStudy, gapCurve } from '../../src/evaluation/summary.ts'
import type { MetricRow } from '../../src/results/metrics.ts'

const row = (kind: MetricRow['kind'], step: number, accuracy: number): MetricRow => ({
  ...{ kind, step, accuracy, loss: 2 - accuracy, perplexity: 2 },
  ...{ eventAccuracy: 0.1, noEventAccuracy: 0.9, steps: 10, seconds: step },
})

describe('asInTheStudy', () => {
  it('is the last training row, the mean of the last hundred, and the highest mean of a hundred', () => {
    // 150 rows: the accuracy rises to .5 at row 120, then falls.
    const rows = Array.from({ length: 150 }, (_, n) => row('train', (n + 1) * 10, n < 120 ? 0.5 * (n / 120) : 0))
    const found = asInTheStudy([...rows, row('test', 1500, 0.99)])
    expect(found).toMatchObject({ step: 1500, accuracy: 0, loss: 2, noEventAccuracy: 0.9 })
    expect(found.last100.n).toBe(100)
    const last = rows.slice(-100).reduce((sum, { accuracy }) => sum + accuracy, 0) / 100
    expect(found.last100.mean).toBeCloseTo(last, 12)
    expect(found.highest100.step).toBe(1200)
    expect(found.highest100.mean).toBeGreaterThan(last)
  })

  it('says how few rows there were, and refuses a log without any', () => {
    const found = asInTheStudy([row('train', 10, 0.2), row('train', 20, 0.4)])
    expect(found.last100).toMatchObject({ n: 2, mean: expect.closeTo(0.3, 12) as number })
    expect(found.last100.sd).toBeCloseTo(Math.SQRT2 / 10, 12)
    expect(() => asInTheStudy([row('test', 10, 1)])).toThrow(RangeError)
  })
})

describe('gapCurve', () => {
  it('sets the training rows since the last evaluation beside each evaluation', () => {
    const curve = [
      row('test', 0, 0),
      row('train', 10, 0.2),
      row('train', 20, 0.4),
      row('test', 20, 0.35),
      row('train', 30, 0.6),
      row('test', 30, 0.3),
    ]
    expect(gapCurve(curve)).toEqual([
      {
        step: 20,
        train: { accuracy: expect.closeTo(0.3, 12), loss: expect.closeTo(1.7, 12) },
        heldOut: { accuracy: 0.35, loss: 1.65 },
      },
      { step: 30, train: { accuracy: 0.6, loss: 1.4 }, heldOut: { accuracy: 0.3, loss: 1.7 } },
    ])
  })
})
