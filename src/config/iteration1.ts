import type { ExperimentConfig } from './experimentConfig.ts'

/**
 * Iteration 1: a small general corpus, from scratch, with the study's settings. The next iteration spreads this one,
 * so what changes is what is written there. `scales.ts` says what smaller scales override.
 */
export const iteration1 = {
  iteration: '1',
  scale: 'full',
  title: 'Iteration 1: a small general corpus',
  seed: 1,
  data: {
    corpus: 'embedded',
    part: { kind: 'first', files: 1200 }, // of 4,248: a small part against all, as the study's 11,133 of 179,781 files
    extraction: {
      stepsPerQuarter: 4, // sixteenths
      minBars: 7,
      maxSteps: 512, // 32 bars of 4/4; longer melodies are cut there
      minPitches: 5, // distinct pitch classes
      gapBars: 1, // a longer rest ends a melody
      ignorePolyphonic: false, // strict: a track with two notes on one step is dropped, not thinned
    },
    split: { validation: 0.1, test: 0.1, byFile: false }, // by family of like files; the study held out a tenth, file by file
    maxMelodiesPerFile: null,
    weights: null,
    transpositions: 0,
  },
  model: {
    encoding: 'mono', // Magenta's mono_rnn: 130 classes, no transposition
    layerSizes: [128, 128],
    attentionLength: 0,
    residual: false,
  },
  training: {
    steps: 20_000,
    batchSize: 128,
    workers: 2, // cores of a small laptop; more than a machine has costs little
    window: 'whole', // one step = 128 whole melodies
    accumulate: 1,
    learningRate: 1e-3,
    schedule: null,
    keepProbability: 0.5,
    clipNorm: 5,
    clip: 'variable', // each gradient by its own norm, as Magenta does it
    averaging: null,
    patience: null,
    freeze: [],
    logEvery: 10, // the study's summaries
    evaluateEvery: 500, // it never evaluated; this is a curve of 40 points
    evaluateAll: false, // a part of the validation side shows the curve in a second per point
    checkpointEvery: 500, // some minutes of work at most are lost
  },
  warmStart: null,
  generation: {
    perPrimer: 5, // in its first iteration it made 10, and published 5
    totalSteps: 128, // 8 bars, primer included
    temperature: 1,
  },
} as const satisfies ExperimentConfig
