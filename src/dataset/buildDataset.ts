import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listCorpus, type CorpusRequest } from '../corpus/corpus.js'
import { systemFailure } from '../corpus/listFolders.js'
import type { ExtractionConfig } from '../iterations/experimentConfig.js'
import type { Effects } from '../support/effects.js'
import { sha256 } from '../support/files.js'
import { openConversionCache, readerVersion, type ConversionCache } from './conversionCache.js'
import { convertAll, defaultConversion, type ConversionOptions } from './convertAll.js'
import { unreadable, type Conversion, type ConversionTask } from './convertScore.js'
import type { Dataset, FileRow, MelodyRow } from './dataset.js'
import { scanCorpus, type ScoreUnit } from './scanCorpus.js'
import { assignSplits, canonicalMelody } from './split.js'
import { datasetHash, loadDataset, storeDataset } from './storedDataset.js'

export type { CorpusRequest } from '../corpus/corpus.js'

const FORMAT = 'cantus-dataset-1'

/**
 * Every file of the corpus with its melodies, its split and a reason for all that gave none; sorted by path, the same
 * for any number of threads. Stored under `<data>/built/<key of all that decides it>/`, so that the next call reads it
 * back; conversions are cached one by one on the way, so that a stopped build goes on where it was.
 * @throws CorpusFetchError, CorpusFolderError (what a person can mend), InterruptedError.
 */
export async function buildDataset(
  request: CorpusRequest,
  extraction: ExtractionConfig,
  testRatio: number,
  folders: { data: string },
  effects: Effects,
  options: ConversionOptions = defaultConversion,
): Promise<Dataset> {
  const units = await scanCorpus(await listCorpus(request, folders, effects), effects)
  const folder = join(folders.data, 'built', await datasetKey(units, extraction, testRatio))
  const stored = await loadDataset(folder)
  if (stored !== null) return stored
  const conversions = await convertUnits(units, extraction, folders, effects, options)
  const dataset = assemble(units, conversions, testRatio)
  await storeDataset(folder, dataset, effects.now())
  return dataset
}

/** Everything that decides the data set: the scores, the settings, and the code that reads them. */
async function datasetKey(
  units: readonly ScoreUnit[],
  extraction: ExtractionConfig,
  testRatio: number,
): Promise<string> {
  const inputs = units.map(({ path, sha256, source, licence, style, title, mode, failure }) => {
    return [path, sha256, source, licence, style, title, mode, failure]
  })
  return sha256(JSON.stringify([FORMAT, await readerVersion(), extraction, testRatio, inputs])).slice(0, 16)
}

/** A conversion for each unit, from the cache or made now; equal content is converted once. */
async function convertUnits(
  units: readonly ScoreUnit[],
  extraction: ExtractionConfig,
  folders: { data: string },
  effects: Effects,
  options: ConversionOptions,
): Promise<Conversion[]> {
  const readable = units.filter(({ failure }) => failure === null)
  const byContent = new Map(readable.map((unit) => [unit.sha256, unit]))
  const writer = `${effects.now()}-${randomUUID()}`
  const cache = await openConversionCache(folders, extraction, new Set(byContent.keys()), writer)
  const passing = new Map<string, Conversion>() // what a limit cut short is not cached: next time it may pass
  try {
    const missing = [...byContent.values()].filter((unit) => cache.get(unit.sha256) === undefined)
    await convertMissing(missing, extraction, cache, passing, effects, options)
  } finally {
    cache.close()
  }
  return units.map(({ sha256: content, failure }) => {
    if (failure !== null) return unreadable(failure)
    return cache.get(content) ?? passing.get(content) ?? unreadable('worker-died: no result')
  })
}

async function convertMissing(
  missing: readonly ScoreUnit[],
  extraction: ExtractionConfig,
  cache: ConversionCache,
  passing: Map<string, Conversion>,
  effects: Effects,
  options: ConversionOptions,
): Promise<void> {
  if (missing.length === 0) return
  const bar = effects.reporter.bar('Reading scores', missing.length, 'scores')
  let done = 0
  try {
    await convertAll(
      missing.length,
      (n) => loadTask(missing[n]!, extraction),
      (n, { conversion, lasting }) => {
        if (lasting) cache.add(missing[n]!.sha256, conversion)
        else passing.set(missing[n]!.sha256, conversion)
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
  if (unit.abc !== null) return { format: unit.format, content: unit.abc, extraction }
  try {
    const content = new Uint8Array(await readFile(unit.location))
    if (sha256(content) === unit.sha256) return { format: unit.format, content, extraction }
    return unreadable('changed-while-reading: run the same command again')
  } catch (error) {
    return unreadable(systemFailure(error))
  }
}

function assemble(units: readonly ScoreUnit[], conversions: readonly Conversion[], testRatio: number): Dataset {
  const splits = assignSplits(
    units.map(({ path, sha256: content, style }, n) => {
      const canonical = conversions[n]!.melodies.map(({ events }) => canonicalMelody(events))
      return { path, sha256: content, style, canonical }
    }),
    testRatio,
  )
  const files = units.map((unit, n): FileRow => {
    const { path, sha256: content, source, licence, title, mode, style } = unit
    const { melodies, dropped } = conversions[n]!
    return {
      ...{ path, sha256: content, source, licence, title, mode, style, split: splits[n]! },
      melodies: melodies.length,
      dropped,
    }
  })
  const melodies = files.flatMap(({ path, split }, n) => {
    return conversions[n]!.melodies.map((melody, m): MelodyRow => ({ ...melody, id: `${path}/${m}`, path, split }))
  })
  return { hash: datasetHash(files, melodies), files, melodies }
}
