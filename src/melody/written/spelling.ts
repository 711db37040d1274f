import { itemAt } from '../../support/itemAt.ts'
import { melodyNotes } from '../melody.ts'
import { pitchClass } from '../pitchName.ts'

/** The key a score is written in: its signature, and how notes outside it are spelled. */
export interface ScoreKey {
  /** Pitch class. */
  readonly tonic: number
  readonly mode: 'major' | 'minor'
}

/** The letters of notes, from C up. */
export const LETTERS = ['C', 'D', 'E', 'F', 'G', 'A', 'B'] as const
/** Semitones of the letters above C. */
const NATURALS = [0, 2, 4, 5, 7, 9, 11] as const
/** Below this mean pitch a melody is written in the bass clef. */
const BASS_BELOW = 55
/** Sharps of the major keys from C up; flats are negative. */
const SIGNATURES = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5] as const
const SHARPS = [3, 0, 4, 1, 5, 2, 6] as const // F C G D A E B, as places in LETTERS
/** A note as written: a letter, how far it is altered, and its octave. */
export interface Spelled {
  readonly letter: number
  readonly alteration: number
  readonly octave: number
}

/** Whether a melody is written in the bass clef. */
export function isLow(events: readonly number[]): boolean {
  const notes = melodyNotes(events)
  return notes.length > 0 && notes.reduce((sum, { pitch }) => sum + pitch, 0) / notes.length < BASS_BELOW
}

/** Sharps of a key's signature; flats are negative. */
export const sharpsOf = ({ tonic, mode }: ScoreKey): number =>
  itemAt(SIGNATURES, pitchClass(mode === 'major' ? tonic : tonic + 3))

/** How each letter is altered by the signature. */
export function signatureOf(key: ScoreKey): number[] {
  const sharps = sharpsOf(key)
  const altered = new Array<number>(7).fill(0)
  const letters = sharps >= 0 ? SHARPS.slice(0, sharps) : SHARPS.slice(7 + sharps)
  for (const letter of letters) altered[letter] = Math.sign(sharps)
  return altered
}

/** The letters for the twelve pitch classes: those of the key, then naturals, then the way the signature goes. */
export function spellings(key: ScoreKey): Omit<Spelled, 'octave'>[] {
  const signature = signatureOf(key)
  const flat = signature.some((alteration) => alteration < 0)
  const of = (letter: number, alteration: number) => ({ letter, alteration })
  const find = (wanted: number, alterationOf: (letter: number) => number) => {
    const letter = LETTERS.findIndex((_, n) => pitchClass(itemAt(NATURALS, n) + alterationOf(n)) === wanted)
    return letter < 0 ? null : of(letter, alterationOf(letter))
  }
  return Array.from({ length: 12 }, (_, wanted) => {
    const own = find(wanted, (letter) => itemAt(signature, letter))
    // The leading note of a minor key is its seventh degree raised, even among flats.
    const isLeading = key.mode === 'minor' && wanted === pitchClass(key.tonic - 1)
    const sharp = find(wanted, () => 1) ?? of(0, 0)
    if (own !== null) return own
    if (isLeading && find(wanted, () => 0) === null) return sharp
    return find(wanted, () => 0) ?? (flat ? find(wanted, () => -1) : null) ?? sharp
  })
}

/** A pitch as it is spelled; octave 4 begins with middle C. */
export function noteOf(pitch: number, spelled: readonly Omit<Spelled, 'octave'>[]): Spelled {
  const { letter, alteration } = itemAt(spelled, pitchClass(pitch))
  return { letter, alteration, octave: (pitch - itemAt(NATURALS, letter) - alteration) / 12 - 1 }
}
