import { itemAt } from '../../support/itemAt.ts'
import type { Melody } from '../melody.ts'
import { pitchClass } from '../pitchName.ts'
import { isLow, LETTERS, noteOf, type ScoreKey, signatureOf, type Spelled, spellings } from './spelling.ts'
import { type Mark, markedPieces, metreOf, type WrittenMetre, type WrittenPiece, writtenBars } from './writtenBars.ts'

/** Options of `melodyToAbc`. */
export interface AbcOptions {
  readonly title: string
  /** Default: C major. */
  readonly key?: ScoreKey | null
  readonly qpm?: number
  /** Default: by the steps of a bar. Bars of twelve steps may be 3/4 or 6/8. */
  readonly metre?: WrittenMetre
  readonly marks?: readonly Mark[]
}

const KEY_NAMES = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] as const
const MINOR_KEY_NAMES = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'Bb', 'B'] as const
const ACCIDENTALS: Readonly<Record<number, string>> = { [-1]: '_', 0: '=', 1: '^' }
const BARS_A_LINE = 4

/** `C,` `C` `c` `c'`: the octave of middle C is in capitals. */
function letterText({ letter, octave }: Spelled): string {
  const name = itemAt(LETTERS, letter)
  if (octave >= 5) return name.toLowerCase() + "'".repeat(octave - 5)
  return name + ','.repeat(4 - octave)
}

/**
 * A melody as an ABC tune (abcnotation.com, standard 2.1): unit length one step, four bars per line, notes tied across bars and
 * beats, in the clef and with the signature that suit it.
 * @example melodyToAbc(melodyFromEvents([60, -2, -2, -2]), { title: 'One note' }) // '…\nK:C\nC4 |]\n'
 */
export function melodyToAbc(melody: Melody, options: AbcOptions): string {
  const { title, qpm = 120 } = options
  const { numerator, denominator } = options.metre ?? metreOf(melody)
  const key = options.key ?? { tonic: 0, mode: 'major' }
  const clef = isLow(melody.events) ? ' clef=bass' : ''
  const names = key.mode === 'major' ? KEY_NAMES : MINOR_KEY_NAMES
  return [
    'X:1',
    `T:${title.replace(/\s+/g, ' ')}`,
    `M:${numerator}/${denominator}`,
    `L:1/${4 * melody.stepsPerQuarter}`,
    `Q:1/4=${qpm}`,
    `K:${itemAt(names, pitchClass(key.tonic))}${key.mode === 'minor' ? 'm' : ''}${clef}`,
    `${barLines(melody, key, options)}\n`,
  ].join('\n')
}

function barLines(melody: Melody, key: ScoreKey, options: AbcOptions): string {
  const bars = writtenBars(melody)
  const marked = markedPieces(bars, options.marks)
  const signature = signatureOf(key)
  const spelled = spellings(key)
  return bars
    .map((pieces, n) => {
      /** How a note, and how a letter in any octave, is altered so far. */
      const inBar = new Map<string | number, number>()
      const written = pieces.map((piece, first) => {
        const space = first > 0 && piece.at % melody.stepsPerQuarter === 0 ? ' ' : ''
        const mark = marked.get(piece)
        return `${space}${mark === undefined ? '' : `"^${mark}"`}${pieceText(piece, { spelled, signature, inBar })}`
      })
      const end = n === bars.length - 1 ? ' |]' : (n + 1) % BARS_A_LINE === 0 ? ' |\n' : ' | '
      return written.join('') + end
    })
    .join('')
}

interface BarState {
  readonly spelled: ReturnType<typeof spellings>
  readonly signature: readonly number[]
  readonly inBar: Map<string | number, number>
}

function pieceText({ pitch, at, size, to }: WrittenPiece, { spelled, signature, inBar }: BarState): string {
  const length = size === 1 ? '' : String(size)
  if (pitch === null) return `z${length}`
  const note = noteOf(pitch, spelled)
  const name = letterText(note)
  // An accidental holds in every octave by the standard, in its own alone by engravers and some programs.
  const before = [name, note.letter].map((each) => inBar.get(each) ?? itemAt(signature, note.letter))
  const isSaid = before.every((alteration) => alteration === note.alteration)
  inBar.set(name, note.alteration).set(note.letter, note.alteration)
  return `${isSaid ? '' : ACCIDENTALS[note.alteration]}${name}${length}${at + size < to ? '-' : ''}`
}
