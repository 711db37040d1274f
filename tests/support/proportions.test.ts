import { describe, expect, it } from 'vitest'
import { fisherProbability } from '../../src/support/fisherProbability.ts'
import { wilsonInterval } from '../../src/support/wilsonInterval.ts'

describe('wilsonInterval', () => {
  it('is that of the textbook, and has a width where all succeed', () => {
    // statsmodels: proportion_confint(17, 20, method='wilson')
    expect(wilsonInterval(17, 20).low).toBeCloseTo(0.6396, 4)
    expect(wilsonInterval(17, 20).high).toBeCloseTo(0.9476, 4)
    expect(wilsonInterval(5, 5)).toEqual({ low: expect.closeTo(0.5655, 4) as number, high: 1 })
    expect(wilsonInterval(0, 0)).toEqual({ low: NaN, high: NaN })
  })
})

describe('fisherProbability', () => {
  it("is Fisher's own of the lady tasting tea, and that of the primers of iteration 1", () => {
    expect(fisherProbability({ successes: 3, trials: 4 }, { successes: 1, trials: 4 })).toBeCloseTo(34 / 70, 10)
    // scipy.stats.fisher_exact([[290, 205], [17, 3]])
    expect(fisherProbability({ successes: 290, trials: 495 }, { successes: 17, trials: 20 })).toBeCloseTo(0.019, 3)
  })

  it('is 1 for equal proportions, and NaN without trials', () => {
    expect(fisherProbability({ successes: 2, trials: 4 }, { successes: 2, trials: 4 })).toBeCloseTo(1, 12)
    expect(fisherProbability({ successes: 0, trials: 0 }, { successes: 2, trials: 4 })).toBeNaN()
  })
})
