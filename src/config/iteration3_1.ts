import type { ExperimentConfig } from './experimentConfig.ts'
import { iteration2_1 } from './iteration2_1.ts'

/** Iteration 3.1: a network that reads notes and hears intervals, from scratch on the music of 2.1. */
export const iteration3_1 = {
  ...iteration2_1,
  iteration: '3.1',
  title: 'Iteration 3.1: a network that hears intervals',
  model: { encoding: 'notes', layerSizes: [192, 192], attentionSize: 64 },
  training: {
    ...iteration2_1.training,
    steps: 7000, // fourteen times through the data, less than half an hour on two cores
    batchSize: 512,
    batchRows: 4000, // notes and rests, padding included
    learningRate: 3e-3,
    schedule: { warmupSteps: 200, decay: 'cosine', finalShare: 0.02 },
    keepProbability: 0.9,
    clipNorm: 1,
    clip: 'global',
    evaluateEvery: 500,
    evaluateAll: true,
    checkpointEvery: 100,
  },
  generation: {
    ...iteration2_1.generation,
    // Nearest to people's own continuations of 300 validation melodies (report/results/decoding.json).
    ...{ temperature: 0.9, rhythmTemperature: 0.9, topP: 1, appendix: false },
  },
} as const satisfies ExperimentConfig
