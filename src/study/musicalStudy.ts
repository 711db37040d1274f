import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MelodyRow } from '../dataset/dataset.ts'
import { type StretchIndex, stretchIndex } from '../dataset/sharedStretch.ts'
import { CLAIM_METRICS } from '../evaluation/musical/claimMetrics.ts'
import { judgeClaims } from '../evaluation/claims.ts'
import { compareRanks } from '../evaluation/besideHuman.ts'
import { compareSets } from '../evaluation/compareSets.ts'
import { measureContinuation } from '../evaluation/musical/continuation.ts'
import { overlay } from '../evaluation/overlay.ts'
import { primerFidelity } from '../evaluation/fidelity.ts'
import { bestMode, leadingNote } from '../evaluation/musical/keys.ts'
import { measurePiece, METRICS, type MusicalMetric, tonicOf } from '../evaluation/musical/metrics.ts'
import { developments } from '../evaluation/musical/motifs.ts'
import { intervalsOf, type Piece, pieceOf } from '../evaluation/musical/piece.ts'
import { spreadOfValues } from '../evaluation/musical/reference.ts'
import { selfSimilarity } from '../evaluation/musical/structure.ts'
import { cliffsDelta, differenceEstimate, holm, meanEstimate, signFlipProbability } from '../evaluation/statistics.ts'
import { continueMany } from '../generation/continueMany.ts'
import { primerOrders } from '../generation/orders.ts'
import { openModelFile } from '../generation/modelFile.ts'
import { PRIMER_NAMES, type PrimerName, primerOfEvents, primers } from '../generation/primers.ts'
import type {
  ByIteration,
  ExperimentConfig,
  IterationName,
  Scale,
  StudyIterationName,
} from '../config/experimentConfig.ts'
import {
  type Contrast,
  END_OF_TRANSFER,
  type FidelityReport,
  type HumanComparison,
  type Mean,
  type MetricDefinition,
  type MetricReport,
  type MotionReport,
  type MusicalReport,
  type NearestMelody,
  type NoveltyReport,
  type SetDistance,
  type SetName,
  type MetricSpread,
} from '../results/musicalReport.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import { eventsOfNotes } from '../melody/melody.ts'
import { quantize } from '../score/quantize.ts'
import { readMidi } from '../score/readMidi.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError } from '../support/errors.ts'
import { namesIn } from '../support/namesIn.ts'
import { isCheckout, projectRoot } from '../support/projectRoot.ts'
import { readMusicalReport } from '../results/publishedResults.ts'
import { itemAt, propertyOf, itemWhere } from '../support/itemAt.ts'
import { entriesOf } from '../support/records.ts'
import { eachIteration } from './measuredModel.ts'
import { both } from '../support/both.ts'

/** What is usual in human melodies, of the published report; null if there is none. */
export function humanReference(root: string): Readonly<Record<string, MetricSpread>> | null {
  const report = readMusicalReport(root) ?? (isCheckout ? null : readMusicalReport(projectRoot)) // the package brings one
  return report?.reference ?? null
}

/** A melody's notes, its repeated motifs, and how alike its quarters are: the data of the charts of one melody. */
export function closeUp(events: readonly number[], stepsPerBar = 16) {
  const piece = pieceOf(events, { stepsPerBar })
  return { notes: piece.notes, occurrences: developments(piece), similarity: selfSimilarity(piece) }
}

/** Primers with enough notes to be told from one another. */
const TOLD_APART: readonly PrimerName[] = ['major', 'minor', 'arp', 'bach', 'modal']

/** A set of pieces with their measures, side by side. */
export interface MeasuredSet {
  readonly name: SetName
  readonly pieces: readonly MeasuredPiece[]
}

/** A piece with its measures. */
export interface MeasuredPiece {
  /** Null for a human melody. */
  readonly primer: PrimerName | null
  readonly number: number
  readonly piece: Piece
  /** Pitch class that is home; null if there is none. */
  readonly tonic: number | null
  /** Its resampling unit: the family of a human melody; a generated piece stands for itself. */
  readonly unit: string
  /** First step that was not given: the piece counts its time from there. */
  readonly from: number
  /** What the piece was made of, without the primer. */
  readonly events: readonly number[]
  readonly values: Readonly<Record<string, number>>
}

/** Everything the musical evaluation is made from. */
export interface MusicalMaterial {
  readonly models: ByIteration<ModelOfMusic>
  /** Test melodies of the two sets. */
  readonly human: { readonly general: readonly MelodyRow[]; readonly style: readonly MelodyRow[] }
  /** Iteration 2.2 at the end of its run; null where its published weights are of the end, or those of the end are not kept. */
  readonly endOfTransfer?: Pick<ModelOfMusic, 'config' | 'weightsFile'> | null
  /** Folder of the study's MIDI files, by iteration; null if they are not here. */
  readonly studyMelodies: string | null
  readonly fileOf: (path: string) => {
    readonly title: string | null
    readonly source: string
    readonly licence: string
    /** Whether its notes may be shown. */
    readonly mayBeShown: boolean
  }
}

/** A model of the musical evaluation. */
export interface ModelOfMusic {
  readonly run: string
  readonly steps: number
  /** Steps its run went on to; absent where the weights are those of its end. */
  readonly made?: number
  readonly config: ExperimentConfig
  readonly weightsFile: string
  /** Melodies it was trained on, including those of its parent. */
  readonly trainedOn: readonly MelodyRow[]
}

/** Continuations of each primer by each model, and their length in steps with the primer, where nothing else is asked for. */
export const [PER_CELL, TOTAL_STEPS] = [100, 128]

/** Options of the musical evaluation. */
export interface MusicalOptions {
  /** Continuations of each primer by each iteration; 100. */
  readonly perCell?: number
  readonly totalSteps?: number
  readonly draws?: number
}

/** A smaller scale has fewer continuations per cell: seconds, and wider intervals. */
export const MUSICAL_SIZES: Readonly<Record<Scale, MusicalOptions>> = {
  smoke: { perCell: 2, draws: 500 },
  quick: { perCell: 20, draws: 2000 },
  full: {},
}

/** Measures continuations, human melodies and the study's own files in every metric, and compares them. */
export async function musicalStudy(
  material: MusicalMaterial,
  options: MusicalOptions,
  effects: Effects,
): Promise<MusicalReport> {
  const { perCell = PER_CELL, totalSteps = TOTAL_STEPS, draws = 10_000 } = options
  const { sets, atTheEnd } = await measureSets(material, { perCell, totalSteps }, effects)
  const { novelty, nearest } = noveltyOf(sets, material)
  const heard = [...sets, ...atTheEnd]
  const ofAll = contrastsOf(heard, draws)
  const contrasts = [...ofAll, ...claimContrasts(heard, ofAll, draws)]
  const runs = eachIteration(material.models, runOf)
  return {
    format: 'cantus-musical-1',
    runs,
    seed: material.models['1'].config.seed,
    ...{ perCell, totalSteps },
    definitions: METRICS.map(definitionOf),
    claimDefinitions: CLAIM_METRICS.map(definitionOf),
    reference: wholeReference([...material.human.general, ...material.human.style]),
    metrics: METRICS.map(({ id }) => metricReport(id, sets, draws)),
    contrasts,
    distances: distancesOf(sets),
    besideHuman: besideHuman(sets, draws),
    motion: sets.map(motionOf),
    fidelity: sets.filter(({ name }) => !name.startsWith('human')).map((set) => fidelityOf(set, TOLD_APART)),
    fidelityOnStudyPrimers: fidelityOnStudyPrimers(sets),
    ...{ novelty, nearest },
    studyPieces: studyPieces(sets),
    claims: judgeClaims(contrasts, runs),
  }
}

/** The sets of the evaluation, and what is measured for the study's claims alone. */
async function measureSets(
  material: MusicalMaterial,
  sizes: Pick<MusicalReport, 'perCell' | 'totalSteps'>,
  effects: Effects,
): Promise<{ readonly sets: readonly MeasuredSet[]; readonly atTheEnd: readonly MeasuredSet[] }> {
  const { endOfTransfer = null } = material
  const count = 2 + Object.keys(material.models).length + STUDY_ITERATIONS.length + (endOfTransfer === null ? 0 : 1)
  const bar = effects.reporter.bar('Musical evaluation', count, 'sets')
  const sets: MeasuredSet[] = []
  const atTheEnd: MeasuredSet[] = []
  const add = async (make: () => MeasuredSet | Promise<MeasuredSet>, to = sets): Promise<void> => {
    if (effects.signal.aborted) throw new InterruptedError('evaluation stopped; run the same command to repeat it')
    const set = await make()
    if (set.pieces.length > 0) to.push(set)
    bar.update(sets.length + atTheEnd.length, set.name)
  }
  try {
    await add(() => humanSet('human general', material.human.general, sizes.totalSteps))
    await add(() => humanSet('human style', material.human.style, sizes.totalSteps))
    for (const model of Object.values(material.models)) await add(() => oursSet(model, sizes))
    for (const name of STUDY_ITERATIONS) await add(() => studySet(name, material.studyMelodies))
    if (endOfTransfer !== null) await add(() => endOfTransferSet(endOfTransfer, sizes), atTheEnd)
  } finally {
    bar.stop()
  }
  return { sets, atTheEnd }
}

/** A metric as the report describes it. */
export function definitionOf({ id, title, criterion, formula, unit, ...metric }: MusicalMetric): MetricDefinition {
  const { range, undefinedWhen, source } = metric
  const [low, high] = range
  return {
    ...{ id, title, criterion, formula, unit },
    range: [low, Number.isFinite(high) ? high : null],
    ...{ undefinedWhen, source },
  }
}

/** The first bars of each melody, as long as the continuations with their primers; its home is the key it is in. */
export function humanSet(name: SetName, melodies: readonly MelodyRow[], totalSteps: number): MeasuredSet {
  const pieces = melodies.map(({ events, stepsPerBar, stepsPerQuarter, family }, number): MeasuredPiece => {
    const own = events.slice(0, totalSteps)
    const piece = pieceOf(own, { stepsPerBar, stepsPerQuarter })
    const tonic = tonicOf(piece)
    const values = measurePiece(piece, { tonic, primer: null })
    return { primer: null, number, unit: family, piece, tonic, from: 0, events: own, values }
  })
  return { name, pieces }
}

function wholeReference(melodies: readonly MelodyRow[]): Record<string, MetricSpread> {
  const values = melodies.map(({ events, stepsPerBar, stepsPerQuarter }) => {
    const piece = pieceOf(events, { stepsPerBar, stepsPerQuarter })
    return measurePiece(piece, { tonic: tonicOf(piece), primer: null })
  })
  return Object.fromEntries(METRICS.map(({ id }) => [id, spreadOfValues(values.map((each) => propertyOf(each, id)))]))
}

/** What an iteration makes of the primers, measured. */
export async function oursSet(
  { weightsFile, config }: Pick<ModelOfMusic, 'weightsFile' | 'config'>,
  { perCell, totalSteps }: Pick<MusicalReport, 'perCell' | 'totalSteps'>,
  asked: readonly PrimerName[] = PRIMER_NAMES,
): Promise<MeasuredSet> {
  const { model } = await openModelFile(weightsFile, 'native')
  const pieces: MeasuredPiece[] = []
  for (const primer of asked) {
    const ordered = primerOrders(primer, perCell, { ...config, generation: { ...config.generation, totalSteps } })
    const made = await continueMany(
      model,
      ordered.map(({ recipe }) => recipe),
    )
    made.forEach(({ events }, n) =>
      pieces.push(continuation(primer, n + 1, events, itemAt(ordered, n).recipe.conditionedOn.length)),
    )
  }
  return { name: `ours ${config.iteration}`, pieces }
}

/** What iteration 2.2 makes of the primers at the end of its run: the study's claims about it are about such melodies. */
export const endOfTransferSet = async (...asked: Parameters<typeof oursSet>): Promise<MeasuredSet> => ({
  ...(await oursSet(...asked)),
  name: END_OF_TRANSFER,
})

function continuation(primer: PrimerName, number: number, events: readonly number[], from: number): MeasuredPiece {
  const unit = `${primer} ${number}`
  return { primer, number, unit, from, events: events.slice(from), ...measureContinuation(primer, events, from) }
}

/** The study's own files of an iteration, cut where its primer and what Magenta appends end. */
export async function studySet(iteration: StudyIterationName, folder: string | null): Promise<MeasuredSet> {
  const name: SetName = `study ${iteration}`
  const own = folder === null ? null : join(folder, `Iteration_${iteration}`)
  if (own === null || !existsSync(own)) return { name, pieces: [] }
  const files = await namesIn(own, '.mid')
  const pieces = await Promise.all(
    files.map(async (file) => {
      const [, named = '', number = ''] = /_([a-z_]+)_nr_(\d+)\.mid$/.exec(file.replace(/^it_[\d.]+/, '')) ?? []
      const primer = itemWhere(PRIMER_NAMES, (each) => each === named)
      const events = eventsOfMidi(await readFile(join(own, file)))
      const from = primerOfEvents(primers[primer], true).conditionedOn.length
      return continuation(primer, Number(number), events, from)
    }),
  )
  return { name, pieces }
}

/** The study's melodies one by one, as what stands beside ours of the same name. */
function studyPieces(sets: readonly MeasuredSet[]): NonNullable<MusicalReport['studyPieces']> {
  const rows = sets
    .filter(({ name }) => name.startsWith('study'))
    .flatMap(({ name, pieces }) =>
      pieces.map(({ primer, number, values }) => {
        const known = Object.entries(values).map(([id, value]) => [id, Number.isNaN(value) ? null : value])
        return [`it_${name.replace('study ', '')}_${primer}_nr_${number}`, Object.fromEntries(known)] as const
      }),
    )
  return Object.fromEntries(rows)
}

/** The notes of a file of one voice on sixteenths, as events. */
function eventsOfMidi(bytes: Uint8Array): number[] {
  const { notes, totalSteps } = quantize(readMidi(bytes), 4)
  return eventsOfNotes(
    notes.toSorted((a, b) => a.startStep - b.startStep),
    totalSteps,
  )
}

const valuesOf = ({ pieces }: MeasuredSet, id: string): number[] => pieces.map(({ values }) => propertyOf(values, id))

function metricReport(id: string, sets: readonly MeasuredSet[], draws: number): MetricReport {
  const cells = sets
    .filter(({ name }) => !name.startsWith('human'))
    .map((set) => [set.name, cellsOf(set, id, draws)] as const)
  return {
    id,
    sets: Object.fromEntries(sets.map((set) => [set.name, spreadOfValues(valuesOf(set, id))])),
    cells: Object.fromEntries(cells),
  }
}

function cellsOf({ pieces }: MeasuredSet, id: string, draws: number): Record<string, Mean> {
  const present = PRIMER_NAMES.filter((primer) => pieces.some((piece) => piece.primer === primer))
  const mean = (own: readonly MeasuredPiece[]): Mean =>
    meanEstimate(
      own.map(({ values }) => propertyOf(values, id)),
      { draws },
    )
  return {
    ...Object.fromEntries(present.map((primer) => [primer, mean(pieces.filter((piece) => piece.primer === primer))])),
    all: mean(pieces),
  }
}

/** Each step of the study, on our melodies and on its own. */
const STEPS: readonly (readonly [SetName, SetName])[] = [
  ['ours 1', 'ours 2.1'],
  ['ours 2.1', 'ours 2.2'],
  ['ours 2.1', END_OF_TRANSFER],
  ['ours 2.1', 'ours 3.1'],
  ['ours 2.2', 'ours 3.2'],
  ['ours 3.1', 'ours 3.2'],
  ['study 1', 'study 2.1'],
  ['study 2.1', 'study 2.2'],
]

/** Differences by metric and primer; the probabilities of one pair of sets are corrected together. */
function contrastsOf(sets: readonly MeasuredSet[], draws: number): Contrast[] {
  return STEPS.flatMap(([from, to]) => {
    const [before, after] = [from, to].map((wanted) => sets.find(({ name }) => name === wanted))
    if (before === undefined || after === undefined) return []
    const found = METRICS.flatMap(({ id }) =>
      ['all', ...PRIMER_NAMES].flatMap((primer) => {
        const pair = both([before, after], (set) => pairable(set, primer))
        return pair.some(({ length }) => length === 0) ? [] : [contrast(id, [from, to], primer, pair, draws)]
      }),
    )
    const adjusted = holm(found.map(({ probability }) => probability))
    return found.map((each, n) => ({ ...each, adjusted: itemAt(adjusted, n) }))
  })
}

/**
 * Differences in what the claims alone ask for, of the primer that each is about. What else was asked of the same pair of sets, the
 * family, counts in the correction: every probability is multiplied by the number of all questions (Bonferroni), so that those of
 * the family stay as they are.
 */
export function claimContrasts(
  sets: readonly MeasuredSet[],
  family: readonly Pick<Contrast, 'from' | 'to'>[],
  draws: number,
): Contrast[] {
  return STEPS.flatMap(([from, to]) => {
    const [before, after] = [from, to].map((wanted) => sets.find(({ name }) => name === wanted))
    if (before === undefined || after === undefined) return []
    const questions = family.filter((each) => each.from === from && each.to === to).length + CLAIM_METRICS.length
    return CLAIM_METRICS.flatMap((metric) => {
      const pair = both([before, after], (set) => pairable(set, metric.primer).map((each) => measuredBy(metric, each)))
      if (pair.some(({ length }) => length === 0)) return []
      const found = contrast(metric.id, [from, to], metric.primer, pair, draws)
      return [{ ...found, adjusted: Math.min(1, found.probability * questions) }]
    })
  })
}

/** A piece with that measure alone, on the beats of its primer. */
function measuredBy({ id, of }: MusicalMetric, measured: MeasuredPiece): MeasuredPiece {
  const { piece, tonic, from } = measured
  const notes = piece.notes.map(({ pitch, startStep, endStep }) => {
    return { pitch, startStep: startStep + from, endStep: endStep + from }
  })
  return { ...measured, values: { [id]: of({ ...piece, notes }, { tonic, primer: null }) } }
}

const pairable = ({ pieces }: MeasuredSet, primer: string): MeasuredPiece[] =>
  pieces.filter((piece) => primer === 'all' || piece.primer === primer)

function contrast(
  metric: string,
  [from, to]: readonly [SetName, SetName],
  primer: string,
  [before, after]: readonly [readonly MeasuredPiece[], readonly MeasuredPiece[]],
  draws: number,
): Omit<Contrast, 'adjusted'> {
  const [a, b] = both([before, after], (pieces) => pieces.map(({ values }) => propertyOf(values, metric)))
  // Continuations of one primer with one number are a pair: the same question, the same place in the draw.
  const partners = new Map(before.map((piece) => [`${piece.primer} ${piece.number}`, propertyOf(piece.values, metric)]))
  const pairs = after.map(
    ({ primer: own, number, values }) => propertyOf(values, metric) - (partners.get(`${own} ${number}`) ?? NaN),
  )
  return {
    ...{ metric, from, to, primer },
    difference: differenceEstimate(a, b, { draws }),
    effect: cliffsDelta(a, b),
    probability: signFlipProbability(pairs),
  }
}

/** Pieces of a set that its distances are taken of: their number grows with the square. */
const MOST_COMPARED = 300

function distancesOf(sets: readonly MeasuredSet[]): SetDistance[] {
  const reference = sets.find(({ name }) => name === 'human general')
  if (reference === undefined) return []
  const some = (set: MeasuredSet, id: string): number[] => spaced(valuesOf(set, id), MOST_COMPARED)
  return METRICS.flatMap(({ id }) =>
    sets
      .filter((set) => set !== reference)
      .map((set) => ({
        ...{ metric: id, reference: reference.name, set: set.name },
        ...compareSets(some(reference, id), some(set, id)),
      })),
  )
}

/** A rank comparison with intervals needs no more: its percentiles have two digits. */
const MOST_RANK_DRAWS = 2000

function besideHuman(sets: readonly MeasuredSet[], draws: number): HumanComparison[] {
  const human = sets.find(({ name }) => name === 'human general')
  if (human === undefined) return []
  const valued = ({ pieces }: MeasuredSet, id: string) =>
    pieces.map(({ values, unit }) => ({ value: propertyOf(values, id), unit }))
  const options = { draws: Math.min(draws, MOST_RANK_DRAWS) }
  return METRICS.flatMap(({ id }) =>
    sets
      .filter(({ name }) => !name.startsWith('human'))
      .map((set) => ({ metric: id, set: set.name, ...compareRanks(valued(human, id), valued(set, id), options) })),
  )
}

/** This many of the values, evenly spaced. */
function spaced(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values]
  return Array.from({ length: most }, (_, n) => itemAt(values, Math.floor((n * values.length) / most)))
}

const LARGEST_INTERVAL = 12

function motionOf({ name, pieces }: MeasuredSet): MotionReport {
  const sizes = pieces.flatMap(({ piece }) =>
    intervalsOf(piece).map((size) => Math.min(LARGEST_INTERVAL + 1, Math.abs(size))),
  )
  const counts = new Array<number>(LARGEST_INTERVAL + 2).fill(0)
  for (const size of sizes) counts[size] = itemAt(counts, size) + 1
  const leading = pieces.map(({ piece, tonic }) => leadingNotesOf(piece, tonic))
  return {
    set: name,
    intervals: sizes.length,
    shares: counts.map((count) => count / sizes.length),
    leadingNotes: leading.reduce((sum, { followed }) => sum + followed, 0),
    resolved: leading.reduce((sum, { resolved }) => sum + resolved, 0),
  }
}

function leadingNotesOf(piece: Piece, tonic: number | null): { resolved: number; followed: number } {
  const mode = tonic === null ? undefined : bestMode(piece, tonic)?.mode
  return mode === undefined || tonic === null ? { resolved: 0, followed: 0 } : leadingNote(piece, tonic, mode)
}

/** The primers, of those that can be told apart, that a set has continuations of. */
const toldPrimers = ({ pieces }: MeasuredSet): PrimerName[] =>
  TOLD_APART.filter((primer) => pieces.some((piece) => piece.primer === primer))

/** Ours on the primers of the study's files alone, where these are fewer. */
function fidelityOnStudyPrimers(sets: readonly MeasuredSet[]): FidelityReport[] {
  return sets.flatMap((set) => {
    const study = sets.find(({ name }) => name === set.name.replace('ours', 'study') && name !== set.name)
    const told = study === undefined ? [] : toldPrimers(study)
    return told.length < 2 || told.length === toldPrimers(set).length ? [] : [fidelityOf(set, told)]
  })
}

function fidelityOf({ name, pieces }: MeasuredSet, asked: readonly PrimerName[]): FidelityReport {
  const own = (primer: PrimerName): Piece[] => pieces.filter((each) => each.primer === primer).map(({ piece }) => piece)
  const told = asked.filter((primer) => own(primer).length > 0)
  const given = Object.fromEntries(told.map((primer) => [primer, pieceOf(primers[primer])]))
  return { set: name, ...primerFidelity(given, Object.fromEntries(told.map((primer) => [primer, own(primer)]))) }
}

const PUBLISHED = 5

/** The human melodies that are held against the training melodies of a model, once for those who share them. */
const HUMAN_BESIDE: Partial<Record<IterationName, readonly SetName[]>> = {
  '2.1': ['human general'],
  '2.2': ['human style'],
}

/** What each set shares with the training melodies of its model; human melodies with those of the general one. */
function noveltyOf(
  sets: readonly MeasuredSet[],
  { models, fileOf }: MusicalMaterial,
): { novelty: NoveltyReport[]; nearest: NearestMelody[] } {
  const novelty: NoveltyReport[] = []
  const nearest: NearestMelody[] = []
  for (const [iteration, { trainedOn }] of entriesOf(models)) {
    const index = stretchIndex(trainedOn.map(({ events }) => events))
    const human = HUMAN_BESIDE[iteration] ?? []
    for (const set of sets.filter(({ name }) => name === `ours ${iteration}` || human.includes(name))) {
      novelty.push({ ...stretches(set, index), trainedOn: iteration, trainingMelodies: trainedOn.length })
      if (set.name.startsWith('ours')) nearest.push(...nearestOf(iteration, set, index, trainedOn, fileOf))
    }
  }
  return { novelty, nearest }
}

/** What the pieces of a set share with the melodies of an index. */
export function stretches(set: MeasuredSet, index: StretchIndex): Pick<NoveltyReport, 'set' | 'longest' | 'share'> {
  const found = set.pieces.map(({ events, piece }) => {
    return { length: index.longest(events).length, moves: Math.max(0, piece.notes.length - 1) }
  })
  return {
    set: set.name,
    longest: spreadOfValues(found.map(({ length, moves }) => (moves === 0 ? NaN : length))),
    share: spreadOfValues(found.map(({ length, moves }) => (moves === 0 ? NaN : length / moves))),
  }
}

function nearestOf(
  iteration: IterationName,
  { pieces }: MeasuredSet,
  index: StretchIndex,
  trainedOn: readonly MelodyRow[],
  fileOf: MusicalMaterial['fileOf'],
): NearestMelody[] {
  return pieces
    .filter(({ number }) => number <= PUBLISHED)
    .map(({ primer, number, events }) => {
      const { length, start, melody, at } = index.longest(events)
      const row = trainedOn[melody]
      const file = row === undefined ? null : fileOf(row.path)
      const shown = row !== undefined && file !== null && file.mayBeShown
      return {
        melody: `it_${iteration}_${primer}_nr_${number}`,
        ...{ moves: length, start, at, id: row?.id ?? null },
        ...{ title: file?.title ?? null, source: file?.source ?? null, licence: file?.licence ?? null },
        overlay: shown ? overlay(events, row.events, { start, at }) : null,
      }
    })
}

const runOf = ({ run, steps, made }: ModelOfMusic): MusicalReport['runs']['1'] =>
  made === undefined ? { run, steps } : { run, steps, made }
