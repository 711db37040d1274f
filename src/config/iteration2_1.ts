import type { ExperimentConfig } from './experimentConfig.ts'
import { iteration1 } from './iteration1.ts'

/** Iteration 2.1: the same network and settings from scratch on the whole general corpus: does more data help? */
export const iteration2_1 = {
  ...iteration1,
  iteration: '2.1',
  title: 'Iteration 2.1: the whole general corpus',
  data: { ...iteration1.data, part: { kind: 'all' } },
} as const satisfies ExperimentConfig
