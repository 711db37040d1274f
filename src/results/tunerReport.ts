import type { Interval, TestScores } from './summary.ts'

/** A statistic of many compositions with its 95% interval, bootstrapped over them. */
export interface TunerEstimate extends Interval {
  /** Compositions for which it is defined. */
  readonly n: number
}

/** What is measured of a policy, a row each. */
export interface TunerStatistic {
  readonly id: string
  readonly title: string
  readonly formula: string
  readonly unit: 'share' | 'correlation' | 'nats' | 'bits' | 'reward' | 'count'
  /** Of the paper's Table 1: Note RNN, Q, Psi and G. Null for a row it has not. */
  readonly paper: readonly [number, number, number, number] | null
}

/** What the paper's Table 1 counts, and what tuning costs. */
export const TUNER_STATISTICS: readonly TunerStatistic[] = [
  row(
    'excessive',
    'notes excessively repeated',
    'share',
    'steps that repeat too often / steps',
    [0.633, 0, 0.0002, 0.0003],
  ),
  row(
    'autocorrelation1',
    'autocorrelation, lag 1',
    'correlation',
    'mean over compositions',
    [-0.16, -0.11, -0.1, 0.55],
  ),
  row('autocorrelation2', 'autocorrelation, lag 2', 'correlation', 'mean over compositions', [0.14, 0.03, -0.01, 0.31]),
  row('autocorrelation3', 'autocorrelation, lag 3', 'correlation', 'mean over compositions', [-0.13, 0.03, 0.01, 0.17]),
  row(
    'notInKey',
    'notes not in key',
    'share',
    'steps with a note outside the key / steps',
    [0.001, 0.01, 0.006, 0.287],
  ),
  row('startsOnTonic', 'start on the tonic', 'share', 'compositions / compositions', [0.009, 0.288, 0.287, 0]),
  row('leapsResolved', 'leaps resolved', 'share', 'resolved / (resolved + doubled)', [0.772, 0.911, 0.9, 0.522]),
  row('uniqueHigh', 'unique highest note', 'share', 'compositions / compositions', [0.647, 0.564, 0.594, 0.371]),
  row('uniqueLow', 'unique lowest note', 'share', 'compositions / compositions', [0.494, 0.519, 0.583, 0.565]),
  row(
    'inMotif',
    'notes in a motif',
    'share',
    'steps that end eight with three pitches / steps',
    [0.059, 0.757, 0.738, 0.693],
  ),
  row(
    'inRepeatedMotif',
    'notes in a repeated motif',
    'share',
    'steps that end a motif heard before / steps',
    [0.00007, 0.0011, 0.0009, 0.0001],
  ),
  row('inMode', 'notes in the mode', 'share', 'notes of the scale / notes'),
  row('colour', "the mode's own notes", 'share', 'notes that plain major or minor lacks / notes'),
  row('notesAStep', 'notes a step', 'share', 'notes / steps'),
  row('outsideActions', "pitches outside the paper's actions", 'share', 'notes below 48 or above 83 / notes'),
  row('developments', 'motifs developed', 'count', 'motifs that come again transformed / compositions'),
  row(
    'exactRepeats',
    'motifs repeated exactly',
    'count',
    'motifs of four notes or more that come again / compositions',
  ),
  row('logPrior', 'log p a step', 'nats', 'log probability by the prior / steps'),
  row('logPriorANote', 'log p a note', 'nats', 'log probability by the prior / notes'),
  row('bitsAStep', 'cost a step', 'bits', 'KL divergence from the prior / steps'),
  row('bitsANote', 'cost a note', 'bits', 'KL divergence from the prior / notes'),
  row('theory', 'rules a step', 'reward', 'sum of the rules / steps'),
  row('total', 'rules and log p a step', 'reward', '(sum of the rules / c + log p) / steps'),
]

function row(
  id: string,
  title: string,
  unit: TunerStatistic['unit'],
  formula: string,
  paper: TunerStatistic['paper'] = null,
): TunerStatistic {
  return { id, title, unit, formula, paper }
}

/** How new the compositions of a policy are. */
export interface TunerNovelty {
  /** Different stretches of four moves (interval and time between notes) / all of them. */
  readonly distinct: number
  /** Moves in a row that a composition shares with one training melody: mean over compositions, and the most. */
  readonly longestCopy: TunerEstimate
  readonly longestCopyOfAll: number
  readonly trainingMelodies: number
}

/** A policy as it was measured in one setting. */
export interface TunerColumn {
  readonly title: string
  /** What it begins with, and the steps it then composes. */
  readonly start: string
  readonly steps: number
  readonly compositions: number
  readonly statistics: Readonly<Record<string, TunerEstimate>>
  /** Null where no training melodies were at hand. */
  readonly novelty: TunerNovelty | null
}

/** How a policy came about. */
export interface TunedPolicy {
  readonly title: string
  readonly method: string
  readonly preset: string
  readonly tonality: string
  readonly c: number
  readonly discount: number
  readonly seed: number
  /** Actions it was tuned with; 0 without training. */
  readonly steps: number
  /** Seconds of a processor that tuning took. */
  readonly seconds: number
  /** The same for the compositions of its first column, with all that is measured of them. */
  readonly composingSeconds: number
  /** Loss on the held-out melodies the prior was tested on; null where they were not at hand. */
  readonly heldOut: TestScores | null
  /** Columns by the start. */
  readonly columns: Readonly<Record<string, TunerColumn>>
  /** The rewards while tuning, a point each; empty without training. */
  readonly curve: readonly TunerPoint[]
}

/** A row of a tuning's log. */
export interface TunerPoint {
  readonly step: number
  readonly seconds: number
  readonly total: number
  readonly theory: number
  readonly logPrior: number
  readonly divergence: number
  readonly terms: Readonly<Record<string, number>>
}

/** What has to hold, and whether it does. */
export interface TunerCriterion {
  readonly id: string
  readonly title: string
  readonly value: number
  /** The value has to be so low or so high. */
  readonly relation: 'at most' | 'at least' | 'above'
  readonly bound: number
  readonly met: boolean
}

/** A melody from the prior and the tuned policy's from the same seed. */
export interface BeforeAfter {
  readonly primer: string
  /** Files in `generated_melodies`, without extension. */
  readonly before: string
  readonly after: string
}

/** What the networks thought of at each step of one composition. */
export interface ProbabilityImage {
  readonly events: readonly number[]
  /** Events of the rows, and probabilities [steps][events], three digits. */
  readonly rows: readonly number[]
  readonly prior: readonly (readonly number[])[]
  readonly tuned: readonly (readonly number[])[]
}

/** A mode on a root: shares of notes in it, by the prior and by decoding with the rules, and what that costs. */
export interface ModeSweep {
  readonly tonality: string
  readonly prior: TunerEstimate
  readonly shaped: TunerEstimate
  readonly colourOfPrior: TunerEstimate
  readonly colour: TunerEstimate
  readonly bitsANote: TunerEstimate
}

/** `report/results/rl-tuner.json`: all that the report shows of the tuner. */
export interface TunerReport {
  readonly format: 'cantus-tuner-1'
  readonly prior: {
    readonly run: string
    readonly path: string
    readonly sha256: string
    /** Hash of the weights before and after all tuning. */
    readonly unchanged: boolean
  }
  readonly compositions: number
  readonly bootstrap: { readonly draws: number; readonly level: number }
  /** By an id: the paper's setting. */
  readonly policies: Readonly<Record<string, TunedPolicy>>
  /** By an id: the study's modes. */
  readonly modal: Readonly<Record<string, TunedPolicy>>
  readonly modes: readonly ModeSweep[]
  /** Total reward a step of policies that play a hole in the rules, beside the best tuned one. */
  readonly guard: Readonly<Record<'constant' | 'scale' | 'tuned', number>>
  readonly criteria: Readonly<Record<string, TunerCriterion>>
  readonly met: number
  readonly of: number
  readonly melodies: readonly BeforeAfter[]
  readonly image: ProbabilityImage
}
