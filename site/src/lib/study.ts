import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { CorpusReport } from '../../../src/results/corpusReport.ts'
import type { IterationName } from '../../../src/config/experimentConfig.ts'
import type { IterationResult, Sidecar } from '../../../src/results/iterationResult.ts'
import { ITERATIONS } from '../../../src/config/scales.ts'
import { isMusicOf, type MusicalReport } from '../../../src/results/musicalReport.ts'
import type { StudyRecord } from '../../../src/results/studyRecord.ts'
import { isSummaryOf, type Summary } from '../../../src/results/summary.ts'
import type { TunerReport } from '../../../src/results/tunerReport.ts'
import type { Metrics } from '../../../src/results/metrics.ts'
import { once } from './once.ts'
import type { SiteQuality } from './siteQuality.ts'

/** A published melody: its files, and what is known of how it came about. */
export interface PublishedMelody {
  /** The file's name without `.mid`, which the study's files have too: `it_1_bach_nr_1`. */
  readonly id: string
  /** Folder inside `generated_melodies`. */
  readonly folder: string
  readonly number: number
  readonly sidecar: Sidecar
  readonly hasSound: boolean
}

export interface Iteration {
  readonly name: IterationName
  readonly slug: string
  readonly result: IterationResult
  readonly melodies: readonly PublishedMelody[]
}

export const studyRoot = (): string => process.env.CANTUS_OUT ?? '..'

/** The published iterations in the study's order; none before the first run. */
export const loadIterations = once((): Iteration[] =>
  ITERATIONS.flatMap((name) => {
    const file = join(studyRoot(), `report/results/iterations/${name}.json`)
    if (!existsSync(file)) return []
    const result = withNaN(JSON.parse(readFileSync(file, 'utf8')) as IterationResult)
    return [{ name, slug: `iteration-${name}`, result, melodies: result.melodies.flatMap(loadMelody) }]
  }),
)

export const resultsFolder = (): string => join(studyRoot(), 'report/results')

function loadResult<T>(name: string): T | null {
  const file = join(resultsFolder(), name)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : null
}

/** What the numbers come to; null where there is none, or where it is of other runs than those published. */
export const loadSummary = once((): Summary | null => {
  const summary = loadResult<Summary>('summary.json')
  return summary !== null && loadIterations().every(({ result }) => isSummaryOf(summary, result)) ? summary : null
})

/** The musical evaluation; null where there is none, or where it is of other runs than those published. */
export const loadMusic = once((): MusicalReport | null => {
  const report = loadResult<MusicalReport>('musical.json')
  return report !== null && loadIterations().every(({ result }) => isMusicOf(report, result)) ? report : null
})

/** What tuning by rules came to; null where nothing was tuned. */
export const loadTuner = once((): TunerReport | null => loadResult('rl-tuner.json'))

/** A melody of the tuner's study by its place in `generated_melodies`, without extension; null where it is gone. */
export function tunedMelody(place: string): PublishedMelody | null {
  const [found] = loadMelody(`generated_melodies/${place}.mid`)
  // A tuned policy is of no iteration; what it was tuned from is.
  return found ? { ...found, sidecar: { ...found.sidecar, iteration: found.sidecar.iteration ?? '2.1' } } : null
}

/** What the original study's record says. */
export const loadStudyRecord = once((): StudyRecord | null => loadResult('study.json'))

/** What was measured of this site itself. */
export const loadSiteQuality = (): SiteQuality | null => loadResult('site.json')

/** The counts of the corpora of the full-scale study; null where they were not published. */
export function loadCorpus(): CorpusReport | null {
  return loadResult('corpus.json')
}

/** The published list of the split: its file's text. */
export function readSplitList(): string {
  return readFileSync(join(studyRoot(), 'report/results/corpus-split.tsv'), 'utf8')
}

/** JSON has no NaN: an accuracy over no steps was stored as null. */
function withNaN(result: IterationResult): IterationResult {
  const { last } = result
  const measured = { test: numbers(result.test), curve: result.curve.map(numbers) }
  return { ...result, ...measured, ...(last ? { last: { ...last, test: numbers(last.test) } } : {}) }
}

function numbers<M extends Metrics>(metrics: M): M {
  const entries = Object.entries(metrics).map(([key, value]) => [key, value === null ? NaN : value])
  return Object.fromEntries(entries) as M
}

/** The melody of a published MIDI file; nothing where the file or its sidecar is gone. */
function loadMelody(path: string): PublishedMelody[] {
  const midi = join(studyRoot(), path)
  const sidecarFile = midi.replace(/\.mid$/, '.json')
  if (!existsSync(midi) || !existsSync(sidecarFile)) return []
  const id = basename(path, '.mid')
  const folder = path.split('/').at(-2) ?? ''
  const sidecar = JSON.parse(readFileSync(sidecarFile, 'utf8')) as Sidecar
  const number = Number(/_nr_(\d+)$/.exec(id)?.[1] ?? 1)
  return [{ id, folder, number, sidecar, hasSound: existsSync(midi.replace(/\.mid$/, '.mp3')) }]
}

/** Melodies by primer, primers in the order of `order`, each primer's melodies by number. */
export function byPrimer(
  melodies: readonly PublishedMelody[],
  order: readonly string[],
): { primer: string; melodies: PublishedMelody[] }[] {
  const names = [...new Set(melodies.map((melody) => melody.sidecar.primer))]
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return names
    .sort((a, b) => place(a) - place(b))
    .map((primer) => ({
      primer,
      melodies: melodies.filter((melody) => melody.sidecar.primer === primer).sort((a, b) => a.number - b.number),
    }))
}

/** Every file of the published melodies, as paths inside `generated_melodies`. */
export function melodyFiles(): string[] {
  const ofTuner = (loadTuner()?.melodies ?? []).flatMap(({ before, after }) =>
    [before, after].flatMap((place) => tunedMelody(place) ?? []),
  )
  return [...loadIterations().flatMap(({ melodies }) => melodies), ...ofTuner].flatMap(({ id, folder, hasSound }) =>
    ['mid', 'json', ...(hasSound ? ['mp3'] : [])].map((extension) => `${folder}/${id}.${extension}`),
  )
}

export function readMelodyFile(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(studyRoot(), 'generated_melodies', path)))
}

/** An executed notebook of a run of the same scale. */
export interface NotebookFile {
  readonly name: string
  readonly text: string
}

/** The executed notebooks beside the results, in the order of their names; none where none were run. */
export const loadNotebooks = once((): NotebookFile[] => {
  if (loadIterations().length === 0) return []
  const folder = join(studyRoot(), 'report/notebooks')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ipynb'))
    .sort()
    .map((name) => ({ name: name.replace(/\.ipynb$/, ''), text: readFileSync(join(folder, name), 'utf8') }))
})
