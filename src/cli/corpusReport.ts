import { join } from 'node:path'
import type { Command } from 'commander'
import { countIntervals, countPitches } from '../charts/histogram.ts'
import { tally } from '../support/text/tally.ts'
import { buildCorpus, type CorpusRequest, type OpenedCorpus, openCorpus } from '../dataset/buildDataset.ts'
import { catalogue, type Catalogue } from '../dataset/catalogue.ts'
import type { Dataset, FileRow, MelodyRow } from '../dataset/dataset.ts'
import type { Kinship } from '../dataset/placeFiles.ts'
import { hasStyle, selectPart } from '../dataset/selectPart.ts'
import { splitList } from '../dataset/splitList.ts'
import type { IterationName } from '../config/experimentConfig.ts'
import type { IterationResult } from '../results/iterationResult.ts'
import { experiment, ITERATIONS, parentIteration } from '../config/scales.ts'
import { majorKeys } from '../melody/melody.ts'
import type { Effects } from '../support/effects.ts'
import { readJsonIfThere, writeFileAtomic } from '../support/files.ts'
import { studyFolders, type StudyFolders } from '../support/projectRoot.ts'
import { readableJson } from '../support/readableJson.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { ignoredLines } from './corpusBuild.ts'
import { corpusJob, type Policy } from '../study/corpusJob.ts'
import {
  type BuiltPart,
  countPart,
  type PartCounts,
  partConfig,
  type PartLeaks,
  partLeaks,
  writePart,
} from '../study/corpusPart.ts'
import { environment } from '../study/machine.ts'
import { collect } from './optionParsers.ts'

/** What the melodies of a data set are like, and which are alike. */
export interface MelodyReport {
  /** Melodies by whole bars, shortest first; and their quartiles in bars. */
  readonly lengths: { readonly bars: Readonly<Record<string, number>>; readonly quartiles: readonly number[] }
  /** Notes that begin at each MIDI pitch, 0-127. */
  readonly pitches: readonly number[]
  /** As `countIntervals`: from an octave or more down to an octave or more up. */
  readonly intervals: readonly number[]
  /**
   * Melodies by the major scale that holds most of their notes, from C up in semitones. A melody that several scales fit
   * equally counts in each as a fraction: a third where there are three.
   */
  readonly scales: readonly number[]
  readonly duplicates: {
    /** Melodies that are copies, in whatever key, of an earlier one. */
    readonly melodies: number
    /** Files with the very content of an earlier one. */
    readonly files: number
  }
  readonly families: FamilyReport
}

export interface FamilyReport extends Kinship {
  readonly count: number
  /** Families by their number of files, smallest first. */
  readonly sizes: Readonly<Record<string, number>>
}

/** What a source gives by each policy for tracks with notes that sound together. */
export interface YieldRow {
  /** First part of its files' paths: the archive or folder it lies in. */
  readonly corpus: string
  readonly source: string
  /** Label of the style selection; a source may have files in it and others. */
  readonly style: string | null
  readonly files: number
  readonly strict: Yield
  readonly loose: Yield
}

export interface Yield {
  /** Files that gave a melody. */
  readonly withMelodies: number
  readonly melodies: number
  readonly melodiesPerFile: number
}

/** The data set of an iteration, by both policies. */
export interface PartReport extends Omit<BuiltPart, 'folder'> {
  /** What the loose policy gives the same iteration. */
  readonly loose: PartCounts
  readonly leaks: PartLeaks
}

/** Everything counted of a corpus; what `report/results/corpus.json` holds. */
export interface CorpusReport extends MelodyReport {
  readonly format: 'cantus-corpus-1'
  readonly corpus: readonly string[]
  readonly style: readonly string[]
  readonly environment: Omit<IterationResult['environment'], 'backend'>
  /** From files to melodies by source, reasons, modes and sides of the split, by the study's policy. */
  readonly funnel: Catalogue
  readonly yields: readonly YieldRow[]
  readonly parts: Readonly<Partial<Record<IterationName, PartReport>>>
}

/** The numbers of a data set that hang on its melodies and families. */
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
    for (const key of keys) counts[key]! += 1 / keys.length
  }
  return counts.map((count) => Number(count.toFixed(2)))
}

/** How many families there are, of which sizes. */
export function familySizes(files: readonly FileRow[]): Pick<FamilyReport, 'count' | 'sizes'> {
  const families = Object.values(tally(files, ({ family }) => family))
  return { count: families.length, sizes: tally(families, String) } // whole numbers: an object lists them ascending
}

/** One row a source, what strict and loose make of the same files; sources that are style's apart. */
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
  const build = (policy: Policy) => buildCorpus(corpusJob({ ...options, policy }), effects)
  return countYields((await build('strict')).folder, (await build('loose')).folder)
}

async function countYields(strict: string, loose: string): Promise<{ funnel: Catalogue; yields: YieldRow[] }> {
  const funnel = await catalogue(strict)
  return { funnel, yields: yieldRows(funnel, await catalogue(loose)) }
}

/** The published report of the corpora of the full-scale study; null where there is none. */
export const publishedReport = (root: string): Promise<CorpusReport | null> => readJsonIfThere(reportPath(root))

const reportPath = (root: string): string => join(root, 'report', 'results', 'corpus.json')

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
  const open = (policy: Policy) => openCorpus(corpusJob({ ...options, policy }), effects)
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
  }
  await writeFileAtomic(
    splitListPath(options.out),
    splitList(opened.dataset.files, (path) => holders.get(path) ?? []),
  )
  await writeFileAtomic(options.out, readableJson(report))
  return report
}

/** @example splitListPath('results/corpus.json') // 'results/corpus-split.tsv' */
export const splitListPath = (out: string): string => `${out.replace(/\.json$/, '')}-split.tsv`

/** What each iteration has of a data set. */
function countParts({ dataset }: OpenedCorpus, options: CorpusRequest): Map<IterationName, PartCounts> {
  const counts = new Map<IterationName, PartCounts>()
  for (const iteration of iterationsOf(dataset)) {
    const { part, maxMelodiesPerFile } = partConfig({ ...options, iteration })
    counts.set(iteration, countPart(selectPart(dataset, part, maxMelodiesPerFile)))
  }
  return counts
}

/** Without music in a style there is no iteration 2.2. */
function iterationsOf({ files }: Dataset): IterationName[] {
  return ITERATIONS.filter((iteration) => iteration !== '2.2' || hasStyle(files))
}

async function reportParts(
  opened: OpenedCorpus,
  loose: ReadonlyMap<IterationName, PartCounts>,
  options: CorpusReportOptions,
  effects: Effects,
): Promise<{ parts: CorpusReport['parts']; holders: Map<string, IterationName[]> }> {
  const parts: Partial<Record<IterationName, PartReport>> = {}
  const holders = new Map<string, IterationName[]>()
  const trained = new Map<IterationName, readonly MelodyRow[]>()
  for (const [iteration, looseCounts] of loose) {
    const { built, part } = await writePart(opened, { ...options, iteration }, effects)
    for (const { path } of part.files) holders.set(path, [...(holders.get(path) ?? []), iteration])
    const parent = parentIteration(experiment(iteration, 'full'))
    effects.reporter.line(`Looking for test melodies of iteration ${iteration} in its training melodies`)
    const leaks = partLeaks(opened, part, (parent === null ? undefined : trained.get(parent)) ?? [])
    trained.set(iteration, part.train)
    const { folder: _folder, ...counted } = built
    parts[iteration] = { ...counted, loose: looseCounts, leaks }
  }
  return { parts, holders }
}

/** `cantus corpus report`. */
export function registerCorpusReport(corpus: Command): void {
  corpus
    .command('report')
    .description('count everything of a corpus into one JSON file: funnel, reasons, intervals, families, both policies')
    .option('--corpus <dir>', 'a folder of scores in place of the embedded tunes; may be repeated', collect, [])
    .option('--style <dir>', 'a folder of scores in the style to transfer to; may be repeated', collect, [])
    .option('--out <file>', 'the file to write (default: report/results/corpus.json)')
    .action(async ({ corpus, style, out }: CorpusRequest & { out?: string }) => {
      const folders = studyFolders()
      const path = out ?? reportPath(folders.root)
      const { funnel } = await reportCorpus({ corpus, style, folders, out: path }, cliEffects())
      const { files, melodies, families, hash } = funnel
      const counts = [files, melodies.total, families].map((n) => n.toLocaleString('en'))
      process.stdout.write(
        [
          `${counts[0]} files, ${counts[1]} melodies, ${counts[2]} families (data set ${hash.slice(0, 12)})`,
          ...ignoredLines(funnel),
          `${path}\n`,
        ].join('\n'),
      )
    })
}
