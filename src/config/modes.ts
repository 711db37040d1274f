import { UserError } from '../support/errors.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'
import { recordOf, keysOf } from '../support/records.ts'

/** Semitones above the tonic of each mode: the seven of the major scale, then those of melodic minor. */
export const MODE_DEGREES = {
  ionian: [0, 2, 4, 5, 7, 9, 11],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  aeolian: [0, 2, 3, 5, 7, 8, 10],
  locrian: [0, 1, 3, 5, 6, 8, 10],
  'melodic-minor': [0, 2, 3, 5, 7, 9, 11],
  'dorian-b2': [0, 1, 3, 5, 7, 9, 10],
  'lydian-augmented': [0, 2, 4, 6, 8, 9, 11],
  'lydian-dominant': [0, 2, 4, 6, 7, 9, 10],
  'mixolydian-b6': [0, 2, 4, 5, 7, 8, 10],
  'locrian-2': [0, 2, 3, 5, 6, 8, 10],
  altered: [0, 1, 3, 4, 6, 8, 10],
} as const satisfies Record<string, readonly number[]>

/** Name of a mode. */
export type ModeName = keyof typeof MODE_DEGREES
/** All modes. */
export const MODE_NAMES = keysOf(MODE_DEGREES)

/** A mode on a root. */
export interface Tonality {
  readonly mode: ModeName
  /** Pitch class of the tonic, 0 = C. */
  readonly root: number
}

/** A mode or a root nobody knows; the message lists what there is. */
export class TonalityError extends UserError {
  override readonly name = 'TonalityError'
}

const NATURALS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }
const PITCH_CLASSES = 12

/** The names of the roots, by pitch class. */
export const ROOT_NAMES = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'] as const

/**
 * The mode and root a person names, in letters of either case, with # or b.
 * @throws TonalityError with the value and the remedy.
 * @example parseTonality('dorian', 'D') // { mode: 'dorian', root: 2 }
 */
export function parseTonality(mode: string, root: string): Tonality {
  const found = MODE_NAMES.find((name) => name === mode.trim().toLowerCase())
  if (found === undefined) throw new TonalityError(`unknown mode "${mode}": use ${MODE_NAMES.join(', ')}`)
  return { mode: found, root: parseRoot(root) }
}

function parseRoot(text: string): number {
  const match = /^([a-g])(#|b)?$/i.exec(text.trim())
  if (match === null)
    throw new TonalityError(`unknown root "${text}": use ${ROOT_NAMES.join(', ')}, or C#, D#, Gb, G#, A#`)
  const natural = propertyOf(NATURALS, itemAt(match, 1).toUpperCase())
  const moved = natural + (match[2] === '#' ? 1 : match[2] === undefined ? 0 : -1)
  return (moved + PITCH_CLASSES) % PITCH_CLASSES
}

/** As people say it: `D dorian`. */
export const tonalityName = ({ mode, root }: Tonality): string => `${ROOT_NAMES[root]} ${mode}`

/** Semitones from the tonic up to a pitch, octaves left out: 0-11. */
export const aboveTonic = (pitch: number, { root }: Tonality): number =>
  (((pitch - root) % PITCH_CLASSES) + PITCH_CLASSES) % PITCH_CLASSES

const DEGREE_OF: Readonly<Record<ModeName, readonly number[]>> = recordOf(MODE_NAMES, (mode) => {
  const degrees: readonly number[] = MODE_DEGREES[mode]
  return Array.from({ length: PITCH_CLASSES }, (_, above) => degrees.indexOf(above))
})

/** Place of a pitch in the scale, 0 = tonic to 6; -1 where it is outside. Free of octave. */
export const degreeOf = (pitch: number, tonality: Tonality): number =>
  itemAt(DEGREE_OF[tonality.mode], aboveTonic(pitch, tonality))

/** Steps of the scale from the tonic at or above MIDI 0, through all octaves; null outside the scale. */
export function scaleStep(pitch: number, tonality: Tonality): number | null {
  const degree = degreeOf(pitch, tonality)
  if (degree < 0) return null
  return ((pitch - tonality.root - aboveTonic(pitch, tonality)) / PITCH_CLASSES) * 7 + degree
}

/**
 * What distinguishes a mode from plain major or minor, whichever has its third: semitones above the tonic that those lack. Of
 * major itself its leading note, of minor its sixth.
 * @example colourOf('dorian') // [9]
 */
export function colourOf(mode: ModeName): readonly number[] {
  const degrees: readonly number[] = MODE_DEGREES[mode]
  const plain: readonly number[] = degrees.includes(4) ? MODE_DEGREES.ionian : MODE_DEGREES.aeolian
  const own = degrees.filter((above) => !plain.includes(above))
  if (own.length > 0) return own
  return mode === 'ionian' ? [11] : [8]
}
