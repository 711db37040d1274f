import { join } from 'node:path'
import { countIntervals, countPitches } from '../charts/histogram.ts'
import type { StudyIterationName } from '../config/experimentConfig.ts'
import { experiment, parentIteration, STUDY_ITERATIONS, studyIterationOf } from '../config/scales.ts'
import { buildCorpus, type CorpusRequest, type OpenDataset, openCorpus } from '../dataset/buildDataset.ts'
import { catalogue, type Catalogue } from '../dataset/catalogue.ts'
import type { Dataset, FileRow, MelodyRow } from '../dataset/dataset.ts'
import { PASSAGE_RULES } from '../config/passageRules.ts'
import type { Kinship } from '../dataset/placeFiles.ts'
import { hasStyle, selectPart } from '../dataset/selectPart.ts'
import { splitList } from '../dataset/splitList.ts'
import { countPassages } from '../dataset/twoVoices.ts'
import { majorKeys } from '../melody/melody.ts'
import {
  type CorpusReport,
  type FamilyReport,
  type MelodyReport,
  type PartCounts,
  type PartReport,
  type Yield,
  type YieldRow,
  corpusFile,
} from '../results/corpusReport.ts'
import type { Effects } from '../support/effects.ts'
import { writeFileAtomic } from '../support/files.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { readableJson } from '../support/readableJson.ts'
import { tally } from '../support/text/tally.ts'
import { corpusJob, type PolyphonyPolicy } from './corpusJob.ts'
import { countPart, partConfig, partLeaks, writePart } from './corpusPart.ts'
import { environment } from './machine.ts'
import { sharedPassages, VOICE_COLLECTIONS } from './voices/openVoices.ts'
import { itemAt } from '../support/itemAt.ts'

/** The numbers of a data set that depend on its melodies and families. */
export function melodyReport({ files, melodies }: Dataset, kinship: Kinship): MelodyReport {
  const contents = new Set(files.map(({ sha256, path }) => (sha256 === '' ? path : sha256)))
  const distinct = new Set(melodies.map(({ canonicalHash }) => canonicalHash))
  return {
    lengths: describeLengths(melodies),
    pitches: countPitches(melodies),
    intervals: countIntervals(melodies),
    scales: countScales(melodies),
    duplicates: { melodies: melodies.length - distinct.size, files: files.length - contents.size },
    families: { ...familySizes(files), ...kinship },
  }
}

function describeLengths(melodies: readonly MelodyRow[]): MelodyReport['lengths'] {
  const lengths = melodies.map(({ events, stepsPerBar }) => events.length / stepsPerBar).sort((a, b) => a - b)
  const bars = tally(lengths, (length) => String(Math.floor(length)))
  const quartile = (share: number): number => lengths[Math.floor(share * (lengths.length - 1))] ?? 0
  return { bars, quartiles: [0.25, 0.5, 0.75].map(quartile) }
}

function countScales(melodies: readonly MelodyRow[]): number[] {
  const counts = new Array<number>(12).fill(0)
  for (const { events } of melodies) {
    const keys = majorKeys(events)
    for (const key of keys) counts[key] = itemAt(counts, key) + 1 / keys.length
  }
  return counts.map((count) => Number(count.toFixed(2)))
}

/** How many families there are of each size. */
export function familySizes(files: readonly FileRow[]): Pick<FamilyReport, 'count' | 'sizes'> {
  const families = Object.values(tally(files, ({ family }) => family))
  return { count: families.length, sizes: tally(families, String) } // whole numbers: an object lists them ascending
}

/** One row per source: what strict and loose make of the same files; style sources apart. */
export function yieldRows(strict: Catalogue, loose: Catalogue): YieldRow[] {
  return strict.sources.map((row) => {
    const other = loose.sources.find(
      ({ corpus, source, style }) => corpus === row.corpus && source === row.source && style === row.style,
    )
    const { corpus, source, style, files } = row
    return { corpus, source, style, files, strict: yieldOf(row), loose: yieldOf(other ?? nothing) }
  })
}

const nothing = { files: 0, withMelodies: 0, melodies: 0 }

function yieldOf({ files, withMelodies, melodies }: typeof nothing): Yield {
  const melodiesPerFile = files === 0 ? 0 : Number((melodies / files).toFixed(3))
  return { withMelodies, melodies, melodiesPerFile }
}

/** What both policies make of a corpus, built where it is not there yet. @throws as `buildCorpus`. */
export async function corpusYields(
  options: Omit<CorpusReportOptions, 'out'>,
  effects: Effects,
): Promise<{ funnel: Catalogue; yields: YieldRow[] }> {
  const build = (policy: PolyphonyPolicy) => buildCorpus(corpusJob({ ...options, policy }), effects)
  return countYields((await build('strict')).folder, (await build('loose')).folder)
}

async function countYields(strict: string, loose: string): Promise<{ funnel: Catalogue; yields: YieldRow[] }> {
  const funnel = await catalogue(strict)
  return { funnel, yields: yieldRows(funnel, await catalogue(loose)) }
}

/** Where the report of the corpora is published. */
export const reportPath = (root: string): string => join(root, corpusFile.path)

/** Options of the corpus report. */
export interface CorpusReportOptions extends CorpusRequest {
  readonly folders: Pick<StudyFolders, 'data'>
  /** File to write; the list of the split goes beside it. */
  readonly out: string
}

/**
 * Builds the data sets of a corpus by both policies where they are not there yet, and those of the iterations; counts
 * them, looks for leaks, and writes the counts and the list of the split.
 * @throws as `buildCorpus`.
 */
export async function reportCorpus(options: CorpusReportOptions, effects: Effects): Promise<CorpusReport> {
  const open = (policy: PolyphonyPolicy) => openCorpus(corpusJob({ ...options, policy }), effects)
  const [opened, loose] = [await open('strict'), await open('loose')]
  const { funnel, yields } = await countYields(opened.folder, loose.folder)
  const { parts, holders } = await reportParts(opened, countParts(loose, options), options, effects)
  const report: CorpusReport = {
    format: 'cantus-corpus-1',
    corpus: options.corpus,
    style: options.style,
    environment: await environment(effects.now()),
    funnel,
    yields,
    parts,
    ...melodyReport(opened.dataset, opened.kinship),
    ...twoVoicesOf(opened.dataset),
  }
  await writeFileAtomic(
    splitListPath(options.out),
    splitList(opened.dataset.files, (path) => holders.get(path) ?? []),
  )
  await writeFileAtomic(options.out, readableJson(report))
  return report
}

/** The two-voice passages of the shared corpora; nothing where there are none. */
function twoVoicesOf({ melodies }: Dataset): Pick<CorpusReport, 'twoVoices'> {
  const found = sharedPassages(melodies)
  if (found.length === 0) return {}
  return { twoVoices: { collections: [...VOICE_COLLECTIONS], rules: { ...PASSAGE_RULES }, ...countPassages(found) } }
}

/** @example splitListPath('results/corpus.json') // 'results/corpus-split.tsv' */
export const splitListPath = (out: string): string => `${out.replace(/\.json$/, '')}-split.tsv`

/** What each iteration has of a data set. */
function countParts({ dataset }: OpenDataset, options: CorpusRequest): Map<StudyIterationName, PartCounts> {
  const counts = new Map<StudyIterationName, PartCounts>()
  for (const iteration of iterationsOf(dataset)) {
    const { part, maxMelodiesPerFile } = partConfig({ ...options, iteration })
    counts.set(iteration, countPart(selectPart(dataset, part, maxMelodiesPerFile)))
  }
  return counts
}

/** Without music in a style there is no iteration 2.2. */
function iterationsOf({ files }: Dataset): StudyIterationName[] {
  return STUDY_ITERATIONS.filter((iteration) => iteration !== '2.2' || hasStyle(files))
}

async function reportParts(
  opened: OpenDataset,
  loose: ReadonlyMap<StudyIterationName, PartCounts>,
  options: CorpusReportOptions,
  effects: Effects,
): Promise<{ parts: CorpusReport['parts']; holders: Map<string, StudyIterationName[]> }> {
  const parts: Partial<Record<StudyIterationName, PartReport>> = {}
  const holders = new Map<string, StudyIterationName[]>()
  const trained = new Map<StudyIterationName, readonly MelodyRow[]>()
  for (const [iteration, looseCounts] of loose) {
    const { built, part } = await writePart(opened, { ...options, iteration }, effects)
    for (const { path } of part.files) holders.set(path, [...(holders.get(path) ?? []), iteration])
    const parent = parentIteration(experiment(iteration, 'full'))
    effects.reporter.line(`Looking for test melodies of iteration ${iteration} in its training melodies`)
    const leaks = partLeaks(opened, part, (parent === null ? undefined : trained.get(studyIterationOf(parent))) ?? [])
    trained.set(iteration, part.train)
    const { folder: _folder, ...counted } = built
    parts[iteration] = { ...counted, loose: looseCounts, leaks }
  }
  return { parts, holders }
}
