import type { IterationName } from '../../../src/config/experimentConfig.ts'
import { ITERATIONS, STUDY_ITERATIONS } from '../../../src/config/scales.ts'

/** A numbered figure of the report. */
export interface Figure {
  /** Anchor on its page, without `figure-`. */
  readonly id: string
  /** The page that shows it. */
  readonly page: string
  /** The function in `src` that draws it. */
  readonly drawnBy: string
  /** Results it is drawn from, as the site hands them out. */
  readonly data: string
  /** Iterations whose runs it shows. */
  readonly iterations: readonly IterationName[]
}

const figure = (
  page: string,
  id: string,
  drawnBy: string,
  data: string,
  iterations: readonly IterationName[] = ITERATIONS,
): Figure => ({ id, page, drawnBy, data, iterations })

const ofIteration = (name: IterationName): Figure[] => [
  figure(`iteration-${name}/`, `training-${name}`, 'trainingCurveSpec', `iteration-${name}.json`, [name]),
  figure(`iteration-${name}/`, `dropped-${name}`, 'dropReasonsSpec', `iteration-${name}.json`, [name]),
]

/** Every numbered figure, in the order of the report: a figure's number is its place here. */
export const FIGURES: readonly Figure[] = [
  figure('method/', 'iterations', 'iterationsSpec', 'summary.json'),
  figure('why/', 'why-places', 'lossPartsSpec', 'summary.json', ['2.1', '3.1']),
  figure('why/', 'why-repeats', 'repeatsSpec', 'summary.json', ['1', '2.1', '3.1']),
  figure('why/', 'why-keys', 'movedSpec', '', ['2.1', '3.1']),
  figure('why/', 'two-keys', 'intervalsOf', '', ['2.1', '3.1']),
  figure('why/', 'transfer-glance', 'transferGlanceSpec', 'summary.json', ['2.1', '2.2']),
  figure('why/', 'tuner-adds', 'tunerAddsSpec', 'rl-tuner.json', ['2.1']),
  ...ofIteration('3.1'),
  figure('iteration-3.1/', 'ablations', 'ablationsSpec', 'ablations.json', ['3.1']),
  figure('iteration-3.1/', 'scaling', 'scalingSpec', 'ablations.json', ['3.1']),
  figure('iteration-3.1/', 'time', 'lossOverTimeSpec', 'iteration-3.1.json', ['2.1', '3.1']),
  figure('gain/', 'beside-people', 'besidePeopleSpec', 'musical.json'),
  figure('gain/', 'self-similarity', 'repeatedRuns', '', ['2.1', '3.1']),
  figure('terms/', 'bach-notation', 'stavesSvg', '', []),
  figure('terms/', 'scales', 'scaleGridSvg', '', []),
  figure('terms/', 'development', 'motifSvg', '', []),
  figure('corpus/', 'sources', 'sourceFunnelSpec', 'corpus-report.json', []),
  figure('corpus/', 'dropped', 'dropReasonsSpec', 'corpus-report.json', []),
  figure('corpus/', 'yields', 'yieldsSpec', 'corpus-report.json', []),
  figure('corpus/', 'pitches', 'pitchHistogramSpec', 'corpus-report.json', []),
  figure('corpus/', 'intervals', 'intervalHistogramSpec', 'corpus-report.json', []),
  figure('corpus/', 'keys', 'scalesSpec', 'corpus-report.json', []),
  figure('corpus/', 'families', 'familySizesSpec', 'corpus-report.json', []),
  ...STUDY_ITERATIONS.map((name) => figure('corpus/', `leaks-${name}`, 'leakHistogramSpec', 'corpus-report.json', [])),
  figure('lstm/', 'cell', 'lstmCellSvg', '', ['2.1']),
  figure('lstm/', 'unrolled', 'unrollMelody', 'unrolled.json', ['2.1']),
  figure('evaluation/', 'general', 'scoresSpec', 'summary.json'),
  figure('evaluation/', 'style', 'scoresSpec', 'summary.json'),
  figure('evaluation/', 'places-general', 'lossPartsSpec', 'summary.json'),
  figure('evaluation/', 'places-style', 'lossPartsSpec', 'summary.json'),
  figure('evaluation/', 'memory', 'memorySpec', 'steps.json', ['2.2']),
  figure('evaluation/', 'study', 'studyCurvesSpec', 'study.json', ['2.1', '2.2', '3.1', '3.2']),
  figure('music/', 'repetition', 'bandsSpec', 'musical.json'),
  figure('music/', 'structure', 'bandsSpec', 'musical.json'),
  figure('music/', 'key', 'bandsSpec', 'musical.json'),
  figure('music/', 'motion', 'bandsSpec', 'musical.json'),
  figure('music/', 'more-data', 'contrastsSpec', 'musical.json', ['1', '2.1']),
  figure('music/', 'transfer', 'contrastsSpec', 'musical.json', ['2.1', '2.2']),
  figure('music/', 'notes', 'contrastsSpec', 'musical.json', ['2.1', '3.1']),
  figure('music/', 'transfer-of-notes', 'contrastsSpec', 'musical.json', ['3.1', '3.2']),
  ...ITERATIONS.map((name) => figure('music/', `fidelity-${name}`, 'fidelitySpec', 'musical.json', [name])),
  figure('music/', 'novelty', 'noveltySpec', 'musical.json'),
  figure('rl-tuner/', 'tuner-methods', 'methodsSpec', 'rl-tuner.json', ['2.1']),
  figure('rl-tuner/', 'tuner-trade', 'tradeSpec', 'rl-tuner.json', ['2.1']),
  figure('rl-tuner/', 'tuner-rewards', 'rewardCurvesSpec', 'rl-tuner.json', ['2.1']),
  figure('rl-tuner/', 'tuner-modal-rewards', 'rewardCurvesSpec', 'rl-tuner.json', ['2.1']),
  figure('rl-tuner/', 'tuner-modes', 'tunedModesSpec', 'rl-tuner.json', ['2.1']),
  figure('rl-tuner/', 'tuner-before', 'probabilitySpec', 'rl-tuner.json', ['2.1']),
  figure('rl-tuner/', 'tuner-after', 'probabilitySpec', 'rl-tuner.json', ['2.1']),
  figure('playing/', 'control-costs', 'controlCostSpec', 'together.json', ['3.1']),
  figure('together/', 'duet-frontier', 'duetFrontierSpec', 'duet.json', []),
  figure('together/', 'duet-times', 'duetTimesSpec', 'duet.json', []),
  ...ITERATIONS.filter((name) => name !== '3.1').flatMap(ofIteration),
  figure('iteration-3.2/', 'dial', 'dialSpec', 'transfer.json', ['3.1', '3.2']),
  figure('iteration-3.2/', 'transfer-gap', 'transferGapSpec', 'transfer.json', ['2.2', '3.2']),
]

/**
 * A figure and its number.
 * @throws Error that names the figure when there is none.
 */
export function numbered(id: string): Figure & { readonly number: number } {
  const place = FIGURES.findIndex((each) => each.id === id)
  const found = FIGURES[place]
  if (!found) throw new Error(`the report refers to a figure "${id}", which is not in site/src/lib/figures.ts`)
  return { ...found, number: place + 1 }
}
