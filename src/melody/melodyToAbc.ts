import { type Melody, melodyNotes } from './melody.ts'
import { pitchClass } from './pitchName.ts'

/** The key a score is written in: its signature, and how notes outside it are spelled. */
export interface AbcKey {
  /** Pitch class. */
  readonly tonic: number
  readonly mode: 'major' | 'minor'
}

/** Options of `melodyToAbc`. */
export interface AbcOptions {
  readonly title: string
  /** Default: C major. */
  readonly key?: AbcKey | null
  readonly qpm?: number
  /** Over the first note that begins at this step or later stands `mark`. */
  readonly markFrom?: number
  readonly mark?: string
}

const LETTERS = ['C', 'D', 'E', 'F', 'G', 'A', 'B'] as const
/** Semitones of the letters above C. */
const NATURALS = [0, 2, 4, 5, 7, 9, 11] as const
const KEY_NAMES = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] as const
const MINOR_KEY_NAMES = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'Bb', 'B'] as const
/** Sharps of the major keys from C up; flats are negative. */
const SIGNATURES = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5] as const
const SHARPS = [3, 0, 4, 1, 5, 2, 6] as const // F C G D A E B, as places in LETTERS
const ACCIDENTALS: Readonly<Record<number, string>> = { [-1]: '_', 0: '=', 1: '^' }
/** Below this mean pitch a melody is written in the bass clef. */
const BASS_BELOW = 55
const BARS_A_LINE = 4

/** A note as written: a letter, how far it is altered, and its octave. */
interface Spelled {
  readonly letter: number
  readonly alteration: number
  readonly octave: number
}

/** How each letter is altered by the signature. */
function signatureOf({ tonic, mode }: AbcKey): number[] {
  const sharps = SIGNATURES[pitchClass(mode === 'major' ? tonic : tonic + 3)]!
  const altered = new Array<number>(7).fill(0)
  const letters = sharps >= 0 ? SHARPS.slice(0, sharps) : SHARPS.slice(7 + sharps)
  for (const letter of letters) altered[letter] = Math.sign(sharps)
  return altered
}

/** The letters for the twelve pitch classes: those of the key, then naturals, then the way the signature goes. */
function spellings(key: AbcKey): Omit<Spelled, 'octave'>[] {
  const signature = signatureOf(key)
  const flat = signature.some((alteration) => alteration < 0)
  const of = (letter: number, alteration: number) => ({ letter, alteration })
  const find = (wanted: number, alterationOf: (letter: number) => number) => {
    const letter = LETTERS.findIndex((_, n) => pitchClass(NATURALS[n]! + alterationOf(n)) === wanted)
    return letter < 0 ? null : of(letter, alterationOf(letter))
  }
  return Array.from({ length: 12 }, (_, wanted) => {
    const own = find(wanted, (letter) => signature[letter]!)
    // The leading note of a minor key is its seventh degree raised, even among flats.
    const isLeading = key.mode === 'minor' && wanted === pitchClass(key.tonic - 1)
    const sharp = find(wanted, () => 1)!
    if (own !== null) return own
    if (isLeading && find(wanted, () => 0) === null) return sharp
    return find(wanted, () => 0) ?? (flat ? find(wanted, () => -1)! : sharp)
  })
}

/** `C,` `C` `c` `c'`: the octave of middle C is in capitals. */
function letterText({ letter, octave }: Spelled): string {
  const name = LETTERS[letter]!
  if (octave >= 5) return name.toLowerCase() + "'".repeat(octave - 5)
  return name + ','.repeat(4 - octave)
}

/** The parts in which a length is written from a place in its bar on: none crosses a beat it does not begin on. */
function parts(place: number, length: number, stepsPerBar: number, stepsPerQuarter: number): number[] {
  const result: number[] = []
  let [at, left] = [place, length]
  while (left > 0) {
    const size = Math.min(left, partAt(at % stepsPerBar, left, stepsPerBar, stepsPerQuarter))
    result.push(size)
    at += size
    left -= size
  }
  return result
}

function partAt(at: number, left: number, stepsPerBar: number, beat: number): number {
  const room = stepsPerBar - at
  if (at % beat !== 0) return Math.min(room, beat - (at % beat), powerBelow(beat - (at % beat)))
  const sizes = [4 * beat, 3 * beat, 2 * beat, 1.5 * beat, beat, 0.75 * beat, 0.5 * beat]
  return sizes.find((size) => Number.isInteger(size) && size <= Math.min(room, left)) ?? 1
}

/** Three steps to the next beat are one and two: a dotted note would hide where the half beat is. */
const powerBelow = (steps: number): number => (steps === 3 ? 1 : steps)

/**
 * A melody as an ABC tune (abcnotation.com, standard 2.1): unit length one step, four bars per line, notes tied across bars and
 * beats, in the clef and with the signature that suit it.
 * @example melodyToAbc(melodyFromEvents([60, -2, -2, -2]), { title: 'One note' }) // '…\nK:C\nC4 |]\n'
 */
export function melodyToAbc(melody: Melody, options: AbcOptions): string {
  const { title, qpm = 120 } = options
  const { stepsPerBar, stepsPerQuarter } = melody
  const key = options.key ?? { tonic: 0, mode: 'major' }
  const notes = melodyNotes(melody.events)
  const mean = notes.reduce((sum, { pitch }) => sum + pitch, 0) / Math.max(1, notes.length)
  const clef = notes.length > 0 && mean < BASS_BELOW ? ' clef=bass' : ''
  const names = key.mode === 'major' ? KEY_NAMES : MINOR_KEY_NAMES
  return [
    'X:1',
    `T:${title.replace(/\s+/g, ' ')}`,
    `M:${stepsPerBar / stepsPerQuarter}/4`,
    `L:1/${4 * stepsPerQuarter}`,
    `Q:1/4=${qpm}`,
    `K:${names[pitchClass(key.tonic)]}${key.mode === 'minor' ? 'm' : ''}${clef}`,
    `${barLines(melody, key, options)}\n`,
  ].join('\n')
}

interface Span {
  /** Null for a rest. */
  readonly pitch: number | null
  readonly from: number
  readonly to: number
}

/** Notes and the rests between them, to the end. */
function spansOf({ events }: Melody): Span[] {
  const spans: Span[] = []
  let at = 0
  for (const { pitch, startStep, endStep } of melodyNotes(events)) {
    if (startStep > at) spans.push({ pitch: null, from: at, to: startStep })
    spans.push({ pitch, from: startStep, to: endStep })
    at = endStep
  }
  if (at < events.length) spans.push({ pitch: null, from: at, to: events.length })
  return spans
}

function barLines(melody: Melody, key: AbcKey, { markFrom = Infinity, mark = '' }: AbcOptions): string {
  const { stepsPerBar, stepsPerQuarter } = melody
  const signature = signatureOf(key)
  const spelled = spellings(key)
  /** By the note as written, and by its letter in any octave. */
  /** How a note, and how a letter in any octave, is altered so far. */
  const inBar = new Map<string | number, number>()
  const bars: string[] = ['']
  let marked = mark === ''
  const write = (text: string): void => void (bars[bars.length - 1] += text)
  for (const { pitch, from, to } of spansOf(melody)) {
    let at = from
    for (const size of parts(from, to - from, stepsPerBar, stepsPerQuarter)) {
      if (at > 0 && at % stepsPerBar === 0) {
        bars.push('')
        inBar.clear()
      } else if (at % stepsPerQuarter === 0) write(' ')
      if (!marked && pitch !== null && from >= markFrom) {
        write(`"^${mark}"`)
        marked = true
      }
      const length = size === 1 ? '' : String(size)
      if (pitch === null) write(`z${length}`)
      else {
        const note = noteOf(pitch, spelled)
        const name = letterText(note)
        // An accidental holds in every octave by the standard, in its own alone by engravers and some programs.
        const before = [name, note.letter].map((each) => inBar.get(each) ?? signature[note.letter]!)
        const isSaid = before.every((alteration) => alteration === note.alteration)
        inBar.set(name, note.alteration).set(note.letter, note.alteration)
        write((isSaid ? '' : ACCIDENTALS[note.alteration]!) + name + length + (at + size < to ? '-' : ''))
      }
      at += size
    }
  }
  const lines = bars.map((bar, n) => {
    const end = n === bars.length - 1 ? ' |]' : (n + 1) % BARS_A_LINE === 0 ? ' |\n' : ' | '
    return bar.trim() + end
  })
  return lines.join('')
}

function noteOf(pitch: number, spelled: readonly Omit<Spelled, 'octave'>[]): Spelled {
  const { letter, alteration } = spelled[pitchClass(pitch)]!
  return { letter, alteration, octave: (pitch - NATURALS[letter]! - alteration) / 12 - 1 }
}
