import type { Note, NoteSequence, TimeSignature } from '../score/noteSequence.ts'
import { UserError } from '../support/errors.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'

/** A text that cannot be read as Humdrum: the line, what stands there, and what is expected. */
export class HumdrumError extends UserError {
  override readonly name = 'HumdrumError'
}

const TICKS_PER_QUARTER = 220
const QPM = 120
const VELOCITY = 90
const SECONDS_PER_QUARTER = 60 / QPM
const PITCH_CLASSES: Readonly<Record<string, number>> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 }
const MIDDLE_C = 60

/** A **kern spine that is being read: a voice. */
interface Voice {
  /** Quarter notes read so far. */
  quarters: number
  /** A note that the next token may continue with a tie; its place in `notes`. */
  tied: number | null
  readonly notes: { pitch: number; start: number; end: number }[]
}

/** One **kern token: its length in quarter notes, and its pitch, null for a rest. */
interface KernToken {
  readonly quarters: number
  readonly pitch: number | null
  readonly ties: { readonly opens: boolean; readonly continues: boolean }
}

/**
 * The voices of a score in Humdrum **kern, one instrument per spine, from the last spine (the highest voice) to the first. It reads
 * what a score of single voices needs: notes, rests, dots, ties and metres. Grace notes take no time and are left out; a chord gives
 * its first note. 120 quarter notes per minute.
 * @throws HumdrumError for spines that split or join, a token without a length, and a text without a **kern spine.
 * @example readHumdrum('**kern\n4c\n4d\n*-').notes.length // 2
 */
export function readHumdrum(text: string): NoteSequence {
  const lines = text.split(/\r?\n/)
  const voices: (Voice | null)[] = []
  const metres: TimeSignature[] = []
  lines.forEach((line, n) => {
    if (line === '' || line.startsWith('!')) return
    const tokens = line.split('\t')
    if (voices.length === 0) return void voices.push(...openSpines(tokens))
    if (line.startsWith('*')) readInterpretations(tokens, { line: n + 1, voices, metres })
    else if (!line.startsWith('=')) tokens.forEach((token, spine) => readToken(token, voices[spine], n + 1))
  })
  if (!voices.some((voice) => voice !== null))
    throw new HumdrumError('no **kern spine: expected a line such as "**kern" before the first note')
  return scoreOf(voices.filter((voice) => voice !== null).reverse(), metres)
}

const openSpines = (tokens: readonly string[]): (Voice | null)[] =>
  tokens.map((token) => (token === '**kern' ? { quarters: 0, tied: null, notes: [] } : null))

interface Reading {
  readonly line: number
  readonly voices: readonly (Voice | null)[]
  readonly metres: TimeSignature[]
}

function readInterpretations(tokens: readonly string[], { line, voices, metres }: Reading): void {
  const moved = tokens.find((token) => /^\*[v^x+]$/.test(token))
  if (moved !== undefined)
    throw new HumdrumError(
      `line ${line}: "${moved}" splits, joins, swaps or adds spines: give a score of single voices`,
    )
  tokens.forEach((token, spine) => {
    const [, numerator, denominator] = /^\*M(\d+)\/(\d+)$/.exec(token) ?? []
    const voice = voices[spine]
    if (numerator === undefined || !voice) return
    const metre = { numerator: Number(numerator), denominator: Number(denominator) }
    const timeSeconds = voice.quarters * SECONDS_PER_QUARTER
    if (!metres.some((known) => known.timeSeconds === timeSeconds)) metres.push({ timeSeconds, ...metre })
  })
}

function readToken(token: string, voice: Voice | null | undefined, line: number): void {
  if (!voice || token === '.' || token.startsWith('!')) return
  const found = kernToken(itemAt(token.split(' '), 0), line)
  if (found === null) return
  const { quarters, pitch, ties } = found
  const end = voice.quarters + quarters
  const held = voice.tied === null ? undefined : voice.notes[voice.tied]
  if (pitch !== null) {
    if (ties.continues && held?.pitch === pitch) held.end = end
    else voice.notes.push({ pitch, start: voice.quarters, end })
  }
  voice.tied = pitch !== null && ties.opens ? voice.notes.length - 1 : null
  voice.quarters = end
}

/** A note or rest; null for a grace note. */
function kernToken(token: string, line: number): KernToken | null {
  if (/q/i.test(token)) return null
  const [, digits, dots = ''] = /(\d+)(\.*)/.exec(token) ?? []
  if (digits === undefined) throw new HumdrumError(`line ${line}: "${token}" has no length: expected one such as "4c"`)
  // 4 is a quarter note, 0 a breve, 00 a long; each dot adds half of what was added last.
  const plain = /^0+$/.test(digits) ? 4 * 2 ** digits.length : 4 / Number(digits)
  const quarters = plain * (2 - 0.5 ** dots.length)
  const ties = { opens: /[[_]/.test(token), continues: /[\]_]/.test(token) }
  if (token.includes('r')) return { quarters, pitch: null, ties }
  const [, letters, accidentals = ''] = /([a-g]+|[A-G]+)([#\-n]*)/.exec(token) ?? []
  if (letters === undefined) throw new HumdrumError(`line ${line}: "${token}" has no pitch: expected one such as "4c"`)
  return { quarters, pitch: pitchOf(letters, accidentals), ties }
}

/** c is middle C, cc the octave above, C the octave below, CC the one below that. */
function pitchOf(letters: string, accidentals: string): number {
  const name = letters.charAt(0).toLowerCase()
  const octave = letters.startsWith(name) ? letters.length - 1 : -letters.length
  const shift = [...accidentals].reduce((sum, sign) => sum + (sign === '#' ? 1 : sign === '-' ? -1 : 0), 0)
  return MIDDLE_C + propertyOf(PITCH_CLASSES, name) + 12 * octave + shift
}

function scoreOf(voices: readonly Voice[], timeSignatures: readonly TimeSignature[]): NoteSequence {
  const notes = voices.flatMap((voice, instrument) =>
    voice.notes.map(({ pitch, start, end }): Note => ({
      ...{ instrument, program: 0, isDrum: false, pitch, velocity: VELOCITY },
      ...{ startSeconds: start * SECONDS_PER_QUARTER, endSeconds: end * SECONDS_PER_QUARTER },
    })),
  )
  return {
    ticksPerQuarter: TICKS_PER_QUARTER,
    totalSeconds: notes.reduce((latest, { endSeconds }) => Math.max(latest, endSeconds), 0),
    tempos: [{ timeSeconds: 0, qpm: QPM }],
    timeSignatures,
    keySignatures: [],
    notes,
    startTimeOffsetSeconds: 0,
  }
}
