import { join } from 'node:path'
import { tally } from '../charts/tally.js'
import { buildCorpus } from '../dataset/buildDataset.js'
import type { ConversionOptions } from '../dataset/convertAll.js'
import type { FileRow, MelodyRow, Split } from '../dataset/dataset.js'
import { leakReport, type LeakReport } from '../dataset/leakAudit.js'
import { selectPart, type SelectedPart } from '../dataset/selectPart.js'
import { fileLevelSplit } from '../dataset/split.js'
import { loadDataset, storedSummary } from '../dataset/storedDataset.js'
import { type DatasetWithKin, storePart } from '../dataset/storePart.js'
import type { DataConfig, IterationName } from '../iterations/experimentConfig.js'
import { experiment } from '../iterations/scales.js'
import type { Effects } from '../support/effects.js'
import { UserError } from '../support/errors.js'
import { type CorpusOptions, corpusJob, extractionBy } from './corpusJob.js'

export type SplitNumbers = Readonly<Record<Split, number>>

/** What an iteration's part of a data set holds. */
export interface PartCounts {
  readonly files: SplitNumbers
  readonly families: number
  /** Those that are kept. */
  readonly melodies: SplitNumbers
  readonly removed: SelectedPart['removed']
  /** Events of the training melodies, one a step. */
  readonly trainingSteps: number
}

/** One row a style's label or, in general music, a source. */
export interface PartSource {
  readonly group: string
  readonly files: number
  readonly melodies: SplitNumbers
}

/** An iteration's data set on disk. */
export interface BuiltPart extends PartCounts {
  readonly iteration: IterationName
  readonly data: DataConfig
  readonly folder: string
  /** sha256 over its rows. */
  readonly hash: string
  readonly sources: readonly PartSource[]
}

export interface PartOptions extends CorpusOptions {
  readonly iteration: IterationName
}

/** The data set of an iteration at full scale, by the study's policy or the loose one. */
export function partConfig({ iteration, corpus, policy }: Omit<PartOptions, 'folders' | 'style'>): DataConfig {
  const { data } = experiment(iteration, 'full', corpus.length > 0 ? 'folder' : 'embedded')
  return { ...data, extraction: extractionBy(policy) }
}

/** A data set in memory and the folder it lies in, which SQL can read. */
export interface OpenedDataset extends DatasetWithKin {
  readonly folder: string
}

/**
 * A corpus with its families, built where it is not there yet.
 * @throws as `buildCorpus`.
 */
export async function openDataset(
  options: CorpusOptions,
  effects: Effects,
  conversion?: ConversionOptions,
): Promise<OpenedDataset> {
  const { folder } = await buildCorpus(corpusJob(options), effects, conversion)
  const [dataset, summary] = [await loadDataset(folder), await storedSummary(folder)]
  if (dataset !== null && summary !== null) return { folder, dataset, kinship: summary.kinship }
  throw new UserError(`${folder} was changed while it was read: run the same command again`)
}

/**
 * Writes the data set of one iteration: its files, the melodies it keeps of them, the list of its split.
 * @throws as `buildCorpus`; UserError when the corpus has no such part.
 */
export async function buildPart(
  options: PartOptions,
  effects: Effects,
  conversion?: ConversionOptions,
): Promise<BuiltPart> {
  const opened = await openDataset(options, effects, conversion)
  return writePart(opened, options, effects)
}

/** `buildPart` of a corpus that is at hand. */
export async function writePart(opened: DatasetWithKin, options: PartOptions, effects: Effects): Promise<BuiltPart> {
  const { iteration, folders } = options
  const data = partConfig(options)
  const part = selectPart(opened.dataset, data.part, data.maxMelodiesPerFile)
  const stored = await storePart(part, opened, `iteration-${iteration}`, join(folders.data, 'built'), effects.now())
  return { iteration, data, ...stored, ...countPart(part), sources: partSources(part) }
}

export function countPart(part: SelectedPart): PartCounts {
  return {
    files: bySplit(part.files),
    families: new Set(part.files.map(({ family }) => family)).size,
    melodies: bySplit(keptMelodies(part)),
    removed: part.removed,
    trainingSteps: part.train.reduce((sum, { events }) => sum + events.length, 0),
  }
}

const keptMelodies = ({ train, validation, test }: SelectedPart): MelodyRow[] => [...train, ...validation, ...test]

function bySplit(rows: readonly { readonly split: Split }[]): SplitNumbers {
  return { train: 0, validation: 0, test: 0, ...tally(rows, ({ split }) => split) }
}

function partSources(part: SelectedPart): PartSource[] {
  const groupOf = ({ style, source }: FileRow): string => style ?? source
  const groups = new Map(part.files.map((file) => [file.path, groupOf(file)]))
  const files = Object.entries(tally(part.files, groupOf)).sort(([a], [b]) => (a < b ? -1 : 1))
  const melodies = new Map<string, MelodyRow[]>(files.map(([group]) => [group, []]))
  for (const melody of keptMelodies(part)) melodies.get(groups.get(melody.path)!)!.push(melody)
  return files.map(([group, count]) => ({ group, files: count, melodies: bySplit(melodies.get(group)!) }))
}

/** How much of a part's test melodies its training melodies hold, by two ways of splitting. */
export interface PartLeaks {
  readonly byFamily: LeakReport
  /** The study's way: the same files and all their melodies, each file on a side by itself, nothing removed. */
  readonly byFile: LeakReport
}

/** @param trainedBefore melodies that the iteration this one goes on from was trained on. */
export function partLeaks(
  { dataset }: DatasetWithKin,
  part: SelectedPart,
  trainedBefore: readonly MelodyRow[],
): PartLeaks {
  const groups = new Map(part.files.map(({ path, style, source }) => [path, style ?? source]))
  const groupOf = (path: string): string => groups.get(path)!
  const own = dataset.melodies.filter(({ path }) => groups.has(path))
  const paths = part.files.map(({ path }) => path)
  const sides = fileLevelSplit(paths, TEST_SHARE)
  const tested = new Set(paths.filter((_, n) => sides[n] === 'test'))
  return {
    byFamily: leakReport([...trainedBefore, ...part.train], part.test, groupOf),
    byFile: leakReport(
      own.filter(({ path }) => !tested.has(path)),
      own.filter(({ path }) => tested.has(path)),
      groupOf,
    ),
  }
}

/** The study held out a tenth of its files. */
const TEST_SHARE = 0.1
