import { join } from 'node:path'
import type { Command } from 'commander'
import { countIntervals, countPitches } from '../charts/histogram.js'
import { tally } from '../charts/tally.js'
import { buildCorpus, type CorpusRequest } from '../dataset/buildDataset.js'
import { catalogue, type Catalogue } from '../dataset/catalogue.js'
import type { Dataset, FileRow, MelodyRow } from '../dataset/dataset.js'
import type { Kinship } from '../dataset/placeFiles.js'
import { loadDataset, storedSummary } from '../dataset/storedDataset.js'
import { majorKey } from '../melody/melody.js'
import type { Effects } from '../support/effects.js'
import { UserError } from '../support/errors.js'
import { writeFileAtomic } from '../support/files.js'
import { studyFolders, type StudyFolders } from '../support/projectRoot.js'
import { cliEffects } from './cliEffects.js'
import { corpusJob, type Policy } from './corpusBuild.js'

/** What the melodies of a data set are like, and which are alike. */
export interface MelodyReport {
  /** Melodies by whole bars, shortest first; and their quartiles in bars. */
  readonly lengths: { readonly bars: Readonly<Record<string, number>>; readonly quartiles: readonly number[] }
  /** Notes that begin at each MIDI pitch, 0-127. */
  readonly pitches: readonly number[]
  /** As `countIntervals`: from an octave or more down to an octave or more up. */
  readonly intervals: readonly number[]
  /** Melodies by the major scale that holds most of their notes, from C up in semitones; the lowest of several. */
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
  readonly source: string
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

/** Everything counted of a corpus; what `report/results/corpus.json` holds. */
export interface CorpusReport extends MelodyReport {
  /** From files to melodies by source, reasons, modes and sides of the split, by the study's policy. */
  readonly funnel: Catalogue
  readonly yields: readonly YieldRow[]
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
    const key = majorKey(events)
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

/** How many families there are, of which sizes. */
export function familySizes(files: readonly FileRow[]): Pick<FamilyReport, 'count' | 'sizes'> {
  const families = Object.values(tally(files, ({ family }) => family))
  return { count: families.length, sizes: tally(families, String) } // whole numbers: an object lists them ascending
}

/** One row a source, what strict and loose make of the same files; sources that are style's apart. */
export function yieldRows(strict: Catalogue, loose: Catalogue): YieldRow[] {
  return strict.sources.map((row) => {
    const other = loose.sources.find(({ source, style }) => source === row.source && style === row.style)
    return { source: row.source, files: row.files, strict: yieldOf(row), loose: yieldOf(other ?? nothing) }
  })
}

const nothing = { files: 0, withMelodies: 0, melodies: 0 }

function yieldOf({ files, withMelodies, melodies }: typeof nothing): Yield {
  const melodiesPerFile = files === 0 ? 0 : Number((melodies / files).toFixed(3))
  return { withMelodies, melodies, melodiesPerFile }
}

export interface CorpusReportOptions extends CorpusRequest {
  readonly folders: Pick<StudyFolders, 'data'>
  /** File to write. */
  readonly out: string
}

/**
 * Builds the data sets of a corpus by both policies where they are not there yet, counts them, and writes the counts.
 * @throws as `buildCorpus`.
 */
export async function reportCorpus(options: CorpusReportOptions, effects: Effects): Promise<CorpusReport> {
  const build = (policy: Policy) => buildCorpus(corpusJob({ ...options, policy }), effects)
  const strict = await build('strict')
  const loose = await build('loose')
  const dataset = await loadDataset(strict.folder)
  const summary = await storedSummary(strict.folder)
  if (dataset === null || summary === null)
    throw new UserError(`${strict.folder} was changed while it was read: run the command again`)
  const funnel = await catalogue(strict.folder)
  const yields = yieldRows(funnel, await catalogue(loose.folder))
  const report = { funnel, yields, ...melodyReport(dataset, summary.kinship) }
  await writeFileAtomic(options.out, `${JSON.stringify(report, null, 1)}\n`)
  return report
}

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value]

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
      const path = out ?? join(folders.root, 'report', 'results', 'corpus.json')
      const { funnel } = await reportCorpus({ corpus, style, folders, out: path }, cliEffects())
      const { files, melodies, families, hash } = funnel
      const counts = [files, melodies.total, families].map((n) => n.toLocaleString('en'))
      process.stdout.write(
        `${counts[0]} files, ${counts[1]} melodies, ${counts[2]} families (data set ${hash.slice(0, 12)})\n${path}\n`,
      )
    })
}
