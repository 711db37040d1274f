import type { EqualSteps, MemoryOverTime, StepsReport } from '../../src/results/stepsReport.ts'
import type { Interval } from '../../src/results/summary.ts'
import { standInScores } from './standInSummary.ts'

const around = (value: number): Interval => ({ value, low: value - 0.005, high: value + 0.005 })

/** Models of equal steps whose general losses differ so much, 2.1 less 1. */
export const standInEqual = (step: number, difference: number): EqualSteps => ({
  step,
  differences: { general: { loss: around(difference) }, style: { loss: around(0) } },
})

const copied = (moves: number) => {
  const percentiles = [0, 1, moves, moves + 1, moves + 2] as [number, number, number, number, number]
  return {
    longest: { n: 4, undefined: 0, mean: moves, percentiles },
    share: { n: 4, undefined: 0, mean: moves / 50, percentiles },
  }
}

/** A made-up transfer that memorises: its loss on the style is least in the middle. */
export const standInMemory: MemoryOverTime = {
  iteration: '2.2',
  points: [
    [20_000, 1.2, 1.1, 0.7, 4],
    [20_500, 1, 1, 0.8, 5],
    [26_000, 0.3, 1.5, 1.25, 20],
  ].map(([step = 0, train = 0, style = 0, general = 0, moves = 0]) => ({
    ...{ step, train: standInScores(train), copied: copied(moves) },
    test: { style: standInScores(style), general: standInScores(general) },
  })),
  ...{ trainingMelodies: 9, perCell: 2, totalSteps: 128, human: copied(4.5) },
  logged: [
    { step: 21_000, accuracy: 0.75 },
    { step: 26_000, accuracy: 0.875 },
  ],
  ...{ threshold: 0.9, reached: null },
  highest: { step: 25_990, n: 100, mean: 0.876, sd: 0.02, loss: { mean: 0.4, sd: 0.05 } },
}

/** Made-up models at single steps. */
export const standInSteps: StepsReport = {
  ...{ format: 'cantus-steps-1', corpus: 'music', datasetHash: 'abc' },
  kept: (['1', '2.1'] as const).flatMap((iteration) =>
    [10, 20].map((step) => ({
      ...{ iteration, run: `full-${iteration}-s1`, step, sha256: 'abc' },
      test: { general: standInScores(1.1 - step / 100), style: standInScores(1.2) },
    })),
  ),
  equal: [standInEqual(10, 0.02), standInEqual(20, -0.01)],
  more: (['1', '2.1'] as const).map((iteration) => ({
    ...{ iteration, from: 10, to: 20 },
    differences: { general: { loss: around(-0.1) }, style: { loss: around(0) } },
  })),
  memory: standInMemory,
}
