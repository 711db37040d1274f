import * as contour from './contour.ts'
import * as harmony from './harmony.ts'
import * as intervals from './intervals.ts'
import * as keys from './keys.ts'
import * as motifs from './motifs.ts'
import type { Piece } from './piece.ts'
import * as repetition from './repetition.ts'
import * as rhythm from './rhythm.ts'
import * as structure from './structure.ts'

/** What a metric may ask of the place a piece stands in. */
export interface Context {
  /** Pitch class that is home: fixed by a primer, or that of the key found; null if there is none. */
  readonly tonic: number | null
  /** What the piece continues; null for a piece of its own. */
  readonly primer: Piece | null
}

/** One number about a piece: the method section of the musical evaluation, one row per metric. */
export interface MusicalMetric {
  readonly id: string
  readonly title: string
  /** The criterion of listening it stands for. */
  readonly criterion: string
  readonly formula: string
  readonly unit: string
  /** Lowest and highest value there can be. */
  readonly range: readonly [number, number]
  /** Why a piece has no value (NaN). */
  readonly undefinedWhen: string
  readonly source: string
  readonly of: (piece: Piece, context: Context) => number
}

const SHARE = { unit: 'share', range: [0, 1] } as const
const COUNT = { unit: 'count', range: [0, Infinity] } as const
const NO_NOTES = 'it has no notes'
const ONE_NOTE = 'it has fewer than two notes'
const OURS = 'this project'
const MUSDR = 'Wu & Yang 2020 (MusDr)'
const MGEVAL = 'Yang & Lerch 2018 (MGEval)'
const TUNER = 'Jaques et al. 2016 (RL Tuner)'

const modeOn = (piece: Piece, tonic: number | null): keys.Mode | null =>
  tonic === null ? null : (keys.bestMode(piece, tonic)?.mode ?? null)

/** With the mode that fits best on the context's tonic. */
const inMode = (measure: (piece: Piece, tonic: number, mode: keys.Mode) => number) => {
  return (piece: Piece, { tonic }: Context): number => {
    const mode = modeOn(piece, tonic)
    return mode === null || tonic === null ? NaN : measure(piece, tonic, mode)
  }
}

const withPrimer = (measure: (piece: Piece, primer: Piece) => number) => {
  return (piece: Piece, { primer }: Context): number => (primer === null ? NaN : measure(piece, primer))
}

type Row = Omit<MusicalMetric, 'criterion'>

const repetitionRows: readonly Row[] = [
  {
    id: 'excessRepetition',
    title: 'excessively repeated notes',
    ...SHARE,
    undefinedWhen: NO_NOTES,
    source: TUNER,
    formula: 'notes that come more than 4 times after themselves (6 with holds or rests between) / notes',
    of: repetition.excessRepetition,
  },
  {
    id: 'samePitchShare',
    title: 'repeated pitches',
    ...SHARE,
    undefinedWhen: ONE_NOTE,
    source: OURS,
    formula: 'intervals of 0 semitones / intervals',
    of: repetition.samePitchShare,
  },
  {
    id: 'longestSamePitchRun',
    title: 'longest run of one pitch',
    ...COUNT,
    undefinedWhen: NO_NOTES,
    source: OURS,
    formula: 'most notes of one pitch in a row',
    of: repetition.longestSamePitchRun,
  },
  {
    id: 'stillTail',
    title: 'still tail',
    ...SHARE,
    undefinedWhen: 'it has no steps',
    source: OURS,
    formula: 'steps from the beginning of the last note to the end / steps',
    of: repetition.stillTail,
  },
]

const motifRows: readonly Row[] = [
  {
    id: 'motifCoverage',
    title: 'notes in a repeated motif',
    ...SHARE,
    undefinedWhen: NO_NOTES,
    source: OURS,
    formula: 'notes in three-note motifs (intervals and rhythm) that occur twice or more / notes',
    of: motifs.motifCoverage,
  },
  {
    id: 'cosiatecRatio',
    title: 'compression by patterns',
    unit: 'ratio',
    range: [1, Infinity],
    source: 'Meredith 2013 (COSIATEC)',
    undefinedWhen: 'it has no notes, or more than 250',
    formula: 'notes / (points of patterns + vectors that repeat them)',
    of: motifs.cosiatecRatio,
  },
  {
    id: 'development',
    title: 'development over chance',
    unit: 'ratio',
    range: [0, Infinity],
    source: OURS,
    undefinedWhen: 'it has fewer than eight notes',
    formula: '(1 + pairs of four-note motifs that are transformed) / (1 + the same in first-order Markov surrogates)',
    of: (piece) => motifs.developmentOf(piece).ratio,
  },
]

const shapeRows: readonly Row[] = [
  {
    id: 'archShare',
    title: 'phrases that are arches',
    ...SHARE,
    source: 'Huron 1996',
    undefinedWhen: 'it has no phrase of four notes',
    formula: 'phrases whose inner notes lie above their first and their last / phrases',
    of: contour.archShare,
  },
  {
    id: 'uniqueClimax',
    title: 'climax heard once',
    ...SHARE,
    undefinedWhen: NO_NOTES,
    source: TUNER,
    formula: '1 where the highest pitch occurs once, else 0',
    of: contour.uniqueClimax,
  },
  {
    id: 'climaxPlace',
    title: 'place of the climax',
    ...SHARE,
    undefinedWhen: NO_NOTES,
    source: OURS,
    formula: 'beginning of the highest note / length',
    of: contour.climaxPlace,
  },
  {
    id: 'pitchRange',
    title: 'range',
    unit: 'semitones',
    range: [0, 127],
    undefinedWhen: NO_NOTES,
    source: `${MGEVAL}, MusPy`,
    formula: 'highest less lowest pitch',
    of: contour.pitchRange,
  },
  {
    id: 'pitchCount',
    title: 'different pitches',
    ...COUNT,
    undefinedWhen: 'never',
    source: `${MGEVAL}, MusPy`,
    formula: 'number of different pitches',
    of: contour.pitchCount,
  },
]

const harmonyRows: readonly Row[] = [
  {
    id: 'distinctChords',
    title: 'different chords in eight bars',
    ...COUNT,
    source: OURS,
    undefinedWhen: 'no bar has two pitch classes',
    formula: 'mean number of different chords implied by eight bars',
    of: harmony.distinctChords,
  },
  {
    id: 'cadenceShare',
    title: 'chord changes that are V-I',
    ...SHARE,
    source: OURS,
    undefinedWhen: 'no two bars imply different chords',
    formula: 'changes of implied chord from the fifth of the key to its tonic / changes',
    of: harmony.cadenceShare,
  },
  {
    id: 'keyChanges',
    title: 'changes of key per bar',
    ...SHARE,
    source: OURS,
    undefinedWhen: 'it has fewer than two stretches of four bars with four notes',
    formula: 'neighbouring four-bar stretches in different keys / neighbouring stretches',
    of: harmony.keyChanges,
  },
]

const keyRows: readonly Row[] = [
  {
    id: 'diatonicShare',
    title: 'notes in one diatonic scale',
    ...SHARE,
    undefinedWhen: NO_NOTES,
    source: 'MusPy (scale consistency)',
    formula: 'highest share of notes in any of the twelve major scales',
    of: keys.diatonicShare,
  },
  {
    id: 'modeShare',
    title: 'notes in a mode on the tonic',
    ...SHARE,
    undefinedWhen: 'no tonic is known, or no notes',
    source: OURS,
    formula: 'highest share of notes in any of the seven modes on the tonic',
    of: inMode(keys.modeShare),
  },
  {
    id: 'keyClarity',
    title: 'clarity of the key',
    unit: 'correlation',
    range: [-1, 1],
    source: 'Krumhansl & Kessler 1982',
    undefinedWhen: 'nothing sounds, or all pitch classes alike',
    formula: 'highest correlation of pitch-class durations with a key profile',
    of: keys.keyClarity,
  },
  {
    id: 'keyStability',
    title: 'stretches in the key of the whole',
    ...SHARE,
    source: OURS,
    undefinedWhen: 'no two bars have four notes',
    formula: 'two-bar stretches whose key is that of the whole / stretches',
    of: keys.keyStability,
  },
  {
    id: 'foreignOther',
    title: 'foreign notes that do not pass',
    ...SHARE,
    undefinedWhen: 'no tonic is known, or no notes',
    source: OURS,
    formula: 'notes outside the best mode on the tonic, not reached and left by step / notes',
    of: inMode((piece, tonic, mode) => keys.foreignNotes(piece, tonic, mode).other),
  },
  {
    id: 'leadingNoteResolution',
    title: 'leading notes that resolve',
    ...SHARE,
    source: OURS,
    undefinedWhen: 'no tonic is known, or no leading note has a follower',
    formula:
      'leading notes (a half step below the tonic where the mode has one, else a whole step) followed by the tonic / leading notes',
    of: inMode(keys.leadingNoteResolution),
  },
  {
    id: 'dorianShare',
    title: 'notes in dorian on the tonic',
    ...SHARE,
    undefinedWhen: 'no tonic is known, or no notes',
    source: OURS,
    formula: 'notes in the dorian mode on the tonic / notes',
    of: (piece, { tonic }) => (tonic === null ? NaN : keys.modeShare(piece, tonic, 'dorian')),
  },
  {
    id: 'naturalSixth',
    title: 'natural sixths above the tonic',
    ...SHARE,
    undefinedWhen: 'no tonic is known, or no notes',
    source: OURS,
    formula: 'notes nine semitones above the tonic / notes',
    of: (piece, { tonic }) => (tonic === null ? NaN : keys.dorian(piece, tonic).naturalSixth),
  },
]

const motionRows: readonly Row[] = [
  {
    id: 'stepwiseShare',
    title: 'steps of one or two semitones',
    ...SHARE,
    undefinedWhen: ONE_NOTE,
    source: OURS,
    formula: 'intervals of 1 or 2 semitones / intervals',
    of: intervals.stepwiseShare,
  },
  {
    id: 'meanInterval',
    title: 'mean interval',
    unit: 'semitones',
    range: [0, 127],
    undefinedWhen: ONE_NOTE,
    source: MGEVAL,
    formula: 'mean size of the intervals',
    of: intervals.meanInterval,
  },
  {
    id: 'leapShare',
    title: 'leaps of six to nine semitones',
    ...SHARE,
    undefinedWhen: ONE_NOTE,
    source: OURS,
    formula: 'intervals of 6 to 9 semitones / intervals',
    of: intervals.leapShare,
  },
  {
    id: 'arpeggioShare',
    title: 'notes in broken chords',
    ...SHARE,
    undefinedWhen: NO_NOTES,
    source: OURS,
    formula: 'notes in chains of three or more within one triad or seventh / notes',
    of: intervals.arpeggioShare,
  },
  {
    id: 'periodicity8',
    title: 'half-bar figure',
    unit: 'correlation',
    range: [-1, 1],
    source: OURS,
    undefinedWhen: 'fewer than two steps sound eight steps apart, or the pitch never moves',
    formula: 'correlation of what sounds with what sounds eight steps later',
    of: (piece) => intervals.periodicity(piece, 8),
  },
]

const rhythmRows: readonly Row[] = [
  {
    id: 'noteDensity',
    title: 'notes per quarter',
    unit: 'notes',
    range: [0, Infinity],
    undefinedWhen: 'it has no steps',
    source: OURS,
    formula: 'notes / quarters',
    of: rhythm.noteDensity,
  },
  {
    id: 'rhythmEntropy',
    title: 'variety of note lengths',
    unit: 'bits',
    range: [0, Infinity],
    undefinedWhen: ONE_NOTE,
    source: OURS,
    formula: 'entropy of the inter-onset intervals',
    of: rhythm.rhythmEntropy,
  },
  {
    id: 'grooveSimilarity',
    title: 'bars alike in rhythm',
    ...SHARE,
    undefinedWhen: 'it has fewer than two bars',
    source: MUSDR,
    formula: 'mean share of steps on which two bars agree whether a note begins',
    of: rhythm.grooveSimilarity,
  },
  {
    id: 'primerRhythm',
    title: 'rhythm of the primer',
    ...SHARE,
    undefinedWhen: 'there is no primer of two notes',
    source: OURS,
    formula: 'overlap of the inter-onset histograms of primer and piece',
    of: withPrimer(rhythm.rhythmOverlap),
  },
  {
    id: 'primerGroove',
    title: 'groove of the primer',
    ...SHARE,
    undefinedWhen: 'there is no primer of a bar',
    source: `after ${MUSDR}`,
    formula: 'mean share of steps on which a bar of the primer and one of the piece agree whether a note begins',
    of: withPrimer((piece, primer) => (primer.steps < primer.stepsPerBar ? NaN : rhythm.grooveOverlap(primer, piece))),
  },
  {
    id: 'pitchClassEntropy4',
    title: 'variety of pitch classes in four bars',
    unit: 'bits',
    range: [0, Math.log2(12)],
    undefinedWhen: NO_NOTES,
    source: MUSDR,
    formula: 'mean entropy of the pitch classes of all four-bar stretches',
    of: (piece) => rhythm.pitchClassEntropy(piece, 4),
  },
]

const barRow = (lag: number): Row => ({
  id: `barSimilarity${lag}`,
  ...SHARE,
  undefinedWhen: `no two bars with notes are ${lag} apart`,
  source: OURS,
  title: lag === 1 ? 'bars like the one before' : `bars like the one ${lag} before`,
  formula: `mean share of notes (place and pitch) that bars ${lag} apart have in common`,
  of: (piece) => structure.barSimilarity(piece, lag),
})

const structureRows: readonly Row[] = [
  ...[1, 2, 4].map(barRow),
  {
    id: 'lempelZivRatio',
    title: 'new material over shuffled',
    unit: 'ratio',
    range: [0, Infinity],
    source: 'Lempel & Ziv 1976',
    undefinedWhen: 'it has fewer than eight intervals',
    formula: 'Lempel-Ziv phrases of the moves / those of the same moves shuffled',
    of: (piece) => structure.lempelZivRatio(piece),
  },
  {
    id: 'structureness',
    title: 'structureness, one to four bars',
    ...SHARE,
    source: `${MUSDR}, on notes`,
    undefinedWhen: 'it is shorter than a bar',
    formula: 'highest fitness of a stretch of one to four bars in the scape plot of quarters',
    of: (piece) => {
      const { stepsPerBar, stepsPerQuarter, steps } = piece
      const bar = Math.max(1, Math.round(stepsPerBar / stepsPerQuarter))
      const most = structure.MOST_FRAMES * stepsPerQuarter
      const part =
        steps <= most ? piece : { ...piece, steps: most, notes: piece.notes.filter(({ endStep }) => endStep <= most) }
      return structure.structureness(structure.selfSimilarity(part), bar, 4 * bar)
    },
  },
]

const under = (criterion: string, rows: readonly Row[]): MusicalMetric[] => rows.map((row) => ({ ...row, criterion }))

/** All of them, by what they listen for. */
export const METRICS: readonly MusicalMetric[] = [
  ...under('repetition', repetitionRows),
  ...under('motifs', motifRows),
  ...under('melodic shape', shapeRows),
  ...under('implied harmony', harmonyRows),
  ...under('key and mode', keyRows),
  ...under('motion', motionRows),
  ...under('rhythm', rhythmRows),
  ...under('large-scale structure', structureRows),
]

/** Name of a metric in the published results. */
export type MetricId = string

/** Every metric of a piece; NaN where it is not defined: `undefinedWhen` says why. */
export function measurePiece(piece: Piece, context: Context): Record<MetricId, number> {
  return Object.fromEntries(METRICS.map(({ id, of }) => [id, of(piece, context)]))
}

/** The tonic of the key a piece is in; null if there is none. */
export const tonicOf = (piece: Pick<Piece, 'notes'>): number | null => keys.findKey(piece)?.tonic ?? null
