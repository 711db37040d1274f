import type { ExperimentConfig } from './experimentConfig.ts'
import { iteration2_1 } from './iteration2_1.ts'

/** Iteration 2.2: transfer. The weights and Adam slots of 2.1, the same learning rate, on music of one style only. */
export const iteration2_2 = {
  ...iteration2_1,
  iteration: '2.2',
  title: 'Iteration 2.2: transfer to a style',
  data: { ...iteration2_1.data, part: { kind: 'style' } },
  training: {
    ...iteration2_1.training,
    steps: 72_050 - iteration2_1.training.steps, // on top of 2.1's: the study stopped at 72,050 in all
    evaluateEvery: 100, // 124 melodies: a few seconds per thousand steps show where it begins to memorise
    evaluateAll: true,
    replay: null,
    stayNear: null,
  },
  warmStart: { from: '2.1', optimizerState: true },
} as const satisfies ExperimentConfig
