import type { ExperimentConfig, IterationName, Scale } from '../config/experimentConfig.ts'
import type { MetricRow, Metrics } from './metrics.ts'

/** `native`: libtensorflow, many sequences at once; its last bits, and so rarely a draw, hang on the machine. */
export type Engine = 'portable' | 'native'

/** A generated melody and everything needed to write the same bytes again: its sidecar JSON beside the MIDI file. */
export interface Sidecar {
  readonly format: 'cantus-melody-1'
  readonly iteration: IterationName
  readonly scale: Scale
  readonly run: string
  /** Path of the fp16 weights, relative to the folder that holds `report/`. */
  readonly checkpoint: string
  readonly checkpointSha256: string
  /** Optimizer steps behind the weights. */
  readonly step: number
  readonly primer: string
  readonly primerEvents: readonly number[]
  /** Of a primer from a file: which part of which file. */
  readonly primerSource?: PrimerSource
  /** Events the model was conditioned on: the primer and what Magenta appends. */
  readonly conditionedOn: readonly number[]
  readonly seed: number
  readonly temperature: number
  readonly topK: number | null
  readonly topP: number | null
  readonly beamSize: number
  readonly branchFactor: number
  readonly stepsPerIteration: number
  readonly totalSteps: number
  /** What took the network's steps; absent = the portable arithmetic, the same on every machine. */
  readonly engine?: Engine
  readonly qpm: number
  /** Metre of the MIDI file; absent = 4/4. */
  readonly timeSignature?: { readonly numerator: number; readonly denominator: number }
  /** Nats, of the continuation at temperature 1. */
  readonly logLikelihood: number
  readonly events: readonly number[]
  readonly midiSha256: string
}

/** Where a primer was taken from. */
export interface PrimerSource {
  /** The file's name, of one tune of a tunebook `book.abc#X`. */
  readonly file: string
  /** Of the file's bytes. */
  readonly sha256: string
  /** Its number in what `cantus melodies` lists; absent for a part of a track that is no melody of that list. */
  readonly melody?: number
  /** As `cantus inspect` numbers it. */
  readonly track: number
  /** First and last bar, counted from 1 in the score. */
  readonly bars: readonly [first: number, last: number]
}

/** How many of something lie on each side; results from before there was a validation side have none. */
export interface SplitCounts {
  readonly train: number
  readonly validation?: number
  readonly test: number
}

/** `report/results/iterations/<iteration>.json`: all that the report shows of an iteration. */
export interface IterationResult {
  readonly format: 'cantus-iteration-1'
  /** Name of the run: scale, hash of everything that decides its result, seed. */
  readonly run: string
  readonly config: ExperimentConfig
  /** Where these settings differ from the study's, one plain sentence each; empty when they do not. */
  readonly differsFromStudy: readonly string[]
  readonly environment: {
    readonly commit: string | null
    readonly node: string
    readonly backend: string
    readonly platform: string
    readonly date: string
  }
  readonly dataset: {
    readonly hash: string
    readonly corpus: string
    readonly files: SplitCounts
    readonly melodies: SplitCounts
    /** How many files or tracks each reason dropped. */
    readonly dropped: Readonly<Record<string, number>>
  }
  /** Optimizer steps behind the published weights: those of the lowest validation loss (ADR 20). */
  readonly step: number
  readonly trainingSeconds: number
  readonly eventsPerSecond: number
  /** Names of tensors restored by a warm start; null when trained from scratch. */
  readonly restored: readonly string[] | null
  readonly curve: readonly MetricRow[]
  /** Melodies of the test side, dropout off; the curve's rows without dropout are of the validation side. */
  readonly test: Metrics
  /** The end of the run, as the study published it; absent where its weights are the published ones. */
  readonly last?: { readonly step: number; readonly test: Metrics }
  readonly baselines: {
    /** Loss of predicting the training set's label frequencies, nats a step, on the same held-out steps. */
    readonly unigramLoss: number
    /** Accuracy of always saying the training set's commonest label. */
    readonly majorityAccuracy: number
  }
  readonly checkpoint: { readonly path: string; readonly sha256: string; readonly bytes: number }
  /** Paths of the MIDI files, relative to the folder that holds `generated_melodies/`. */
  readonly melodies: readonly string[]
}
