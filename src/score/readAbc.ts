import { createRequire } from 'node:module'
import type * as Abcjs from 'abcjs'
import { boundedInTime, OutOfTimeError } from '../support/boundedInTime.js'
import { UserError } from '../support/errors.js'
import { MidiConversionError } from './midiConversionError.js'
import type { NoteSequence } from './noteSequence.js'
import { readMidi } from './readMidi.js'

export { type AbcMode, type AbcTune, splitTunebook } from './splitTunebook.js'

/**
 * A text that is no ABC tune this project reads. The message says what is wrong; one that begins with `limit-` names a
 * bound of our own.
 */
export class AbcConversionError extends UserError {
  override readonly name = 'AbcConversionError'
}

/** What one tune may hold. The longest of 4,248 real ones has 2,439 characters; abcjs takes time by the square of it. */
export const ABC_LIMITS = {
  characters: 50_000,
  /** The largest number of an ending (`[1-4`), each of which is one more time through. */
  endings: 100,
  /** Digits of a number in the music. */
  digits: 5,
  /** Digits of a note's length: abcjs plays a trill of ten thousand beats note by note. */
  lengthDigits: 3,
  /** A number in a metre, unit length or tempo field; 0 is none either: abcjs divides by it. */
  fieldNumber: 999,
  /** Of the thread's own work; the longest of the real tunes takes 60. */
  milliseconds: 1500,
} as const

let loaded: typeof Abcjs | null = null

/** abcjs, loaded by the first tune: it takes half a second, which a reader of MIDI should not pay. */
function abcjs(): typeof Abcjs {
  loaded ??= createRequire(import.meta.url)('abcjs') as typeof Abcjs
  return loaded
}

/**
 * Reads the first tune of an ABC text: what abcjs 6.7 plays, with repeats expanded and without accompaniment for chord
 * symbols, through our MIDI reader.
 * @throws AbcConversionError when there is no tune, abcjs fails, or a bound is exceeded (`limit-…`)
 * @example readAbc('X:1\nK:C\nCDEF|').notes.map((note) => note.pitch) // [60, 62, 64, 65]
 */
export function readAbc(text: string): NoteSequence {
  const abc = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  checkTune(abc)
  const midi = quietly(() => convertInTime(abc))
  try {
    return readMidi(midi)
  } catch (error) {
    if (!(error instanceof MidiConversionError)) throw error
    const limit = error.message.startsWith('limit-')
    throw new AbcConversionError(limit ? error.message : `abcjs made MIDI that cannot be read: ${error.message}`)
  }
}

function checkTune(abc: string): void {
  if (abc.trim() === '') throw new AbcConversionError('empty text')
  if (abc.length > ABC_LIMITS.characters) {
    throw new AbcConversionError(`limit-characters: ${abc.length}, more than ${ABC_LIMITS.characters}`)
  }
  if (!/^K:/m.test(abc)) throw new AbcConversionError('no K: field, with which the music of an ABC tune begins')
  checkNumberFields(abc)
  const music = musicOf(abc)
  const long = music.match(new RegExp(`\\d{${ABC_LIMITS.digits + 1},}`))
  if (long) throw new AbcConversionError(`limit-digits: ${long[0].slice(0, 20)}, more than ${ABC_LIMITS.digits} digits`)
  const endless = music.match(new RegExp(`(?<=[A-Za-z,'\`)\\]/])\\d{${ABC_LIMITS.lengthDigits + 1},}`))
  if (endless) throw new AbcConversionError(`limit-length: ${endless[0]}, more than ${ABC_LIMITS.lengthDigits} digits`)
  for (const [ending] of music.matchAll(/[[|]\s*"?\d[\d,\s-]*/g)) {
    const largest = Math.max(...(ending.match(/\d+/g) ?? []).map(Number))
    if (largest > ABC_LIMITS.endings) {
      throw new AbcConversionError(`limit-endings: ending ${largest}, more than ${ABC_LIMITS.endings}`)
    }
  }
}

/** A beat or bar of no length never ends, and one of a million is filled event by event until the memory is full. */
function checkNumberFields(abc: string): void {
  for (const [field] of abc.matchAll(/(?<=^|\[)[MLQ]:[^\]\n%]*/gm)) {
    const numbers = (field.replace(/"[^"]*"/g, '').match(/\d+/g) ?? []).map(Number)
    if (numbers.some((number) => number < 1 || number > ABC_LIMITS.fieldNumber)) {
      throw new AbcConversionError(`limit-field: ${field.slice(0, 40)}, numbers from 1 to ${ABC_LIMITS.fieldNumber}`)
    }
  }
}

/** What is neither a field nor a comment. */
function musicOf(abc: string): string {
  return abc
    .split('\n')
    .filter((line) => !/^[A-Za-z]:/.test(line))
    .map((line) => line.replace(/%.*$/, ''))
    .join('\n')
}

function abcToMidi(abc: string): Uint8Array {
  // abcjs answers with an array, one file a tune, though its types say otherwise.
  const files: unknown = abcjs().synth.getMidiFile(abc, { midiOutputType: 'binary', chordsOff: true })
  const first: unknown = Array.isArray(files) ? files[0] : files
  if (!(first instanceof Uint8Array)) throw new AbcConversionError('abcjs made no MIDI of it')
  return first
}

function convertInTime(abc: string): Uint8Array {
  abcjs() // not on this tune's time
  try {
    return boundedInTime(() => abcToMidi(abc), ABC_LIMITS.milliseconds)
  } catch (error) {
    throw asAbcError(error)
  }
}

function asAbcError(error: unknown): AbcConversionError {
  if (error instanceof AbcConversionError) return error
  if (error instanceof OutOfTimeError) {
    return new AbcConversionError(`limit-time: abcjs took more than ${ABC_LIMITS.milliseconds} ms`)
  }
  return new AbcConversionError(`abcjs failed: ${error instanceof Error ? error.message : String(error)}`)
}

/** abcjs writes its doubts about a tune to the console, which belongs to whoever called us. */
function quietly<T>(work: () => T): T {
  const { log, warn, error } = console
  const silent = (): void => undefined
  Object.assign(console, { log: silent, warn: silent, error: silent })
  try {
    return work()
  } finally {
    Object.assign(console, { log, warn, error })
  }
}
