import { counted } from '../support/text/counted.ts'
import { ABC_LIMITS, AbcConversionError } from './abcLimits.ts'

/** One tune of an ABC tunebook. */
export interface AbcTune {
  /** What follows `X:`; not always a number, nor the only one of its kind in a book. */
  readonly reference: string
  /** The first `T:` field; empty when there is none. */
  readonly title: string
  /** The first `K:` field as written, without comment, such as `Ador`; empty when there is none. */
  readonly key: string
  readonly mode: AbcMode
  /** The tune alone, with what the book says before its first tune; put together when it is asked for. */
  readonly abc: string
}

/** `none` for a tune that says no key (`K:none`, bagpipes' `K:HP`, explicit accidentals, no `K:` at all). */
export type AbcMode = (typeof ABC_MODES)[number]
/** Modes of a `K:` field. */
export const ABC_MODES = ['major', 'minor', 'dorian', 'mixolydian', 'phrygian', 'lydian', 'locrian', 'none'] as const

/** The first three letters of a mode's name, in any case, decide. */
const MODE_BY_LETTERS: Readonly<Record<string, AbcMode>> = {
  maj: 'major',
  ion: 'major',
  min: 'minor',
  aeo: 'minor',
  dor: 'dorian',
  mix: 'mixolydian',
  phr: 'phrygian',
  lyd: 'lydian',
  loc: 'locrian',
  exp: 'none',
}

/**
 * The mode that a `K:` field names.
 * @example abcMode('A dorian') // 'dorian'
 * @example abcMode('Bbm') // 'minor'
 */
export function abcMode(key: string): AbcMode {
  const match = /^[A-G][#b]?\s*([A-Za-z]*)(.?)/.exec(key)
  if (!match) return 'none'
  const [, word = '', after] = match
  const named = MODE_BY_LETTERS[word.slice(0, 3).toLowerCase()]
  // Another word before an equals sign is a setting, such as clef=bass, and no mode.
  if (named !== undefined || after === '=') return named ?? 'major'
  return /^m$/i.test(word) ? 'minor' : 'major'
}

/**
 * Takes a tunebook apart: a tune begins at a line `X:` and ends at the next one or at an empty line. Text that is in no
 * tune is left out, but for what holds for all tunes when it stands before the first: directives, and the fields that
 * the standard lets a file's head set (metre, unit length, macros, user-defined signs), with the tempo, which books set there as well. A text
 * without `X:` gives no tune.
 * @throws AbcConversionError past a bound (`limit-tunes`, `limit-directives`)
 * @example splitTunebook('X:1\nT:Scale\nK:C\nCDEF|').map((tune) => tune.title) // ['Scale']
 */
export function splitTunebook(text: string): AbcTune[] {
  const head: string[] = []
  let headCharacters = 0
  const tunes: string[][] = []
  let current: string[] | null = null
  for (const line of linesOf(text)) {
    if (/^X:/.test(line)) {
      if (tunes.length === ABC_LIMITS.tunes)
        throw new AbcConversionError(
          `limit-tunes: the file holds more than ${counted(ABC_LIMITS.tunes, 'tune')}; split it into several files`,
        )
      current = [line]
      tunes.push(current)
    } else if (line.trim() === '') current = null
    else if (current) current.push(line)
    else if (tunes.length === 0 && isOfHead(line)) {
      headCharacters += line.length + 1
      if (headCharacters > ABC_LIMITS.characters) throw tooLongHead()
      head.push(line)
    }
  }
  return tunes.map((tune) => describeTune(tune, head))
}

/** The text of the first tune; all of it where no `X:` begins one. */
export function firstTune(text: string): string {
  return splitTunebook(text)[0]?.abc ?? linesOf(text).join('\n')
}

function tooLongHead(): AbcConversionError {
  const most = ABC_LIMITS.characters
  return new AbcConversionError(
    `limit-directives: more than ${counted(most, 'character')} of directives and fields stand before the first tune; shorten them`,
  )
}

/** A line that holds for all tunes; of a very long one only the beginning is looked at. */
const isOfHead = (line: string): boolean => HEAD_LINE.test(line.slice(0, 200))

/** A directive, or a field of a file's head; in the text of an introduction, what looks like one does not count. */
const HEAD_LINE = /^(?:%%|I:|[mU]:.*=|M:\s*(?:C\|?|none|[\d(][\d+/() ]*)\s*(?:%|$)|L:\s*1\/?\d*\s*(?:%|$)|Q:.*\d)/

function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
}

function describeTune(lines: readonly string[], head: readonly string[]): AbcTune {
  const key = fieldOf(lines, 'K')
  return {
    reference: fieldOf(lines, 'X'),
    title: fieldOf(lines, 'T'),
    key,
    mode: abcMode(key),
    // Twenty thousand tunes share the head; each has its own copy only while it is read.
    get abc() {
      return `${[lines[0] as string, ...head, ...lines.slice(1)].join('\n')}\n`
    },
  }
}

/** Of a title and the like: a longer text is not a name. */
const MOST_CHARACTERS = 200

/** The first field of a letter, without its comment; empty when there is none. */
function fieldOf(lines: readonly string[], letter: string): string {
  const line = lines.find((candidate) => candidate.startsWith(`${letter}:`)) ?? ''
  return line
    .slice(2, 2 + MOST_CHARACTERS)
    .replace(/%.*$/, '')
    .trim()
}
