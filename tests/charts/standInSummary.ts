import { type FamilyScore, spreadOf, testScores } from '../../src/evaluation/intervals.ts'
import type { IterationName } from '../../src/config/experimentConfig.ts'
import { experiment, ITERATIONS } from '../../src/config/scales.ts'
import type { StudyRecord } from '../../src/results/studyRecord.ts'
import {
  type BaselineSummary,
  type BySet,
  type IterationSummary,
  type LossParts,
  MEASURES,
  type MeasureName,
  type Summary,
  type TestScores,
} from '../../src/results/summary.ts'

/** Made-up scores of six melodies whose loss is about `loss` nats per step. */
export function standInScores(loss: number): TestScores {
  const scores = Array.from({ length: 6 }, (_, n): FamilyScore => {
    const counts = { steps: 100, correct: 60 + n, eventSteps: 40, eventCorrect: 8 + n, noteOns: 30 }
    return { family: `${n}`, loss: 100 * (loss + n / 20), ...counts }
  })
  return testScores(scores, { draws: 200 })
}

const both = (general: number, style: number): BySet<TestScores> => ({
  general: standInScores(general),
  style: standInScores(style),
})

const LOSSES: Readonly<Record<IterationName, readonly [number, number]>> = {
  '1': [1.2, 1.3],
  '2.1': [1.1, 1.25],
  '2.2': [1.3, 0.9],
  '3.1': [0.8, 0.95],
  '3.2': [0.85, 0.7],
}

function iteration(name: IterationName, run: string, hash: string): IterationSummary {
  const means = { step: 40, n: 4, mean: 0.6, sd: 0.02, loss: { mean: 1.2, sd: 0.1 } }
  return {
    run,
    steps: name === '2.2' || name === '3.2' ? 80 : 40,
    seed: 1,
    datasetHash: 'abc',
    config: experiment(name, 'smoke'),
    test: both(...LOSSES[name]),
    asInTheStudy: { step: 40, accuracy: 0.61, loss: 1.15, noEventAccuracy: 0.97, last100: means, highest100: means },
    checkpoint: { path: `report/results/checkpoints/${name}.safetensors`, sha256: hash },
    portable: { set: 'style', melodies: 6, steps: 600, loss: 0.9 },
  }
}

const baselines = (trainedOn: string, loss: number): BaselineSummary[] => [
  { name: 'majority', order: null, trainedOn, test: standInScores(loss + 0.9) },
  { name: 'copy-last', order: null, trainedOn, test: standInScores(loss + 1) },
  { name: 'n-gram', order: 4, trainedOn, test: standInScores(loss + 0.2) },
  { name: 'ppm', order: 16, trainedOn, test: standInScores(loss) },
  {
    ...{ name: 'idyom', order: null, mixing: { mean: 'geometric', bias: 0.5 }, trainedOn },
    test: standInScores(loss - 0.05),
  },
]

/** Made-up losses: so much inside a repeat, a third of it rhythm; so much in fresh music; no later bars. */
function standInParts(predictor: string, repeat: number, fresh: number): LossParts {
  const part = (steps: number, loss: number): LossParts['parts']['all'] => ({
    ...{ steps, rhythm: loss / 3, pitch: (2 * loss) / 3 },
    loss: { value: loss, low: loss - 0.1, high: loss + 0.1 },
  })
  const mean = 0.4 * repeat + 0.6 * fresh
  return {
    predictor,
    parts: {
      ...{ all: part(100, mean), repeat: part(40, repeat), fresh: part(60, fresh) },
      ...{ firstEightBars: part(70, mean), secondEightBars: part(30, mean), laterBars: part(0, NaN) },
    },
  }
}

const standInLossParts = [
  standInParts('iteration 2.1', 0.6, 0.9),
  standInParts('iteration 3.1', 0.2, 0.7),
  standInParts('IDyOM-like', 0.3, 0.9),
]

/** A summary as `cantus evaluate` writes it, of made-up numbers. */
export function standInSummary(run: string, hashOf: (iteration: IterationName) => string): Summary {
  const iterations = Object.fromEntries(
    ITERATIONS.map((name) => [name, iteration(name, run, hashOf(name))]),
  ) as Summary['iterations']
  const scores = (loss: number): Record<MeasureName, number> =>
    Object.fromEntries(MEASURES.map((measure) => [measure, measure === 'loss' ? loss : 0.5])) as Record<
      MeasureName,
      number
    >
  const spread = Object.fromEntries(MEASURES.map((measure) => [measure, spreadOf([1, 1.1, 1.2])])) as Record<
    MeasureName,
    ReturnType<typeof spreadOf>
  >
  const seeds = {
    runs: [1, 2, 3].map((seed) => ({ run, seed, test: { general: scores(1 + seed / 10), style: scores(1.5) } })),
    spread: { general: spread, style: spread },
  }
  const split = { trainingMelodies: 100, testMelodies: 6, seen: 0, model: standInScores(1.1), ppm: standInScores(1) }
  return {
    format: 'cantus-summary-1',
    corpus: 'stand-in',
    datasetHash: 'abc',
    bootstrap: { draws: 200, seed: 1, level: 0.95 },
    iterations,
    baselines: {
      general: baselines('general', 1),
      style: [...baselines('style', 1.1), ...baselines('general and style', 1.05)],
    },
    lossParts: { general: standInLossParts, style: standInLossParts },
    moreData: {
      general: { loss: { value: -0.1, low: -0.15, high: -0.05 } },
      style: { loss: { value: -0.05, low: -0.2, high: 0.1 } },
    },
    beyond: {
      '3.1': {
        general: { loss: { value: -0.3, low: -0.35, high: -0.25 } },
        style: { loss: { value: -0.3, low: -0.4, high: -0.2 } },
      },
      '3.2': {
        general: { loss: { value: -0.45, low: -0.5, high: -0.4 } },
        style: { loss: { value: -0.2, low: -0.3, high: -0.1 } },
      },
    },
    forgetting: {
      models: {
        '2.1': { steps: 40, test: iterations['2.1'].test },
        '2.2': { steps: 80, test: iterations['2.2'].test },
        '3.1': { steps: 40, test: iterations['3.1']!.test },
        '3.2': { steps: 80, test: iterations['3.2']!.test },
      },
      differences: {
        general: { loss: { value: 0.2, low: 0.1, high: 0.3 } },
        style: { loss: { value: -0.35, low: -0.4, high: -0.3 } },
      },
    },
    gap: {
      iteration: '2.2',
      curve: [50, 60, 70, 80].map((step) => ({
        step,
        train: { accuracy: 0.5 + step / 400, loss: 2 - step / 80 },
        heldOut: { accuracy: 0.55, loss: 1.4 },
      })),
      atTheEnd: { train: standInScores(0.5), test: standInScores(0.9) },
    },
    seeds: { setting: 'quick', corpus: 'stand-in', iterations: { '1': seeds, '2.1': seeds, '2.2': seeds } },
    leakySplit: {
      setting: 'quick',
      splits: { byFamily: split, byFile: { ...split, seen: 2, ppm: standInScores(0.8) } },
    },
    quick: { corpus: 'stand-in', command: 'npm run reproduce', iterations },
  }
}

/** The study's record, of made-up rows. */
export function standInRecord(): StudyRecord {
  const printed = { accuracy: 0.7275, loss: 0.9203, noEventAccuracy: 0.9663 }
  const curve = [10, 20, 30, 40].map((step) => ({ step, accuracy: 0.6, loss: 1.5 }))
  const log = {
    ...{ rows: 4, firstStep: 10, lastStep: 40, joins: [], printedRow: { step: 40, accuracy: 0.7275, loss: 0.9203 } },
    last100: { n: 4, accuracy: { mean: 0.72, sd: 0.015 }, loss: { mean: 0.94, sd: 0.04 } },
    ...{ thinnedBy: 1, curve },
  }
  return {
    format: 'cantus-study-1',
    source: 'stand-in',
    iterations: { '1': { printed, log: null }, '2.1': { printed, log }, '2.2': { printed, log } },
  }
}
