import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { z } from 'zod'
import { type CorpusRequest, sourceNames } from '../corpus/corpus.ts'
import { buildCorpus } from '../dataset/buildDataset.ts'
import { type Scale, scaleSchema } from '../config/experimentConfig.ts'
import { SCALES } from '../config/scales.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { readStoredIfThere } from '../support/readStored.ts'
import type { Stored } from '../support/stored.ts'
import { namesIn } from '../support/namesIn.ts'
import { type StudyFolders, studyFolders } from '../support/projectRoot.ts'
import { commandLine } from '../support/text/commandLine.ts'
import { corpusJob } from './corpusJob.ts'
import { readResults } from '../results/publishedResults.ts'

/** Which results a person means: those in a folder, or those of a scale and of music of their own. */
export interface ResultsAsked {
  readonly corpus?: readonly string[] | undefined
  readonly style?: readonly string[] | undefined
  /** The folder that holds `report/` and `generated_melodies/`. */
  readonly results?: string | undefined
  /** Absent = the study's own; of one's own music the largest scale that has results. */
  readonly scale?: Scale | undefined
}

/** Results, and what they are of. */
export interface StudyResults extends CorpusRequest {
  readonly folders: StudyFolders
  readonly scale: Scale
}

/** What is asked of a study that will be made: its scale is known. */
export interface StudyAsked extends CorpusRequest {
  readonly scale: Scale
  readonly loose?: boolean
}

/** Beside `report/` of results of one's own music: which music that is, for commands that need it. */
const MUSIC_FILE = 'music.json'

const musicNoteSchema = z.object({
  format: z.literal('cantus-music-1'),
  scale: scaleSchema,
  corpus: z.array(z.string()),
  style: z.array(z.string()),
})
type MusicNote = Stored<typeof musicNoteSchema>

/**
 * Where a study puts its results: the scale's own place for the embedded tunes (the published report for the full scale on the
 * shared corpora), `data/<scale>-<first 8 of the data set's hash>` for music of one's own, and anywhere that CANTUS_OUT says.
 * @throws as `buildCorpus`, which makes the data set where it is not there yet.
 */
export async function resultsToMake(asked: StudyAsked, effects: Effects): Promise<StudyResults> {
  const { scale, corpus, style, loose = false } = asked
  const folders = studyFolders(process.env, scale)
  if (!hasOwnMusic(asked) || isElsewhere()) return { folders, scale, corpus, style }
  const policy = loose ? 'loose' : 'strict'
  const { hash } = await buildCorpus(corpusJob({ corpus, style, folders, policy }), effects)
  const root = ownFolder(folders.data, scale, hash)
  const note: MusicNote = {
    format: 'cantus-music-1',
    scale,
    corpus: corpus.map(fromAnywhere),
    style: style.map(fromAnywhere),
  }
  await writeFileAtomic(join(root, MUSIC_FILE), `${JSON.stringify(note, null, 1)}\n`)
  return { folders: { ...folders, root }, scale, corpus, style }
}

const ownFolder = (data: string, scale: Scale, hash: string): string => join(data, `${scale}-${hash.slice(0, 8)}`)

/** CANTUS_OUT holds the results of any music and scale. */
const isElsewhere = (): boolean => Boolean(process.env['CANTUS_OUT'])

/** Whether the music has a place of its own; the shared corpora at full scale are the published study. */
function hasOwnMusic({ scale, corpus = [], style = [] }: ResultsAsked): boolean {
  if (corpus.length + style.length === 0) return false
  const isPublished =
    (scale ?? 'full') === 'full' && style.length === 0 && corpus.length === 1 && corpus[0] === 'shared'
  return !isPublished
}

/** A folder of music by a path that holds in every folder; names of declared sources stay. */
export const fromAnywhere = (music: string): string => (sourceNames().includes(music) ? music : resolve(music))

/**
 * Results that are there: of a folder, or of one's own music, which its data set's hash finds. Without either the place of the
 * scale, whatever lies there.
 * @throws UserError that names the folder and the command that makes the results, if there are none.
 */
export async function resultsThere(asked: ResultsAsked, effects: Effects): Promise<StudyResults> {
  const { results, scale, corpus = [], style = [] } = asked
  if (results !== undefined) return resultsIn(results, asked)
  const folders = studyFolders(process.env, scale)
  if (!hasOwnMusic(asked) || isElsewhere()) return { folders, scale: scale ?? 'full', corpus, style }
  // A newer reader may have to read the music again before its hash is known; without any results nothing is read.
  const isAny = ownNames(folders.data).length > 0
  const built = isAny ? await buildCorpus(corpusJob({ corpus, style, folders }), effects) : null
  const scales = scale === undefined ? SCALES.toReversed() : [scale]
  const places = built === null ? [] : scales.map((name) => [name, ownFolder(folders.data, name, built.hash)] as const)
  for (const [name, root] of places)
    if (await hasResults(root)) return { folders: { ...folders, root }, scale: name, corpus, style }
  const [place, ...others] = places
  const where = place === undefined || others.length > 0 ? '' : ` in ${shownPath(place[1])}`
  const music = [...corpus, ...style].join(', ')
  throw new UserError(
    `no results of ${music}${where}: ${reproduceCommand(asked)} makes them${await othersThere(folders)}`,
  )
}

async function resultsIn(given: string, { scale, corpus = [], style = [] }: ResultsAsked): Promise<StudyResults> {
  const root = rootOf(resolve(given))
  const note = await readStoredIfThere(
    join(root, MUSIC_FILE),
    musicNoteSchema,
    'delete it, or name the music with --corpus',
  )
  const there = scaleOf(root)
  const folders = { ...studyFolders(process.env), root }
  if (there === null) {
    const command = note === null ? 'npx cantus reproduce' : reproduceCommand(note)
    throw new UserError(`no results in ${given}: ${command} makes them${await othersThere(folders)}`)
  }
  if (scale !== undefined && scale !== there)
    throw new UserError(`${given} holds results of the scale ${there}, not ${scale}: leave out --scale`)
  const isNamed = corpus.length + style.length > 0
  return {
    folders,
    scale: there,
    ...(isNamed ? { corpus, style } : { corpus: note?.corpus ?? [], style: note?.style ?? [] }),
  }
}

const RESULTS = 'report/results'

/** The folder above `report/results`, where a person names that one. */
const rootOf = (folder: string): string =>
  basename(folder) === 'results' && basename(dirname(folder)) === 'report' ? dirname(dirname(folder)) : folder

const resultFiles = (root: string): Promise<string[]> => namesIn(join(root, RESULTS, 'iterations'), '.json')

const hasResults = async (root: string): Promise<boolean> => (await resultFiles(root)).length > 0

/** The scale of the results in a folder; null if there are none. */
const scaleOf = (root: string): Scale | null => readResults(root)[0]?.config.scale ?? null

/** The command that makes results of this music. */
export function reproduceCommand(
  { scale, corpus = [], style = [] }: ResultsAsked,
  ...words: readonly string[]
): string {
  const ofScale = scale === undefined ? [] : ['--scale', scale]
  return commandLine('npx cantus reproduce', ofScale, musicFlags({ corpus, style }), words)
}

/** The music as flags of a command. */
const musicFlags = ({ corpus, style }: CorpusRequest): string[] => [
  ...corpus.flatMap((folder) => ['--corpus', folder]),
  ...style.flatMap((folder) => ['--style', folder]),
]

/** Results of smaller scales and of one's own music that are there, as the end of a sentence. */
async function othersThere({ data }: Pick<StudyFolders, 'data'>): Promise<string> {
  const places = [...namesLike(data, /^(smoke|quick|full)$/), ...ownNames(data)].map((name) => join(data, name))
  const there = await Promise.all(places.map(hasResults))
  const shown = places.filter((_, n) => there[n]).map(shownPath)
  return shown.length === 0 ? '' : ` (there are: ${shown.join(', ')})`
}

/** Names of the folders for results of one's own music. */
const ownNames = (data: string): string[] => namesLike(data, /^(smoke|quick|full)-[0-9a-f]{8}$/)

const namesLike = (folder: string, pattern: RegExp): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => pattern.test(name))
        .sort()
    : []

/** A path as a person would name it from here. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere || '.'
}

/** What notebooks are opened with: a scale asks their cells to train, else they read results. */
export async function notebookResults(
  asked: ResultsAsked,
  effects: Effects,
): Promise<StudyResults & { readonly train: boolean }> {
  const { results, scale, corpus = [], style = [] } = asked
  if (scale === undefined || results !== undefined) return { ...(await resultsThere(asked, effects)), train: false }
  return { ...(await resultsToMake({ scale, corpus, style }, effects)), train: true }
}
