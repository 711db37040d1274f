import { tonalityName } from '../config/modes.ts'
import { checkControl } from '../generation/control/checkControl.ts'
import { findTonality } from '../generation/control/findTonality.ts'
import { parseKey } from '../generation/control/keyText.ts'
import type { Recipe } from '../generation/compose.ts'
import { type Metre, PrimerError, type PrimerMelody } from '../generation/primers.ts'
import { readPrimer, type ReadPrimerOptions } from '../generation/readPrimer.ts'
import type { Control } from '../results/control.ts'
import type { Reporter } from '../support/progress.ts'

/** Stands for the primer where a key or a melody can be named. */
export const OF_PRIMER = 'primer'

/** What melodies are held to, as a person asks for it. */
export interface ControlRequest extends Pick<Control, 'accent' | 'density' | 'range' | 'stepwise' | 'repetition'> {
  /** `primer`, for the key that is found in it, or a key such as `D dorian`. */
  readonly key?: string
  /** Lets some notes lie outside the key. */
  readonly softKey?: boolean
  /** Metre to write in, instead of the primer's. */
  readonly metre?: Metre
  /** `primer`, or a melody as a primer is named: whose rhythm, or pitches, to keep. */
  readonly keepRhythm?: string
  readonly keepPitches?: string
}

/** A primer, and what its continuations are held to. */
export interface ControlledPrimer {
  readonly primer: PrimerMelody
  /** Absent = nothing. */
  readonly control?: Control
}

/** How hard onsets keep to the beats where a person chooses a metre other than 4/4. */
const DEFAULT_ACCENT = 1

/**
 * What is asked of the continuations of one primer, with keys found, melodies read and the metre set.
 * @throws PrimerError for a melody that cannot be read; TonalityError; ControlError for what cannot be met.
 */
export async function controlOf(
  request: ControlRequest,
  given: PrimerMelody,
  reading: { readonly options: ReadPrimerOptions; readonly reporter: Reporter; readonly drawing: Drawing },
): Promise<ControlledPrimer> {
  const { softKey, metre, keepRhythm, keepPitches, accent, density, range, stepwise, repetition } = request
  const primer = metre === undefined ? given : withMetre(given, metre)
  const line = async (text: string): Promise<readonly number[]> => {
    if (text === OF_PRIMER) return given.events
    return (await readPrimer(text, { ...reading.options, whole: true }, reading.reporter)).primer.events
  }
  const isCommon = primer.timeSignature === undefined
  const hold = accent ?? (metre === undefined || isCommon ? 0 : DEFAULT_ACCENT)
  const control: Control = {
    ...(request.key === undefined ? {} : { key: { ...keyOf(request.key, given, reading.reporter), hard: !softKey } }),
    ...(hold === 0 ? {} : { accent: hold }),
    ...(keepRhythm === undefined ? {} : { rhythm: await line(keepRhythm) }),
    ...(keepPitches === undefined ? {} : { pitches: await line(keepPitches) }),
    ...(density === undefined ? {} : { density }),
    ...(range === undefined ? {} : { range }),
    ...(stepwise === undefined ? {} : { stepwise }),
    ...(repetition === undefined ? {} : { repetition }),
  }
  if (Object.keys(control).length === 0) return { primer }
  checkControl(control, reading.drawing)
  return { primer, control }
}

/** How melodies are drawn. */
export type Drawing = Parameters<typeof checkControl>[1]

function keyOf(text: string, { events }: PrimerMelody, reporter: Reporter): ReturnType<typeof parseKey> {
  if (text !== OF_PRIMER) return parseKey(text)
  const found = findTonality(events)
  if (found === null)
    throw new PrimerError('the primer has no notes to find a key in: name one, such as --key "D dorian"')
  reporter.line(`the primer is in ${tonalityName(found)} (--key chooses another)`)
  return found
}

function withMetre({ timeSignature: _before, ...primer }: PrimerMelody, metre: Metre): PrimerMelody {
  const isCommon = metre.numerator === 4 && metre.denominator === 4
  return isCommon ? primer : { ...primer, timeSignature: metre }
}

/**
 * A control as part of a file's name; empty without a control.
 * @example controlName({ density: 1.5 }) // 'density-1.5'
 */
export function controlName({ control, timeSignature }: Pick<Recipe, 'control' | 'timeSignature'>): string {
  if (control === undefined) return ''
  const { key, accent, rhythm, pitches, density, range, stepwise, repetition } = control
  const metre = timeSignature === undefined ? '4-4' : `${timeSignature.numerator}-${timeSignature.denominator}`
  return [
    ...(key === undefined
      ? []
      : [`${tonalityName(key).replace(' ', '-').replace('#', '-sharp')}${key.hard ? '' : '-soft'}`]),
    ...(accent === undefined ? [] : [`metre-${metre}`]),
    ...(rhythm === undefined ? [] : ['rhythm']),
    ...(pitches === undefined ? [] : ['pitches']),
    ...(density === undefined ? [] : [`density-${density}`]),
    ...(range === undefined ? [] : [`range-${range}`]),
    ...(stepwise === undefined ? [] : [`stepwise-${stepwise}`]),
    ...(repetition === undefined ? [] : [`repetition-${repetition}`]),
  ].join('_')
}
