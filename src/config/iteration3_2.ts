import type { ExperimentConfig } from './experimentConfig.ts'
import { iteration3_1 } from './iteration3_1.ts'

/**
 * Iteration 3.2: transfer of 3.1 to the style of 2.2, stopped where the validation loss is lowest. Half of the melodies it sees
 * are general ones, because that forgets least and learns most. Validation loss in nats per step, full scale, one seed:
 * 3.1 has .449 on general music and .604 on the style; after transfer alone .483 and .553; with a penalty for leaving
 * the weights of 3.1 (stayNear .01) .462 and .565; with replay .457 and .550.
 */
export const iteration3_2 = {
  ...iteration3_1,
  iteration: '3.2',
  title: 'Iteration 3.2: a style, with early stopping',
  data: { ...iteration3_1.data, part: { kind: 'style' } },
  training: {
    ...iteration3_1.training,
    steps: 900,
    batchRows: 3000,
    learningRate: 1e-3,
    schedule: { warmupSteps: 50, decay: 'cosine', finalShare: 0.02 },
    keepProbability: 0.8,
    patience: 6,
    evaluateEvery: 25,
    replay: 0.5,
    stayNear: null,
  },
  warmStart: { from: '3.1', optimizerState: false },
} as const satisfies ExperimentConfig
