import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { iteration1 } from '../config/iteration1.ts'
import { buildDataset, type CorpusRequest } from '../dataset/buildDataset.ts'
import type { Dataset, FileRow, MelodyRow, Split } from '../dataset/dataset.ts'
import { eventEncoding } from '../dataset/encoding.ts'
import { decodeMelodySet, type MelodySet } from '../dataset/melodySet.ts'
import { firstOfEach, generalFiles } from '../dataset/selectPart.ts'
import { type Baselines, labelBaselines } from '../evaluation/baselines.ts'
import { testScores } from '../evaluation/intervals.ts'
import { evaluateEach, type EvaluationOptions } from '../evaluation/numerical.ts'
import { findModel, trainedOnBeside } from '../generation/findModel.ts'
import { loadWeights, modelWeights } from '../model/checkpoint.ts'
import type { TestScores, TestSet } from '../results/summary.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { counted } from '../support/text/counted.ts'
import { BOOTSTRAP, eventsOf, withFamilies } from './measuredModel.ts'
import { type PredictorScores, predictorScores } from './predictorScores.ts'
import { entriesOf, numberOf } from '../support/records.ts'

/** Options of `evaluateModel`. */
export interface EvaluateOptions extends CorpusRequest {
  /** An iteration, a run, or a checkpoint's file. */
  readonly model: string
  /** The side of the corpus that is measured; `all` = all of it. */
  readonly split: Split | 'all'
  /** Melodies that the model was trained on: refused, left out, or measured with the others. */
  readonly seen: 'refuse' | 'leave-out' | 'include'
  readonly engine: NonNullable<EvaluationOptions['engine']>
  readonly loose?: boolean
  readonly folders: StudyFolders
}

/** The scores of a model on a corpus. */
export interface EvaluationReport {
  readonly checkpoint: string
  readonly sha256: string
  readonly step: number | null
  readonly encoding: string
  readonly engine: EvaluateOptions['engine']
  readonly corpus: string
  /** By set: general music, and what lies in a folder named with `--style`; a set without files is left out. */
  readonly test: Partial<Readonly<Record<TestSet, TestScores>>>
  /** What the event frequencies of the set's own training side reach on the same melodies; a set without one is left out. */
  readonly baselines: Partial<Readonly<Record<TestSet, Baselines>>>
  /**
   * Predictors without a network on the same melodies, each melody by one that has counted other families of this corpus: the
   * training side, or for a melody of that side the test side. A set that lacks one of them is left out.
   */
  readonly predictors: Partial<Readonly<Record<TestSet, readonly PredictorScores[]>>>
  readonly melodies: {
    /** Of the sides asked for, in the files that could be read. */
    readonly found: number
    /** The same melody in whatever key: measured once. */
    readonly copies: number
    /** Those the model was trained on; null if nothing says which they were. */
    readonly seen: number | null
    readonly measured: number
  }
}

/**
 * How well a model predicts the melodies of any folder of music, with intervals by bootstrap over families of like files.
 * @throws UserError when there is nothing to measure, or the model has seen some of it and nobody asked for that by name.
 */
export async function evaluateModel(options: EvaluateOptions, effects: Effects): Promise<EvaluationReport> {
  const { folders, corpus, style } = options
  const path = await findModel({ source: options.model }, folders)
  const { checkpoint, sha256 } = await loadWeights(path)
  const extraction = { ...iteration1.data.extraction, ...(options.loose ? { ignorePolyphonic: true } : {}) }
  const { validation, test } = iteration1.data.split
  const dataset = await buildDataset({ corpus, style }, extraction, { validation, test }, folders, effects)
  const chosen = chooseMelodies(dataset, options, await seenBy(path))
  const named = [...corpus, ...style].join(', ') || 'the embedded tunes'
  const scores: Partial<Record<TestSet, TestScores>> = {}
  const baselines: Partial<Record<TestSet, Baselines>> = {}
  const predictors: Partial<Record<TestSet, PredictorScores[]>> = {}
  for (const [set, melodies] of entriesOf(chosen.sets)) {
    if (melodies.length === 0) throw nothingToMeasure(set, named, dataset.files, options)
    const weights = modelWeights(checkpoint)
    const each = await evaluateEach(checkpoint.spec, weights, melodies, effects, { engine: options.engine })
    scores[set] = testScores(withFamilies(each, melodies), BOOTSTRAP)
    const train = chosen.train[set]
    if (train.length > 0) baselines[set] = labelBaselines(checkpoint.spec, eventsOf(train), eventsOf(melodies))
    const found = await predictorScores(
      { encoding: eventEncoding(checkpoint.spec), all: chosen.all[set], melodies },
      effects,
    )
    if (found !== null) predictors[set] = found
  }
  return {
    checkpoint: relative(process.cwd(), path),
    sha256,
    step: numberOf(checkpoint.state, 'step') ?? null,
    encoding: checkpoint.spec.encoding,
    engine: options.engine,
    corpus: named,
    test: scores,
    baselines,
    predictors,
    melodies: chosen.counts,
  }
}

async function seenBy(weights: string): Promise<MelodySet | null> {
  const list = trainedOnBeside(weights)
  return list === null ? null : decodeMelodySet(await readFile(list), list)
}

interface ChosenMelodies {
  readonly sets: Partial<Record<TestSet, MelodyRow[]>>
  /** The training side of each, whatever is measured. */
  readonly train: Record<TestSet, MelodyRow[]>
  /** All of each. */
  readonly all: Record<TestSet, MelodyRow[]>
  readonly counts: EvaluationReport['melodies']
}

function chooseMelodies(dataset: Dataset, options: EvaluateOptions, known: MelodySet | null): ChosenMelodies {
  const asked = setsOf(dataset)
  const found = [...asked.style, ...asked.general].filter(
    ({ split }) => options.split === 'all' || split === options.split,
  )
  const distinct = firstOfEach(found)
  const isSeen = ({ canonicalHash }: MelodyRow): boolean => known?.has(canonicalHash) ?? false
  const seen = known === null ? null : distinct.filter(isSeen).length
  if (seen !== null && seen > 0 && options.seen === 'refuse') throw seenBefore(seen, distinct.length, options)
  const kept = new Set(distinct.filter((row) => options.seen === 'include' || !isSeen(row)))
  const chosen = (rows: readonly MelodyRow[]): MelodyRow[] => rows.filter((row) => kept.has(row))
  const hasStyle = dataset.files.some(({ style }) => style !== null)
  const hasGeneral = asked.general.length > 0 || !hasStyle
  return {
    sets: {
      ...(hasGeneral ? { general: chosen(asked.general) } : {}),
      ...(hasStyle ? { style: chosen(asked.style) } : {}),
    },
    all: asked,
    train: { general: trainingSide(asked.general), style: trainingSide(asked.style) },
    counts: { found: found.length, copies: found.length - distinct.length, seen, measured: kept.size },
  }
}

const trainingSide = (rows: readonly MelodyRow[]): MelodyRow[] => rows.filter(({ split }) => split === 'train')

/** The style's melodies, and the general ones; what is kin to the style and not of it belongs to neither. */
function setsOf({ files, melodies }: Dataset): Record<TestSet, MelodyRow[]> {
  const of = (chosen: readonly FileRow[]): MelodyRow[] => {
    const paths = new Set(chosen.map(({ path }) => path))
    return melodies.filter(({ path }) => paths.has(path))
  }
  return { general: of(generalFiles(files)), style: of(files.filter(({ style }) => style !== null)) }
}

function seenBefore(seen: number, all: number, { model, split }: EvaluateOptions): UserError {
  const side = split === 'all' ? ', --split test the side held out' : ''
  return new UserError(
    `${model} was trained on ${seen} of these ${counted(all, 'melody', 'melodies')}, so its score would partly measure memory: ` +
      `--seen leave-out measures only the others, --seen include all of them${side}`,
  )
}

function nothingToMeasure(
  set: TestSet,
  named: string,
  files: readonly FileRow[],
  { split, seen, model }: EvaluateOptions,
): UserError {
  const side = split === 'all' ? '' : ` on its ${split} side`
  const left = seen === 'leave-out' ? ` that ${model} has not seen` : ''
  return new UserError(
    `no ${set} melody${left} to measure in ${named}${side}: ${counted(files.length, 'file')} gave none ` +
      '(cantus melodies FILE says why; more files may help)',
  )
}
