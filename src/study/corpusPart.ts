import { join } from 'node:path'
import { tally } from '../support/text/tally.ts'
import { type OpenDataset, openCorpus } from '../dataset/buildDataset.ts'
import type { ConversionOptions } from '../dataset/convertAll.ts'
import type { MelodyRow, Split } from '../dataset/dataset.ts'
import { leakReport } from '../dataset/leakAudit.ts'
import { selectPart, type SelectedPart } from '../dataset/selectPart.ts'
import { fileLevelSplit } from '../dataset/split.ts'
import { storePart } from '../dataset/storePart.ts'
import type { DataConfig, StudyIterationName } from '../config/experimentConfig.ts'
import { experiment } from '../config/scales.ts'
import type { BuiltPart, PartCounts, PartLeaks, PartSource, SplitNumbers } from '../results/corpusReport.ts'
import type { Effects } from '../support/effects.ts'
import { type CorpusOptions, corpusJob, extractionBy } from './corpusJob.ts'
import { valueAt } from '../support/itemAt.ts'

/** Options of `buildPart`. */
export interface PartOptions extends CorpusOptions {
  readonly iteration: StudyIterationName
}

/** The data set of an iteration at full scale, by the study's policy or the loose one. */
export function partConfig({ iteration, corpus, policy }: Omit<PartOptions, 'folders' | 'style'>): DataConfig {
  const { data } = experiment(iteration, 'full', corpus.length > 0 ? 'folder' : 'embedded')
  return { ...data, extraction: extractionBy(policy) }
}

/**
 * Writes the data set of one iteration: its files, the melodies it keeps of them, the list of its split.
 * @throws as `openCorpus`; UserError when the corpus has no such part.
 */
export async function buildPart(
  options: PartOptions,
  effects: Effects,
  conversion?: ConversionOptions,
): Promise<BuiltPart> {
  const opened = await openCorpus(corpusJob(options), effects, conversion)
  return (await writePart(opened, options, effects)).built
}

/** `buildPart` of a corpus that is at hand, and the melodies themselves. */
export async function writePart(
  opened: OpenDataset,
  options: PartOptions,
  effects: Effects,
): Promise<{ built: BuiltPart; part: SelectedPart }> {
  const { iteration, folders } = options
  const data = partConfig(options)
  const part = selectPart(opened.dataset, data.part, data.maxMelodiesPerFile)
  const stored = await storePart(part, opened, `iteration-${iteration}`, join(folders.data, 'built'), effects.now())
  return { built: { iteration, data, ...stored, ...countPart(part), sources: partSources(part) }, part }
}

/** Counts the melodies of a part. */
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

/** The style's label of each file or, in general music, its source, by path. */
function groupsOf({ files }: SelectedPart): Map<string, string> {
  return new Map(files.map(({ path, style, source }) => [path, style ?? source]))
}

function partSources(part: SelectedPart): PartSource[] {
  const groups = groupsOf(part)
  const files = Object.entries(tally([...groups.values()], (group) => group)).sort(([a], [b]) => (a < b ? -1 : 1))
  const melodies = new Map<string, MelodyRow[]>(files.map(([group]) => [group, []]))
  for (const melody of keptMelodies(part)) valueAt(melodies, valueAt(groups, melody.path)).push(melody)
  return files.map(([group, count]) => ({ group, files: count, melodies: bySplit(valueAt(melodies, group)) }))
}

/** @param trainedBefore melodies that the parent iteration was trained on. */
export function partLeaks(
  { dataset }: Pick<OpenDataset, 'dataset'>,
  part: SelectedPart,
  trainedBefore: readonly MelodyRow[],
): PartLeaks {
  const groups = groupsOf(part)
  const groupOf = (path: string): string => valueAt(groups, path)
  const own = dataset.melodies.filter(({ path }) => groups.has(path))
  const paths = part.files.map(({ path }) => path)
  const sides = fileLevelSplit(paths, { validation: 0, test: TEST_SHARE })
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
