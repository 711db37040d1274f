import { join } from 'node:path'
import type { Option } from 'commander'
import { type Command } from 'commander'
import { edgeWords } from '../charts/corpus.ts'
import {
  buildCorpus,
  buildShard,
  type CorpusRequest,
  mergeCorpus,
  type StoredDataset,
} from '../dataset/buildDataset.ts'
import type { Catalogue, SourceSummary } from '../dataset/catalogue.ts'
import { type ConversionOptions, defaultConversion } from '../dataset/convertAll.ts'
import { DEFAULT_EXTRACTION } from '../dataset/scoreToMelodies.ts'
import { parseShard } from '../dataset/shard.ts'
import type { EdgeKind } from '../dataset/families.ts'
import type { Kinship } from '../dataset/placeFiles.ts'
import { FILES, MELODIES } from '../dataset/storedDataset.ts'
import { SPLIT_LIST } from '../dataset/storePart.ts'
import type { StudyIterationName } from '../config/experimentConfig.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import { counted } from '../support/text/counted.ts'
import { printLines } from '../support/terminal/printLines.ts'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { corpusJob, type PolyphonyPolicy } from '../study/corpusJob.ts'
import type { BuiltPart, SplitNumbers } from '../results/corpusReport.ts'
import { buildPart } from '../study/corpusPart.ts'
import { choice, whole, withJson, withMusic } from './options.ts'
import { reasonText } from './melodies.ts'
import { type CorpusStats, corpusStats } from '../study/corpusStats.ts'
import { itemAt } from '../support/itemAt.ts'

function statsLines({ strict, loose, kinship }: CorpusStats): string[] {
  const looseHeading = loose === null ? [] : ['with melodies', 'melodies', 'kept', '(loose)']
  const heading = ['source', 'files', 'readable', 'with melodies', 'melodies', 'kept', ...looseHeading]
  const looseOf = new Map(loose?.sources.map((row) => [sourceName(row), row]))
  const rows = strict.sources.map((row) => {
    const other = looseOf.get(sourceName(row))
    return [sourceName(row), ...fileCells(row), ...melodyCells(row), ...(other ? [...melodyCells(other), ''] : [])]
  })
  const total = (all: Catalogue) => ({ ...all, melodies: all.melodies.total })
  const all = ['all', ...fileCells(strict), ...melodyCells(total(strict))]
  const { train, validation, test } = strict.melodies
  return [
    ...alignColumns([heading, ...rows, [...all, ...(loose ? [...melodyCells(total(loose)), ''] : [])]]),
    '',
    'kept: melodies that are not copies, in any key, of earlier ones',
    `${count(train)} training, ${count(validation)} validation and ${counted(test, 'test melody', 'test melodies')} in ` +
      `${counted(strict.families, 'family', 'families')} (data set ${strict.hash.slice(0, 12)})`,
    '',
    ...familyLines(kinship),
    ...countLines('tracks, parts and files that gave none', strict.dropped, (reason) =>
      reasonText(reason, DEFAULT_EXTRACTION),
    ),
    ...ignoredLines(strict),
    ...countLines('files by mode (K: field)', strict.modes, (mode) => mode),
  ]
}

/** Files read in part; they are not dropped, so the data set has no row about it. */
export function ignoredLines({ filesWithIgnored = 0 }: Pick<Catalogue, 'filesWithIgnored'>): string[] {
  if (filesWithIgnored === 0) return []
  const files = counted(filesWithIgnored, 'file says', 'files say')
  return [
    `${files} a tempo or metre on a track other than the first, which is ignored as in note-seq (cantus inspect names it)`,
    '',
  ]
}

/** What joined files to families, and the ten largest of them. */
function familyLines({ edges, largest, primers }: Kinship): string[] {
  const many = largest.filter(({ files }) => files > 1)
  const largestOnes = Object.fromEntries(many.map(({ family, files }) => [family, files]))
  return [
    ...countLines('families were joined by', edges, (kind) => edgeWords[kind as EdgeKind]),
    ...countLines('largest families, by their first file', largestOnes, (family) => family),
    ...(primers.length === 0 ? [] : [`test side only, because they hold a primer's tune: ${primers.join(', ')}`, '']),
  ]
}

const sourceName = ({ source, style }: SourceSummary): string => (style === null ? source : `${source} (style)`)

type Counts = Pick<SourceSummary, 'files' | 'readable' | 'withMelodies' | 'melodies' | 'kept'>

const fileCells = ({ files, readable }: Pick<Counts, 'files' | 'readable'>): string[] => [files, readable].map(count)

function melodyCells({ withMelodies, melodies, kept }: Pick<Counts, 'withMelodies' | 'melodies' | 'kept'>): string[] {
  return [withMelodies, melodies, kept].map(count)
}

const count = (n: number): string => n.toLocaleString('en')

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = itemAt(rows, 0).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) => {
    return row
      .map((cell, c) => (c === 0 ? cell.padEnd(itemAt(widths, c)) : cell.padStart(itemAt(widths, c) + 2)))
      .join('')
      .trimEnd()
  })
}

function countLines(title: string, counts: Readonly<Record<string, number>>, words: (key: string) => string): string[] {
  const entries = Object.entries(counts)
  if (entries.length === 0) return []
  const lines = entries.map(
    ([key, n]) => `  ${count(n).padStart(7)}  ${key}${words(key) === key ? '' : `: ${words(key)}`}`,
  )
  return [`${title}:`, ...lines, '']
}

/** Adds the music that corpora are made of. */
export const withScores = (command: Command): Command =>
  withMusic(
    command,
    'a folder of scores (MIDI, ABC, MusicXML, NoteSequences), or one such file, in place of the embedded tunes',
    'a folder of scores in the style to transfer to',
  )

function withCorpus(command: Command): Command {
  return withJson(withScores(command))
}

/** `--policy strict|loose`. */
export const policyOption = (): Option =>
  choice('--policy <policy>', 'tracks with two notes at once: drop them (strict) or keep their top line (loose)', [
    'strict',
    'loose',
  ]).default('strict')

const MOST_THREADS = 64

const threadsOption = (): Option =>
  whole(
    '--threads <n>',
    `worker threads; the result is the same for any number (default: ${defaultConversion.threads})`,
    [1, MOST_THREADS],
  )

function conversionOf({ threads }: Flags): ConversionOptions {
  return threads === undefined ? defaultConversion : { ...defaultConversion, threads }
}

interface Flags extends CorpusRequest {
  readonly json?: boolean
  readonly policy?: PolyphonyPolicy
  readonly shard?: string
  readonly iteration?: StudyIterationName
  readonly threads?: number
}

function builtLines({ folder, files, melodies, hash }: Omit<StoredDataset, 'kinship'>): string[] {
  return [
    `${counted(files, 'file')}, ${counted(melodies, 'melody', 'melodies')} (data set ${hash.slice(0, 12)})`,
    join(folder, FILES),
    join(folder, MELODIES),
  ]
}

async function build(flags: Flags, how: typeof buildCorpus): Promise<void> {
  const { kinship: _kinship, ...built } = await how(
    corpusJob({ ...flags, folders: studyFolders() }),
    cliEffects(),
    conversionOf(flags),
  )
  printLines(flags.json ? [JSON.stringify(built)] : builtLines(built))
}

async function buildOneShard(flags: Flags, text: string): Promise<void> {
  const job = corpusJob({ ...flags, folders: studyFolders() })
  const scores = await buildShard(job, parseShard(text), cliEffects(), conversionOf(flags))
  printLines([
    flags.json ? JSON.stringify({ shard: text, scores }) : `shard ${text}: ${counted(scores, 'score')} converted`,
  ])
}

function partLines(part: BuiltPart): string[] {
  const { files, families, melodies, removed, sources, trainingSteps } = part
  const cells = (row: SplitNumbers): string[] => [row.train, row.validation, row.test].map(count)
  const all = files.train + files.validation + files.test
  return [
    `Iteration ${part.iteration}: ${counted(all, 'file')} in ${counted(families, 'family', 'families')} (data set ${part.hash.slice(0, 12)})`,
    ...alignColumns([
      ['', 'files', 'training', 'validation', 'test melodies'],
      ...sources.map(({ group, files: n, melodies: own }) => [group, count(n), ...cells(own)]),
      ['all', count(all), ...cells(melodies)],
    ]),
    `${counted(trainingSteps, 'step')} to learn from; left out: ${counted(removed.copies, 'copy', 'copies')}, ` +
      `${count(removed.heldOut)} held out elsewhere, ${count(removed.capped)} above the limit per file`,
    ...[FILES, MELODIES, SPLIT_LIST].map((name) => join(part.folder, name)),
  ]
}

async function buildOnePart(flags: Flags, iteration: StudyIterationName): Promise<void> {
  const part = await buildPart({ ...flags, iteration, folders: studyFolders() }, cliEffects(), conversionOf(flags))
  printLines(flags.json ? [JSON.stringify(part)] : partLines(part))
}

/** `cantus corpus build|merge|stats`. */
export function registerCorpusBuild(corpus: Command): void {
  withCorpus(
    corpus.command('build').description('turn every score into melodies, on every core; resumes where it stopped'),
  )
    .addOption(policyOption())
    .addOption(
      choice(
        '--iteration <name>',
        'write the data set of one iteration: files, melodies and split list',
        STUDY_ITERATIONS,
      ).conflicts('shard'),
    )
    .addOption(threadsOption())
    .option('--shard <i/n>', 'convert only the i-th of n parts; run corpus merge when all are done')
    .action((flags: Flags) => {
      if (flags.iteration !== undefined) return buildOnePart(flags, flags.iteration)
      return flags.shard === undefined ? build(flags, buildCorpus) : buildOneShard(flags, flags.shard)
    })
  withCorpus(corpus.command('merge').description('merge the shards into the same bytes as one build'))
    .addOption(policyOption())
    .addOption(threadsOption())
    .action((flags: Flags) => build(flags, mergeCorpus))
  withCorpus(
    corpus
      .command('stats')
      .description('count files, readable files, melodies and drop reasons by source (both policies, if built)'),
  ).action(async (flags: Flags) => {
    const stats = await corpusStats({ ...flags, folders: studyFolders() }, cliEffects())
    printLines(flags.json ? [JSON.stringify(stats)] : statsLines(stats))
  })
}
