import { ablationsSpec, lossOverTimeSpec, scalingSpec } from '../../src/charts/ablations.ts'
import { barsSpec, dropReasonsSpec, funnelSpec, modesSpec, sourceFunnelSpec } from '../../src/charts/bars.ts'
import { controlCostSpec } from '../../src/charts/controlCosts.ts'
import { duetFrontierSpec, duetTimesSpec } from '../../src/charts/duetCharts.ts'
import { familySizesSpec, leakHistogramSpec, scalesSpec, yieldsSpec } from '../../src/charts/corpus.ts'
import { gapSpec, scoresSpec, studyCurvesSpec } from '../../src/charts/evaluation.ts'
import { intervalHistogramSpec, lengthHistogramSpec, pitchHistogramSpec } from '../../src/charts/histogram.ts'
import { iterationsSpec } from '../../src/charts/iterations.ts'
import { heatSpec, linesSpec, sharesSpec } from '../../src/charts/lessons.ts'
import { lossPartsSpec } from '../../src/charts/lossParts.ts'
import { memorySpec } from '../../src/charts/memoryOverTime.ts'
import * as musical from '../../src/charts/musical.ts'
import { dialSpec, transferGapSpec } from '../../src/charts/transfer.ts'
import { trainingCurveSpec } from '../../src/charts/trainingCurve.ts'
import * as story from '../../src/charts/story.ts'
import * as tuner from '../../src/charts/tuner.ts'
import type { VegaLiteSpec } from '../../src/charts/vegaLite.ts'
import { experiment } from '../../src/config/scales.ts'
import type { MetricRow } from '../../src/results/metrics.ts'
import type {
  Contrast,
  FidelityReport,
  MetricReport,
  MetricSpread,
  MusicalReport,
  NoveltyReport,
  SetName,
} from '../../src/results/musicalReport.ts'
import { TUNER_STATISTICS, type TunedPolicy, type TunerEstimate } from '../../src/results/tunerReport.ts'
import { standInFrontier, standInTimes } from './standInDuets.ts'
import { standInAblations } from './standInAblations.ts'
import { standInMemory } from './standInSteps.ts'
import { standInRecord, standInSummary } from './standInSummary.ts'
import { standInTransfer } from './standInTransfer.ts'

const row = (kind: MetricRow['kind'], step: number): MetricRow => ({
  ...{ kind, step, loss: 2 - step / 100, perplexity: 3, accuracy: 0.5, eventAccuracy: step === 0 ? NaN : 0.25 },
  ...{ noEventAccuracy: 0.75, steps: 10, seconds: step },
})
const curve = [0, 20, 40].flatMap((step) => [row('train', step), row('test', step)])
const results = (['2.1', '2.2'] as const).map((iteration) => ({ config: experiment(iteration, 'smoke'), curve }))
const compared = results.map(({ config }, n) => ({
  config: { iteration: config.iteration },
  test: { loss: 1.5 - n / 4, perplexity: 4, accuracy: 0.625, eventAccuracy: 0.25, noEventAccuracy: 0.875, steps: 5 },
  baselines: { unigramLoss: 2, majorityAccuracy: 0.5 },
}))
const summary = standInSummary('smoke-a-s1', (name) => name)

const spread = (mean: number, n = 4): MetricSpread => {
  return { mean, n, undefined: 0, percentiles: [mean - 2, mean - 1, mean, mean + 1, mean + 2] }
}
const metric: MetricReport = {
  id: 'pitchCount',
  sets: { 'human general': spread(8), 'ours 1': spread(6), 'ours 2.1': spread(7), 'study 1': spread(5, 0) },
  cells: {},
}
const definitions: MusicalReport['definitions'] = [
  {
    ...{ id: 'pitchCount', title: 'different pitches', criterion: 'variety', formula: 'n', unit: 'count' },
    ...{ range: [0, null], undefinedWhen: 'never', source: 'here' },
  },
]
const runs = { '1': { run: 'a', steps: 40 }, '2.1': { run: 'b', steps: 41 }, '2.2': { run: 'c', steps: 42 } }
const contrast = (from: SetName, to: SetName, effect: number): Contrast => ({
  ...{ metric: 'pitchCount', from, to, primer: 'all', effect, adjusted: 0.01, probability: 0.01 },
  difference: { value: effect, low: effect - 0.125, high: effect + 0.125, n: 4 },
})
const contrasts = [contrast('ours 1', 'ours 2.1', 0.5), contrast('ours 1', 'ours 2.2', 0.25)]
const fidelity: FidelityReport = {
  ...{ set: 'ours 1', primers: ['major', 'minor'], n: 4, undecided: 0, share: 0.75, chance: 0.5, probability: 0.5 },
  confusion: [
    [2, 0],
    [1, 1],
  ],
}
const novelty: NoveltyReport = {
  ...{ set: 'ours 1', trainedOn: '1', trainingMelodies: 9, longest: spread(5), share: spread(0.5) },
}
const notes = [
  { pitch: 60, startStep: 0, endStep: 4 },
  { pitch: 64, startStep: 4, endStep: 8 },
]

const estimate = (value: number): TunerEstimate => ({ value, low: value - 0.125, high: value + 0.125, n: 10 })
const policy = (title: string, value: number, points: number): TunedPolicy => ({
  ...{ title, method: 'psi', preset: 'modal', tonality: 'D dorian', c: 1, discount: 0.5, seed: 1, steps: 100 },
  ...{ seconds: 12, composingSeconds: 3, heldOut: null },
  columns: {
    empty: {
      ...{ title: 'a column', start: 'empty', steps: 32, compositions: 10, novelty: null },
      statistics: Object.fromEntries(TUNER_STATISTICS.map(({ id }) => [id, estimate(value)])),
    },
  },
  curve: Array.from({ length: points }, (_, n) => ({
    ...{ step: 32 * n, seconds: n, total: n, theory: n, logPrior: -1, divergence: 0.5 },
    terms: { key: -n, tonic: 0.25 },
  })),
})
const policies = { psi: policy('Psi', 0.5, 3), g: policy('G', 0.75, 2), shaped: policy('shaped', 0.25, 0) }
const mode = {
  ...{ tonality: 'G dorian', prior: estimate(0.5), shaped: estimate(0.75) },
  ...{ colourOfPrior: estimate(0.25), colour: estimate(0.5), costPerNote: estimate(0.5) },
}
const image = {
  ...{ events: [-2, 62], rows: [-2, -1, 62] },
  prior: [
    [0.875, 0, 0.125],
    [0.5, 0.001, 0.375],
  ],
  tuned: [
    [1, 0, 0],
    [0, 0, 1],
  ],
}
const leaks = {
  name: 'by family',
  histogram: [
    { from: 0, to: 32, melodies: 90 },
    { from: 64, to: 96, melodies: 10 },
  ],
}
const yields = { withMelodies: 8, melodies: 9 }

const sliders = [
  {
    ...({ control: 'density', metric: 'noteDensity', asked: [0, 3], pieces: 4, spearman: 0.9 } as const),
    bitsPerNote: { value: 0.5, low: 0.4, high: 0.6 },
    points: [
      [0.1, 0.25, 1, -0.5],
      [0.2, 0.25, 0.5, -0.7],
      [1.4, 1.5, 0.25, -1],
      [3, 2.5, 2, -2],
    ] as [number, number, number, number][],
  },
]

/** Every chart, of a few rows. */
export const chartCases: Readonly<Record<string, VegaLiteSpec>> = {
  barsSpec: barsSpec([{ name: 'a', count: 2 }], { unit: 'files' }),
  dropReasonsSpec: dropReasonsSpec({ drums: 1, polyphonic: 12 }),
  funnelSpec: funnelSpec([{ name: 'files', count: 40 }]),
  modesSpec: modesSpec({ dorian: 3, major: 12 }),
  sourceFunnelSpec: sourceFunnelSpec([{ source: 'airs', files: 30, readable: 20, withMelodies: 10 }]),
  familySizesSpec: familySizesSpec({ '1': 900, '29': 1 }),
  leakHistogramSpec: leakHistogramSpec([leaks]),
  scalesSpec: scalesSpec([5, 0, 3]),
  yieldsSpec: yieldsSpec([{ corpus: 'general', source: 'airs', files: 10, strict: yields, loose: yields }]),
  heatSpec: heatSpec(
    {
      rows: [
        [0, 0.5],
        [0.25, 1],
      ],
      rowNames: ['hold', 'C4'],
    },
    { x: 'step', y: 'event', value: 'probability' },
  ),
  linesSpec: linesSpec([{ name: 'loss', values: [4, 2, 1] }], {
    x: 'step',
    y: 'loss (nats per step)',
    level: { name: 'frequencies', value: 1.5 },
  }),
  sharesSpec: sharesSpec(
    [
      { name: 'C4', share: 0.75 },
      { name: 'hold', share: 0.25 },
    ],
    { title: 'probability' },
  ),
  gapSpec: gapSpec(summary.gap),
  lossPartsSpec: lossPartsSpec(summary.lossParts!.general, 'general'),
  memorySpec: memorySpec(standInMemory),
  scoresSpec: scoresSpec(summary, 'style', { measures: ['loss', 'eventAccuracy'] }),
  studyCurvesSpec: studyCurvesSpec(results, standInRecord()),
  intervalHistogramSpec: intervalHistogramSpec([...new Array<number>(24).fill(0), 2]),
  lengthHistogramSpec: lengthHistogramSpec([1, 2, 2.5]),
  pitchHistogramSpec: pitchHistogramSpec([...new Array<number>(60).fill(0), 3, 0, 1]),
  iterationsSpec: iterationsSpec(compared),
  bandsSpec: musical.bandsSpec({ metrics: [metric], definitions }, ['pitchCount']),
  contrastsSpec: musical.contrastsSpec({ contrasts, definitions, runs }, 'ours 1', 'ours 2.1'),
  fidelitySpec: musical.fidelitySpec(fidelity),
  noveltySpec: musical.noveltySpec([novelty]),
  motifMapSpec: musical.motifMapSpec(notes, [{ from: 0, to: 1, by: 'transposed' }]),
  similaritySpec: musical.similaritySpec([
    [1, 0.5],
    [0.5, 1],
  ]),
  ablationsSpec: ablationsSpec(standInAblations),
  scalingSpec: scalingSpec(standInAblations),
  lossOverTimeSpec: lossOverTimeSpec(results),
  controlCostSpec: controlCostSpec({ sliders }),
  duetFrontierSpec: duetFrontierSpec(standInFrontier),
  duetTimesSpec: duetTimesSpec(standInTimes),
  dialSpec: dialSpec(standInTransfer()),
  transferGapSpec: transferGapSpec([standInTransfer()]),
  trainingCurveSpec: trainingCurveSpec(curve, { baselines: { unigramLoss: 2.5, majorityAccuracy: 0.5 } }),
  methodsSpec: tuner.methodsSpec({ policies }),
  rewardCurvesSpec: tuner.rewardCurvesSpec(policies.psi),
  probabilitySpec: tuner.probabilitySpec(image, 'prior'),
  tunedModesSpec: tuner.tunedModesSpec({ modes: [mode] }),
  tradeSpec: tuner.tradeSpec(policies),
  besidePeopleSpec: story.besidePeopleSpec({ metrics: [{ ...metric, id: 'barSimilarity4' }] }),
  transferGlanceSpec: story.transferGlanceSpec({ curve }, summary),
  repeatsSpec: story.repeatsSpec(summary.lossParts!.general),
  movedSpec: story.movedSpec([
    { voice: '2.1', semitones: -1, loss: 1.5 },
    { voice: '2.1', semitones: 0, loss: 1 },
    { voice: '3.1', semitones: 0, loss: 0.5 },
  ]),
  tunerAddsSpec: story.tunerAddsSpec({ policies }),
}
