import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { tunePaths } from '../dataset/scanCorpus.ts'
import type { PrimerSource } from '../results/sidecar.ts'
import type { NoteSequence } from '../score/noteSequence.ts'
import { unreadableText } from '../score/unreadableText.ts'
import { openScores, type ScoreEntry } from '../score/readScore.ts'
import { UserError, errorCode } from '../support/errors.ts'
import { sha256 } from '../support/files.ts'
import { systemReason } from '../support/systemProblem.ts'
import { printable } from '../support/text/printable.ts'
import type { Reporter } from '../support/progress.ts'
import { type BarRange, choosePrimer, type OtherChoices, type PrimerChoice } from './choosePrimer.ts'
import { PRIMER_NAMES, PrimerError, type PrimerMelody, type PrimerName, primerOfEvents, primers } from './primers.ts'
import { findStarter, isStarterChoice, starterPrimer, starterPrimers } from './starterPrimers.ts'
import { itemAt } from '../support/itemAt.ts'
import { isOneOf } from '../support/records.ts'

/** A primer's file must be small enough to be one: a melody of hours is under a megabyte. */
const MAX_FILE_BYTES = 20_000_000
/** At most this many tunes are named in an error. */
const MOST_NAMED = 8
const CHOICE = `one of ${PRIMER_NAMES.join(', ')}, starter:1 to starter:${starterPrimers.length}, events such as "60,-2,62", or a score's file (MIDI, ABC, MusicXML, NoteSequences)`

/** A primer with its name. */
export interface NamedPrimer {
  /** Part of the melodies' file names. */
  readonly name: string
  readonly primer: PrimerMelody
  /** Of a primer from a file: which part of it. */
  readonly source?: PrimerSource
}

/** Options of `readPrimer`. */
export interface ReadPrimerOptions {
  /** Whether a NOTE_OFF and a NO_EVENT follow the primer, as Magenta appends them. */
  readonly appendix: boolean
  /** Of a file, the track to take, as `cantus inspect` numbers it. */
  readonly track?: number
  /** Of a file, the bars to take. */
  readonly bars?: BarRange
  /** All of the melody where no bars are named, instead of its first four. */
  readonly whole?: boolean
}

/**
 * A primer as written on the command line: one of the study's names, a held-out one such as `starter:3`, events such as `60,-2,62`, or the path of a MIDI or
 * ABC file: `song.mid#2` is the second melody that `cantus melodies` lists, `book.abc#12` the tune `X:12`,
 * `book.abc#12#2` its second melody. Which part of a file was taken is said in one line.
 * @throws PrimerError with the value and the remedy.
 */
export async function readPrimer(text: string, options: ReadPrimerOptions, reporter: Reporter): Promise<NamedPrimer> {
  const { appendix, whole = false } = options
  if (isPrimerName(text)) return { name: text, primer: primerOfEvents(primers[text], appendix) }
  if (isStarterChoice(text)) {
    const starter = findStarter(text)
    const { name, tune } = starter
    return { name, primer: starterPrimer(whole ? { ...starter, events: tune } : starter, appendix) }
  }
  if (looksLikeEvents(text)) return { name: 'custom', primer: primerOfEvents(parseEvents(text), appendix) }
  const { path, parts } = locate(text)
  const bytes = await readBytes(path)
  try {
    return primerOfFile({ path, parts, bytes }, options, reporter)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new PrimerError(`invalid primer ${text}: ${unreadableText(error.message)}`, { cause: error })
  }
}

/** Whether the text stands for a file, so that a track and bars can be chosen. */
export function isPrimerFile(text: string): boolean {
  return !isPrimerName(text) && !isStarterChoice(text) && !looksLikeEvents(text)
}

/** The path, and what stands after it: at most a tune and a melody. A file whose name holds a `#` is that file. */
function locate(text: string): { path: string; parts: string[] } {
  const parts: string[] = []
  let path = text
  while (!existsSync(path) && path.lastIndexOf('#') > 0 && parts.length < 2) {
    const hash = path.lastIndexOf('#')
    parts.unshift(path.slice(hash + 1))
    path = path.slice(0, hash)
  }
  return existsSync(path) ? { path, parts } : { path: text, parts: [] }
}

const isPrimerName = (text: string): text is PrimerName => isOneOf(PRIMER_NAMES, text)

/** Nothing but numbers and their punctuation, or brackets or commas without any dot or slash of a path. */
function looksLikeEvents(text: string): boolean {
  return /^[\s\d,[\]+.-]+$/.test(text) || text.trim() === '' || (text.includes(',') && !/[./\\]/.test(text))
}

function parseEvents(text: string): number[] {
  const inner = text
    .trim()
    .replace(/^\[(.*)\]$/s, '$1')
    .trim()
  if (inner === '') return []
  return inner.split(inner.includes(',') ? ',' : /\s+/).map((word, index) => parseEvent(word.trim(), index))
}

function parseEvent(word: string, index: number): number {
  if (/^[+-]?\d{1,9}$/.test(word)) return Number(word)
  throw new PrimerError(
    `invalid primer step ${index + 1}: ${word || 'nothing'} (0–127 a note, -1 note off, -2 no event)`,
  )
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const file = await stat(path)
    if (!file.isFile()) throw new PrimerError(`invalid primer ${path}: it is not a file (${CHOICE})`)
    if (file.size > MAX_FILE_BYTES)
      throw new PrimerError(`invalid primer ${path}: it has ${file.size} bytes (at most ${MAX_FILE_BYTES})`)
    return await readFile(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    const why = code === 'ENOENT' ? 'no such file' : systemReason(code)
    throw new PrimerError(`invalid primer ${path}: ${CHOICE} (${why})`, { cause: error })
  }
}

interface PrimerFile {
  readonly path: string
  /** What stood after the path. */
  readonly parts: readonly string[]
  readonly bytes: Uint8Array
}

function primerOfFile(file: PrimerFile, options: ReadPrimerOptions, reporter: Reporter): NamedPrimer {
  const { appendix, track, bars, whole = false } = options
  const { score, label, name, melody, otherTunes } = openScore(file)
  const choice: PrimerChoice = {
    ...(melody === undefined ? {} : { melody: parseMelody(melody) }),
    ...(track === undefined ? {} : { track }),
    ...(bars === undefined ? {} : { bars }),
  }
  const { primer, taken, remark, isWhole, others } = choosePrimer(score, { ...choice, whole }, appendix)
  const isOpen = Object.keys(choice).length === 0
  const hint = otherTunes ?? (isOpen && !isWhole ? othersText(others, basename(label)) : null)
  if (!isWhole || otherTunes !== null)
    reporter.line(`${printable(label)}: the primer is ${remark}${hint === null ? '' : ` (${hint})`}`)
  return {
    name: `${name}${choiceText(choice)}`,
    primer,
    source: { file: basename(label), sha256: sha256(file.bytes), ...taken },
  }
}

/** The request as part of a name: other bars of a file are other melodies. */
function choiceText({ melody, track, bars }: PrimerChoice): string {
  return [
    ...(melody === undefined ? [] : [`-melody${melody}`]),
    ...(track === undefined ? [] : [`-track${track}`]),
    ...(bars === undefined ? [] : [`-bars${bars.first}-${bars.last}`]),
  ].join('')
}

/** How to choose another part; null if there is no other. */
function othersText({ melodies, tracks, bars }: OtherChoices, label: string): string | null {
  const ways = [...(melodies ? [`${label}#2`] : []), ...(tracks ? ['--track'] : []), ...(bars ? ['--bars'] : [])]
  const last = ways.pop()
  if (last === undefined) return null
  return ways.length === 0 ? `${last} chooses others` : `${ways.join(', ')} and ${last} choose others`
}

interface PrimerScore {
  readonly score: NoteSequence
  /** The file, or the tune of a tunebook as `cantus melodies` names it. */
  readonly label: string
  readonly name: string
  /** What stood after it. */
  readonly melody: string | undefined
  /** How to name another tune, where none was named. */
  readonly otherTunes: string | null
}

function openScore({ path, parts, bytes }: PrimerFile): PrimerScore {
  const scores = openScores(bytes, path)
  const name = fileName(path)
  if (scores.length > 1) return openTune(path, parts, scores)
  if (parts.length > 1)
    throw new PrimerError(`it holds one score, so one number may follow its name: ${basename(path)}#${parts[1]}`)
  return { score: itemAt(scores, 0).read(), label: path, name, melody: parts[0], otherTunes: null }
}

/** The tune or record that is named, or the first. */
function openTune(path: string, [asked, melody]: readonly string[], tunes: readonly ScoreEntry[]): PrimerScore {
  const kind = tunes[0]?.about === undefined ? 'record' : 'tune'
  const labels = tunePaths(
    path,
    tunes.map(({ reference }) => reference),
  )
  const index = asked === undefined ? 0 : labels.indexOf(`${path}#${asked}`)
  const tune = tunes[index]
  if (tune === undefined) {
    const named = labels.slice(0, MOST_NAMED).map((label) => label.slice(path.length))
    const rest = labels.length > named.length ? ' …' : ''
    throw new PrimerError(`it has no ${kind} #${asked}; it has ${tunes.length} ${kind}s: ${named.join(', ')}${rest}`)
  }
  const label = itemAt(labels, index)
  const suffix = asked === undefined ? '' : `-${kind}${asked.replace(/[^A-Za-z0-9_-]+/g, '-')}`
  const otherTunes =
    asked === undefined ? `the first of ${tunes.length} ${kind}s; name another as ${basename(itemAt(labels, 1))}` : null
  return { score: tune.read(), label, name: `${fileName(path)}${suffix}`, melody, otherTunes }
}

function parseMelody(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new PrimerError(`#${text} is not a melody: give its number in the list of cantus melodies, such as #2`)
}

/** The file's name as part of another: letters, digits, underscores and hyphens. */
function fileName(path: string): string {
  return basename(path, extname(path)).replace(/[^A-Za-z0-9_-]+/g, '-') || 'file'
}
