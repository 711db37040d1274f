import type { ModelSpec } from './modelSpec.ts'

export type IterationName = '1' | '2.1' | '2.2'
export type Scale = 'smoke' | 'quick' | 'full'

/** Which melodies a track yields. Lengths are in bars or steps as named; see `extractMelodies`. */
export interface ExtractionConfig {
  readonly stepsPerQuarter: number
  readonly minBars: number
  readonly maxSteps: number
  /** Distinct pitch classes a melody must have. */
  readonly minPitches: number
  readonly gapBars: number
  readonly ignorePolyphonic: boolean
}

export interface DataConfig {
  /** `embedded` = the public-domain tunes of the music21 wheel; `folder` = the folders given on the command line. */
  readonly corpus: 'embedded' | 'folder'
  /** The files this iteration trains on: the first `files` by sha256 of the path, all of them, or the style's. */
  readonly part:
    /** `without`: corpora, by the first part of their files' paths, that give this part nothing. */
    | { readonly kind: 'first'; readonly files: number; readonly without?: readonly string[] }
    /** `maxFiles`: no more than so many of them, for a run of seconds. */
    | { readonly kind: 'all'; readonly maxFiles?: number; readonly without?: readonly string[] }
    | { readonly kind: 'style'; readonly maxFiles?: number }
  readonly extraction: ExtractionConfig
  /** Shares of the families of like files that are held out, 0-1: `validation` to choose by, `test` for the published numbers. */
  readonly split: {
    readonly validation: number
    readonly test: number
    /** The study's split instead: each file by itself, whatever it shares with others, and copies stay. */
    readonly byFile: boolean
  }
  /** No more than so many melodies of a file, drawn by their names; `null` = all, as in the study. */
  readonly maxMelodiesPerFile: number | null
  /**
   * How often an epoch shows the training melodies of a source, on average; 1 where a source is not named. `null` = each
   * melody once an epoch, as in the study.
   */
  readonly weights: Readonly<Record<string, number>> | null
  /** Each training melody is also shown in as many other keys, drawn by its name; 0 = as it is, as in the study. */
  readonly transpositions: number
}

export interface TrainingConfig {
  /** Optimizer steps in all. After a warm start: steps on top of those the restored model has made. */
  readonly steps: number
  /** Sequences a step. */
  readonly batchSize: number
  /** Parts of a batch that are computed side by side, each on a core of its own; another number gives other last bits. */
  readonly workers: number
  /** `whole` = a sequence is a whole melody, as in the study; a number cuts melodies into windows of that many steps. */
  readonly window: 'whole' | number
  /** Batches of `batchSize` sequences whose gradients are added up before a step. */
  readonly accumulate: number
  /** Of Adam; where there is a schedule, the highest. */
  readonly learningRate: number
  /** How the learning rate moves; null = it stays, as in the study. */
  readonly schedule: ScheduleConfig | null
  /** Probability to keep a unit of each layer's output while training. */
  readonly keepProbability: number
  readonly clipNorm: number
  /** `variable` = each gradient by its own norm (Magenta); `global` = by the norm of all together. */
  readonly clip: 'variable' | 'global'
  /** Decay of a running mean of the weights, 0-1, which then is the model; null = the last weights are, as in the study. */
  readonly averaging: number | null
  /** Evaluations without a lower held-out loss after which a run ends with its best weights; null = it makes all its steps. */
  readonly patience: number | null
  /** Tensors that keep their values, by name or by the part before the slash: `lstm_0` is `lstm_0/kernel` and `lstm_0/bias`. */
  readonly freeze: readonly string[]
  /** Steps between rows of the training log. */
  readonly logEvery: number
  /** Steps between evaluations on the validation melodies. */
  readonly evaluateEvery: number
  /** Evaluates on all validation melodies; false = on a fixed part of them, about 20,000 events. */
  readonly evaluateAll: boolean
  /** Steps between checkpoints; one is also written at the end and on Ctrl-C. */
  readonly checkpointEvery: number
}

/** See `learningRateAt`. */
export interface ScheduleConfig {
  /** Steps over which the rate rises to the highest. */
  readonly warmupSteps: number
  readonly decay: 'none' | 'linear' | 'cosine' | 'exponential'
  /** Share of the highest rate that is left at the last step, 0-1; nothing to `none`. */
  readonly finalShare: number
}

export interface GenerationConfig {
  /** Melodies a primer. */
  readonly perPrimer: number
  /** Steps in all, primer included. */
  readonly totalSteps: number
  readonly temperature: number
}

export interface WarmStartConfig {
  /** An iteration, or the file of weights with that hash. */
  readonly from: IterationName | `sha256:${string}`
  /** Whether Adam goes on with the moments it had, or starts anew. */
  readonly optimizerState: boolean
}

/** Everything that decides an iteration's result: the method section. */
export interface ExperimentConfig {
  readonly iteration: IterationName
  readonly scale: Scale
  readonly title: string
  readonly seed: number
  readonly data: DataConfig
  readonly model: ModelSpec
  readonly training: TrainingConfig
  /** What this one goes on from; `null` = from scratch. */
  readonly warmStart: WarmStartConfig | null
  readonly generation: GenerationConfig
}
