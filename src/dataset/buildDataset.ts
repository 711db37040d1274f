import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { listCorpus, type CorpusRequest } from '../corpus/corpus.ts'
import type { CorpusFile } from '../corpus/listFolders.ts'
import { systemFailure } from '../corpus/scoreFormat.ts'
import type { ExtractionConfig } from '../config/experimentConfig.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { importVersion, openConversionLog, placementVersion, readerVersion } from './conversionLog.ts'
import { convertAll, defaultConversion, type ConversionOptions } from './convertAll.ts'
import { unreadable, type Conversion, type ConversionTask } from './convertScore.ts'
import type { Dataset, FileRow, MelodyRow } from './dataset.ts'
import { type Kinship, placeFiles, type Place } from './placeFiles.ts'
import { scanCorpus, type ScoreUnit } from './scanCorpus.ts'
import { checkShardsDone, filesOfShard, noteShardDone, type Shard } from './shard.ts'
import type { SplitRatios } from './split.ts'
import { unitContent } from './unitContent.ts'
import { loadDataset, storeDataset, storedSummary, type FileWithMelodies, type StoredSummary } from './storedDataset.ts'
import { itemAt } from '../support/itemAt.ts'

export type { CorpusRequest } from '../corpus/corpus.ts'

const FORMAT = 'cantus-dataset-3'

/** A data set on disk: `files.parquet` and `melodies.parquet` in its folder. */
export interface StoredDataset {
  readonly folder: string
  readonly hash: string
  readonly files: number
  readonly melodies: number
  readonly kinship: Kinship
}

/** A data set in memory, its family links, and its folder, which SQL can read. */
export interface OpenDataset {
  readonly folder: string
  readonly dataset: Dataset
  readonly kinship: Kinship
}

/** What decides a data set, and where it goes. */
export interface BuildJob {
  readonly request: CorpusRequest
  readonly extraction: ExtractionConfig
  readonly split: SplitRatios
  readonly folders: { readonly data: string }
}

/** The data set of `openCorpus` alone. @throws as `openCorpus`. */
export async function buildDataset(
  request: CorpusRequest,
  extraction: ExtractionConfig,
  split: SplitRatios,
  folders: { data: string },
  effects: Effects,
  options: ConversionOptions = defaultConversion,
): Promise<Dataset> {
  return (await openCorpus({ request, extraction, split, folders }, effects, options)).dataset
}

/**
 * Every file of the corpus with its melodies, its split and a reason for all that gave none, in memory; sorted by path,
 * the same for any number of threads. Built by `buildCorpus` where it is not there yet.
 * @throws CorpusFetchError, CorpusFolderError (what a person can mend), InterruptedError.
 */
export async function openCorpus(
  job: BuildJob,
  effects: Effects,
  options: ConversionOptions = defaultConversion,
): Promise<OpenDataset> {
  const { folder, kinship } = await buildCorpus(job, effects, options)
  const dataset = await loadDataset(folder)
  if (dataset !== null) return { folder, dataset, kinship }
  throw new UserError(`${folder} was changed while it was read: run the same command again`)
}

/**
 * Builds the data set under `<data>/built/<key of all that decides it>/`, or finds it there. Conversions go to a log on
 * the way, so that a stopped build resumes where it was, and melodies pass through memory one file at a time.
 * @throws as `buildDataset`.
 */
export async function buildCorpus(
  job: BuildJob,
  effects: Effects,
  options: ConversionOptions = defaultConversion,
): Promise<StoredDataset> {
  return buildFrom(job, effects, async (units) => convertUnits(units, job, effects, options))
}

/** The data set where it was built already, else `null`. */
export async function findCorpus(job: BuildJob, effects: Effects): Promise<StoredDataset | null> {
  return storedCorpus(
    await corpusFolder(await scanCorpus(await listCorpus(job.request, job.folders, effects), effects), job),
  )
}

/**
 * As `buildCorpus` after all its shards were built with the same data folder (or their cache folders copied into one):
 * the same bytes, without converting again what they did.
 * @throws UserError when a shard is missing.
 */
export async function mergeCorpus(
  job: BuildJob,
  effects: Effects,
  options: ConversionOptions = defaultConversion,
): Promise<StoredDataset> {
  return buildFrom(job, effects, async (units, files) => {
    const conversions = await openConversions(units, job, effects)
    try {
      await checkShardsDone(job, files, conversions.missing)
    } finally {
      conversions.close()
    }
    return convertUnits(units, job, effects, options)
  })
}

/** Converts the files of one shard into the log; returns how many scores they hold. */
export async function buildShard(
  job: BuildJob,
  shard: Shard,
  effects: Effects,
  options: ConversionOptions = defaultConversion,
): Promise<number> {
  const files = await listCorpus(job.request, job.folders, effects)
  const units = await scanCorpus(filesOfShard(files, shard), effects)
  const conversions = await convertUnits(units, job, effects, options)
  conversions.close()
  await noteShardDone(job, files, shard, [...conversions.passing.keys()])
  return units.length
}

async function buildFrom(
  job: BuildJob,
  effects: Effects,
  convert: (units: readonly ScoreUnit[], files: readonly CorpusFile[]) => Promise<Conversions>,
): Promise<StoredDataset> {
  const files = await listCorpus(job.request, job.folders, effects)
  const units = await scanCorpus(files, effects)
  const folder = await corpusFolder(units, job)
  const stored = await storedCorpus(folder)
  if (stored !== null) return stored
  const conversions = await convert(units, files)
  try {
    const { places, ...kinship } = placeFiles(units, (unit) => conversions.of(unit).melodies, job.split)
    const rows = rowsOf(units, conversions, places)
    return builtCorpus(folder, await storeDataset(folder, rows, kinship, effects.now()))
  } finally {
    conversions.close()
  }
}

async function storedCorpus(folder: string): Promise<StoredDataset | null> {
  const stored = await storedSummary(folder)
  return stored && builtCorpus(folder, stored)
}

function builtCorpus(folder: string, { hash, files, melodies, kinship }: StoredSummary): StoredDataset {
  return { folder, hash, files, melodies, kinship }
}

/** Named by everything that decides the data set: the scores, the settings, and the code that reads them. */
async function corpusFolder(units: readonly ScoreUnit[], { extraction, split, folders }: BuildJob): Promise<string> {
  const inputs = units.map(({ path, sha256, source, licence, style, title, mode, tuneId, failure }) =>
    sha256OfFields([path, sha256, source, licence, style, title, mode, tuneId, failure]),
  )
  const key = sha256(JSON.stringify([FORMAT, ...(await versions(units)), extraction, split, inputs])).slice(0, 16)
  return join(folders.data, 'built', key)
}

/** Scores of other formats than MIDI and ABC have readers with a version of their own. */
const isImported = ({ format }: ScoreUnit): boolean => format !== 'midi' && format !== 'abc'

const versions = (units: readonly ScoreUnit[]): Promise<string[]> =>
  Promise.all([readerVersion(), placementVersion(), ...(units.some(isImported) ? [importVersion()] : [])])

const sha256OfFields = (fields: readonly unknown[]): string => sha256(JSON.stringify(fields)).slice(0, 32)

/** The conversion of each unit; those of the log lie on disk until they are asked for. */
interface Conversions {
  of(unit: ScoreUnit): Conversion
  /** Readable units whose content is not in the log, each content once. */
  readonly missing: readonly ScoreUnit[]
  /** What a limit cut short, by content: it is in no log, since next time it may pass. */
  readonly passing: Map<string, string>
  /** Puts a conversion into the log. */
  keep(unit: ScoreUnit, text: string): void
  close(): void
}

async function openConversions(units: readonly ScoreUnit[], job: BuildJob, effects: Effects): Promise<Conversions> {
  const byContent = new Map(units.filter(({ failure }) => failure === null).map((unit) => [unit.sha256, unit]))
  const writer = `${effects.now()}-${randomUUID()}`
  const version = await importVersion()
  const keyOf = (unit: ScoreUnit): string => (isImported(unit) ? sha256(`${unit.sha256} ${version}`) : unit.sha256)
  const log = await openConversionLog(job.folders, job.extraction, new Set([...byContent.values()].map(keyOf)), writer)
  const passing = new Map<string, string>()
  const of = (unit: ScoreUnit): Conversion => {
    if (unit.failure !== null) return unreadable(unit.failure)
    const cutShort = passing.get(unit.sha256)
    if (cutShort !== undefined) return JSON.parse(cutShort) as Conversion
    return log.get(keyOf(unit)) ?? unreadable('worker-died: no result')
  }
  const missing = [...byContent.values()].filter((unit) => !log.has(keyOf(unit)))
  if (missing.length > 0)
    // else what the lines held was converted again before
    for (const [path, lines] of log.damaged)
      effects.reporter.line(`${path}: ${counted(lines, 'damaged line')}; what they held is converted again`)
  const keep = (unit: ScoreUnit, text: string): void => log.add(keyOf(unit), text)
  return { of, missing, passing, keep, close: () => log.close() }
}

/** Opens the log and converts what is not in it; equal content is converted once. The caller closes what it gets. */
async function convertUnits(
  units: readonly ScoreUnit[],
  job: BuildJob,
  effects: Effects,
  options: ConversionOptions,
): Promise<Conversions> {
  const conversions = await openConversions(units, job, effects)
  try {
    await convertMissing(conversions, job.extraction, effects, options)
    return conversions
  } catch (error) {
    conversions.close()
    throw error
  }
}

async function convertMissing(
  { missing, keep, passing }: Conversions,
  extraction: ExtractionConfig,
  effects: Effects,
  options: ConversionOptions,
): Promise<void> {
  if (missing.length === 0) return
  const bar = effects.reporter.bar('Reading scores', missing.length, 'scores')
  let done = 0
  try {
    await convertAll(
      missing.length,
      (n) => loadTask(itemAt(missing, n), extraction),
      (n, { text, lasting }) => {
        if (lasting) keep(itemAt(missing, n), text)
        else passing.set(itemAt(missing, n).sha256, text)
        bar.update(++done)
      },
      options,
      effects,
    )
  } finally {
    bar.stop()
  }
}

async function loadTask(unit: ScoreUnit, extraction: ExtractionConfig): Promise<ConversionTask | Conversion> {
  try {
    const content = await unitContent(unit)
    if (sha256(content) === unit.sha256) return { format: unit.format, content, extraction }
    return unreadable('changed-while-reading: run the same command again')
  } catch (error) {
    return unreadable(systemFailure(error))
  }
}

function* rowsOf(
  units: readonly ScoreUnit[],
  conversions: Conversions,
  places: readonly Place[],
): Generator<FileWithMelodies> {
  for (const [n, unit] of units.entries()) yield rowOf(unit, conversions.of(unit), itemAt(places, n))
}

function rowOf(unit: ScoreUnit, conversion: Conversion, { family, split }: Place): FileWithMelodies {
  const { tracks, melodies, dropped, ignored } = conversion
  const { path, sha256: content, source, licence, title, mode, style, bytes } = unit
  const file: FileRow = {
    ...{ path, sha256: content, source, licence, title, mode, style, bytes, tracks, family, split },
    melodies: melodies.length,
    dropped,
  }
  const rows = melodies.map(({ sketch, ...melody }, m): MelodyRow => {
    return { ...melody, id: `${path}/${m}`, path, canonicalHash: sketch.canonicalHash, family, split }
  })
  return { file, melodies: rows, hasIgnored: ignored !== undefined }
}
