import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { IterationName } from '../../../src/config/experimentConfig.ts'
import { ITERATIONS } from '../../../src/config/scales.ts'
import { judgeClaims } from '../../../src/evaluation/claims.ts'
import { ablationFile } from '../../../src/results/ablationReport.ts'
import { controlMelodiesFile } from '../../../src/results/controlMelodies.ts'
import { publishedDuetsFile } from '../../../src/results/publishedDuets.ts'
import { corpusFile } from '../../../src/results/corpusReport.ts'
import { duetFile } from '../../../src/results/duetReport.ts'
import { iterationFile, type IterationResult } from '../../../src/results/iterationResult.ts'
import { musicalFile } from '../../../src/results/musicalReport.ts'
import { readMusicalReport, readSteps, readSummary } from '../../../src/results/publishedResults.ts'
import { readSidecar, type Sidecar } from '../../../src/results/sidecar.ts'
import { siteQualityFile } from '../../../src/results/siteQuality.ts'
import { studyRecordFile } from '../../../src/results/studyRecord.ts'
import { stepsFile } from '../../../src/results/stepsReport.ts'
import { summaryFile } from '../../../src/results/summary.ts'
import { targetsFile } from '../../../src/results/targets.ts'
import { transferFile } from '../../../src/results/transferReport.ts'
import { togetherFile } from '../../../src/results/togetherReport.ts'
import { tunerFile } from '../../../src/results/tunerReport.ts'
import { requiredResult } from './fullScale.ts'
import { once } from './once.ts'
import { resultsFolder, studyRoot } from './studyRoot.ts'

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

/** The published iterations in the order they were trained; none before the first run. */
export const loadIterations = once((): Iteration[] =>
  ITERATIONS.flatMap((name) => {
    const result = requiredResult(iterationFile(name))
    if (result === null) return []
    return [{ name, slug: `iteration-${name}`, result, melodies: result.melodies.flatMap(loadMelody) }]
  }),
)

/** The summary of the numbers; null if there is none, or if it belongs to other runs than those published. */
export const loadSummary = once(() => requiredResult(summaryFile, readSummary(studyRoot())))

/** The study's models at single steps; null if there are none, or if they belong to other runs than those published. */
export const loadSteps = once(() => requiredResult(stepsFile, readSteps(studyRoot())))

/** The musical evaluation; null if there is none, or if it belongs to other runs than those published. */
export const loadMusic = once(() => requiredResult(musicalFile, readMusicalReport(studyRoot())))

/** The same with the study's claims as they are listed now: what judges them was measured for every primer. */
export const loadClaims = once(() => {
  const report = loadMusic()
  return report && { ...report, claims: judgeClaims(report.contrasts, report.runs) }
})

/** What iteration 3 was to reach and reached; null before it was measured. */
export const loadTargets = once(() => requiredResult(targetsFile))

/** What was measured of playing together; null before that. */
export const loadDuet = once(() => requiredResult(duetFile))

/** What transfers learnt and forgot; null before it was measured. */
export const loadTransfers = once(() => requiredResult(transferFile))

/** What iteration 3.1 is made of; null before it was measured. */
export const loadAblations = once(() => requiredResult(ablationFile))

/** What tuning by rules came to; null if nothing was tuned. */
export const loadTuner = once(() => requiredResult(tunerFile))

/** A melody of the tuner's study by its place in `generated_melodies`, without extension; null if it is gone. */
export function tunedMelody(place: string): PublishedMelody | null {
  const found = melodyAt(`generated_melodies/${place}.mid`)
  // A tuned policy is of no iteration; what it was tuned from is.
  return found ? { ...found, sidecar: { ...found.sidecar, iteration: found.sidecar.iteration ?? '2.1' } } : null
}

/** What was measured of playing together; null before it was. */
export const loadTogether = once(() => requiredResult(togetherFile))

/** What the original study's record says. */
export const loadStudyRecord = once(() => requiredResult(studyRecordFile))

/** What was measured of this site itself; null before that: measuring it needs the site. */
export const loadSiteQuality = once(() => siteQualityFile.read(studyRoot()))

/** The counts of the corpora of the full-scale study; null if they were not published. */
export const loadCorpus = once(() => requiredResult(corpusFile))

/** The published list of the split: its file's text. */
export function readSplitList(): string {
  return readFileSync(join(resultsFolder(), 'corpus-split.tsv'), 'utf8')
}

/** A melody by its MIDI file; null if that or its sidecar is gone. */
export const melodyAt = (path: string): PublishedMelody | null => loadMelody(path)[0] ?? null

/** The melody of a published MIDI file; nothing where the file or its sidecar is gone. */
function loadMelody(path: string): PublishedMelody[] {
  const midi = join(studyRoot(), path)
  const sidecarFile = midi.replace(/\.mid$/, '.json')
  if (!existsSync(midi) || !existsSync(sidecarFile)) return []
  const id = basename(path, '.mid')
  const folder = path.split('/').at(-2) ?? ''
  const sidecar = readSidecar(sidecarFile)
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
  const withControls = (requiredResult(controlMelodiesFile)?.melodies ?? []).flatMap(({ file }) => melodyAt(file) ?? [])
  const ofMelodies = [...loadIterations().flatMap(({ melodies }) => melodies), ...ofTuner, ...withControls].flatMap(
    ({ id, folder, hasSound }) =>
      ['mid', 'json', ...(hasSound ? ['mp3'] : [])].map((extension) => `${folder}/${id}.${extension}`),
  )
  return [...ofMelodies, ...duetFiles()]
}

/** Files of the published duets, as paths inside `generated_melodies`. */
const duetFiles = (): string[] =>
  (requiredResult(publishedDuetsFile)?.duets ?? [])
    .flatMap(({ file }) => ['.mid', '.json', '.mp3'].map((end) => file.replace(/\.mid$/, end)))
    .filter((path) => existsSync(join(studyRoot(), path)))
    .map((path) => path.replace(/^generated_melodies\//, ''))

export function readMelodyFile(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(studyRoot(), 'generated_melodies', path)))
}

/** An executed notebook of a run of the same scale. */
interface NotebookFile {
  readonly name: string
  readonly text: string
}

/** Names that notebooks had before, and have now. */
export const OLD_NAMES: Readonly<Record<string, string>> = {
  '5-musical-evaluation': '6-musical-evaluation',
  '6-rl-tuner': '7-rl-tuner',
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
