import { MODE_DEGREES, MODE_NAMES, type ModeName } from '../../../src/config/modes.ts'
import { NO_EVENT, NOTE_OFF } from '../../../src/melody/melody.ts'
import { augment, invert, retrograde, transpose } from '../../../src/melody/transform.ts'

/** A comparison to hear: what is known, a rest, and what is made of it. */
export interface TermSound {
  readonly name: string
  readonly events: readonly number[]
  /** Steps of what is known. */
  readonly knownSteps: number
}

const MIDDLE_C = 60
/** Bach's own figure, the first half bar of the primer. */
const MOTIF = [55, -2, 62, -2, 71, -2, 69, -2]
/** Half a beat of silence and half a beat more. */
const REST = [NOTE_OFF, NO_EVENT, NO_EVENT, NO_EVENT]

const compared = (name: string, known: readonly number[], made: readonly number[]): TermSound => ({
  name,
  events: [...known, ...REST, ...made],
  knownSteps: known.length,
})

/** Other names of modes. */
const ALSO: Partial<Record<ModeName, string>> = { ionian: 'major', aeolian: 'minor' }

/** @example modeTitle('mixolydian-b6') // 'mixolydian ♭6' */
export function modeTitle(mode: ModeName): string {
  const also = ALSO[mode]
  return also === undefined ? mode.replace(/-(b(?=\d))?/, (_, flat) => (flat ? ' ♭' : ' ')) : `${mode} (${also})`
}

/** The scale of a mode up from middle C to its octave, in eighths. */
export const scaleOf = (mode: ModeName): number[] =>
  [...MODE_DEGREES[mode], 12].flatMap((above) => [MIDDLE_C + above, NO_EVENT])

/** Each mode after the plain scale that has its third: major or minor. */
export const modeSounds = (): TermSound[] =>
  MODE_NAMES.map((mode) => {
    const degrees: readonly number[] = MODE_DEGREES[mode]
    return compared(modeTitle(mode), scaleOf(degrees.includes(4) ? 'ionian' : 'aeolian'), scaleOf(mode))
  })

/** A motif, then what composers make of it. */
export const motifSounds = (): TermSound[] => [
  compared('Transposed', MOTIF, transpose(MOTIF, 5)),
  compared('Inverted', MOTIF, invert(MOTIF, 62)),
  compared('Retrograde', MOTIF, retrograde(MOTIF)),
  compared('Augmented', MOTIF, augment(MOTIF, 2)),
  compared('Diminished: the slow one first', augment(MOTIF, 2), MOTIF),
  compared(
    'One note changed',
    MOTIF,
    MOTIF.map((event) => (event === 71 ? 67 : event)),
  ),
]
