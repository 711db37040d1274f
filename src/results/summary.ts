import type { ExperimentConfig, IterationName } from '../config/experimentConfig.ts'
import type { IterationResult } from './iterationResult.ts'

/** A measure with its 95% interval: percentiles of a bootstrap over families. NaN where it is not defined. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What is reported of a model on a set of melodies; each a ratio of sums over the whole set. */
export const MEASURES = ['loss', 'perplexity', 'bitsPerNote', 'accuracy', 'eventAccuracy', 'noEventAccuracy'] as const

export type MeasureName = (typeof MEASURES)[number]

export interface TestScores extends Readonly<Record<MeasureName, Interval>> {
  readonly melodies: number
  /** Families of like files they come from: what the bootstrap draws. */
  readonly families: number
  /** Steps the model was asked about, and the notes that begin on them. */
  readonly steps: number
  readonly noteOns: number
}

/** Mean and standard deviation (of a sample) of a measure over runs that differ in their seeds alone. */
export interface Spread {
  readonly n: number
  readonly mean: number
  /** NaN for a single one. */
  readonly sd: number
  readonly lowest: number
  readonly highest: number
}

/** The two sets of test melodies every model is measured on: of the general corpus, and of the style. */
export const TEST_SETS = ['general', 'style'] as const
export type TestSet = (typeof TEST_SETS)[number]
export type BySet<T> = Readonly<Record<TestSet, T>>

/** `report/results/summary.json`: what the numbers of a study come to. `cantus evaluate` writes it. */
export interface Summary {
  readonly format: 'cantus-summary-1'
  readonly corpus: string
  readonly datasetHash: string
  /** How the intervals were made: percentiles of so many draws of families of like files. */
  readonly bootstrap: { readonly draws: number; readonly seed: number; readonly level: number }
  readonly iterations: Readonly<Record<IterationName, IterationSummary>>
  /** Predictors without a network on the same melodies. */
  readonly baselines: BySet<readonly BaselineSummary[]>
  /** What a larger corpus gained: iteration 2.1 less iteration 1, on the same melodies. */
  readonly moreData: BySet<Differences>
  readonly forgetting: Forgetting
  /** Whether the style was learnt or learnt by heart. */
  readonly gap: Gap
  readonly seeds: SeedStudy | null
  readonly leakySplit: LeakStudy | null
  readonly quick: QuickStudy | null
}

export interface IterationSummary {
  readonly run: string
  /** Optimizer steps behind the published weights, those of the iteration they go on from included. */
  readonly steps: number
  readonly seed: number
  readonly datasetHash: string
  readonly config: ExperimentConfig
  readonly test: BySet<TestScores>
  readonly asInTheStudy: AsInTheStudy
  readonly checkpoint: { readonly path: string; readonly sha256: string }
  /** The end of the run on the same melodies; absent where its weights are the published ones. */
  readonly last?: { readonly steps: number; readonly test: BySet<TestScores> }
  /** Loss on some of the style's test melodies in portable arithmetic: the same last digit on every machine. */
  readonly portable: PortableCheck
}

/** The study's protocol: single training minibatches with dropout on. */
export interface AsInTheStudy {
  /** Of the last row of the training log, as the study's table has it. */
  readonly step: number
  readonly accuracy: number
  readonly loss: number
  readonly noEventAccuracy: number
  /** Accuracy over the last 100 rows of the log; fewer where there are not so many. */
  readonly last100: RowMeans
  /** The highest mean of 100 rows in a row, and the last of its steps. */
  readonly highest100: RowMeans
}

export interface RowMeans {
  readonly step: number
  readonly n: number
  readonly mean: number
  readonly sd: number
  readonly loss: { readonly mean: number; readonly sd: number }
}

export interface PortableCheck {
  readonly set: TestSet
  readonly melodies: number
  readonly steps: number
  /** Nats a step. */
  readonly loss: number
}

export interface BaselineSummary {
  readonly name: 'majority' | 'copy-last' | 'n-gram' | 'ppm'
  /** Labels of context; chosen on validation melodies. Null where there is nothing to choose. */
  readonly order: number | null
  /** Whose training melodies it counted. */
  readonly trainedOn: string
  readonly test: TestScores
}

export type Differences = Readonly<Partial<Record<MeasureName, Interval>>>

export interface Forgetting {
  /**
   * Models by name, each on both sets. `2.2` is the published one, `2.2 last` the end of its run, where that is another. In reports
   * from before the best weights were published `2.2` is the end of the run and `2.2 best` the weights of its lowest validation loss.
   */
  readonly models: Readonly<Record<string, { readonly steps: number; readonly test: BySet<TestScores> }>>
  /** The published 2.2 less 2.1, family by family: below 0 the loss has fallen. */
  readonly differences: BySet<Differences>
  /**
   * The weights of 2.2's lowest validation loss, less 2.1, and in the style less the better PPM. Null where they were not kept;
   * summaries from before it was measured have none.
   */
  readonly best?: BestOfTransfer | null
  /** The end of 2.2's run less 2.1; absent where that is published. */
  readonly lastDifferences?: BySet<Differences>
}

export interface BestOfTransfer {
  readonly steps: number
  readonly differences: BySet<Differences>
  readonly ppm: { readonly trainedOn: string; readonly loss: Interval }
}

export interface Gap {
  readonly iteration: IterationName
  /** At each evaluation: the mean of the training rows since the one before (dropout on), and the validation melodies. */
  readonly curve: readonly GapPoint[]
  /** At the end of the run, dropout off on both sides: every training melody, and every test melody. */
  readonly atTheEnd: { readonly train: TestScores; readonly test: TestScores }
  /** The same of the published weights; absent where they are those of the end. */
  readonly published?: { readonly step: number; readonly train: TestScores; readonly test: TestScores }
}

export interface GapPoint {
  readonly step: number
  readonly train: { readonly accuracy: number; readonly loss: number }
  readonly heldOut: { readonly accuracy: number; readonly loss: number }
}

/** The same setting with different seeds: what chance alone changes. */
export interface SeedStudy {
  readonly setting: string
  readonly corpus: string
  readonly iterations: Readonly<Record<IterationName, SeedSpread>>
}

export interface SeedSpread {
  readonly runs: readonly { readonly run: string; readonly seed: number; readonly test: BySet<SeedScores> }[]
  readonly spread: BySet<Readonly<Record<keyof SeedScores, Spread>>>
}

export type SeedScores = Readonly<Record<MeasureName, number>>

/** Two splits of the same files: by family, as here, and file by file, as in the study. */
export interface LeakStudy {
  readonly setting: string
  readonly splits: Readonly<Record<'byFamily' | 'byFile', SplitScores>>
}

export interface SplitScores {
  readonly trainingMelodies: number
  readonly testMelodies: number
  /** Test melodies that are, in whatever key, a training melody. */
  readonly seen: number
  readonly model: TestScores
  readonly ppm: TestScores
}

export interface QuickStudy {
  readonly corpus: string
  readonly command: string
  readonly iterations: Readonly<
    Record<
      IterationName,
      Pick<IterationSummary, 'run' | 'steps' | 'seed' | 'datasetHash' | 'test' | 'last' | 'asInTheStudy' | 'portable'>
    >
  >
}

/** Whether a summary is of the run and the weights that were published. */
export function isSummaryOf(
  { iterations }: Pick<Summary, 'iterations'>,
  { config, run, checkpoint }: IterationResult,
): boolean {
  const measured = iterations[config.iteration]
  return measured.run === run && measured.checkpoint.sha256 === checkpoint.sha256
}
