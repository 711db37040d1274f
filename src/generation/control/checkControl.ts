import { degreeOf, tonalityName } from '../../config/modes.ts'
import { isPitch } from '../../melody/melody.ts'
import { pitchName } from '../../melody/pitchName.ts'
import type { Control } from '../../results/control.ts'
import { UserError } from '../../support/errors.ts'
import type { Decoding } from '../decode.ts'

/** Controls that cannot be met; the message has the values and the remedy. */
export class ControlError extends UserError {
  override readonly name = 'ControlError'
}

/** What else decides a melody that is held to something. */
export interface ControlSetting extends Pick<Decoding, 'temperature' | 'rhythmTemperature'> {
  readonly beamSize: number
  readonly branchFactor: number
}

/** @throws ControlError for controls that contradict each other, or the way of drawing. */
export function checkControl(control: Control, setting: ControlSetting): void {
  const problem = values(control) ?? contradiction(control) ?? drawing(setting)
  if (problem !== null) throw new ControlError(problem)
}

const MOST_DENSITY = 4
const MOST_RANGE = 127

function values({ density, range, stepwise, repetition }: Control): string | null {
  const within = (value: number | undefined, most: number): boolean =>
    value === undefined || (value >= 0 && value <= most)
  if (!within(density, MOST_DENSITY))
    return `a density of ${density} cannot be written in sixteenths: ask for 0 to ${MOST_DENSITY} notes per quarter`
  if (!within(range, MOST_RANGE)) return `a range of ${range} semitones is wider than MIDI: ask for 0 to ${MOST_RANGE}`
  if (!within(stepwise, 1)) return `a share of ${stepwise} moves by step cannot be: ask for 0 to 1`
  if (!within(repetition, 1)) return `a share of ${repetition} repeated notes cannot be: ask for 0 to 1`
  return null
}

function contradiction({ key, rhythm, pitches, density, range, stepwise, accent }: Control): string | null {
  if (rhythm !== undefined && !rhythm.some(isPitch)) return 'the rhythm to keep has no notes: give a melody with notes'
  if (pitches !== undefined && !pitches.some(isPitch))
    return 'the melody whose pitches to keep has no notes: give a melody with notes'
  if (rhythm !== undefined && density !== undefined)
    return `a kept rhythm has its own density: leave out the density of ${density}, or the rhythm`
  if (rhythm !== undefined && accent !== undefined && accent !== 0)
    return `a kept rhythm has its own accents: leave out the accent of ${accent}, or the rhythm`
  if (pitches === undefined) return rangeProblem(range, stepwise)
  const tune = pitches.filter(isPitch)
  const foreign = key?.hard ? tune.find((pitch) => degreeOf(pitch, key) < 0) : undefined
  if (key !== undefined && foreign !== undefined)
    return `the pitches to keep hold ${pitchName(foreign)}, which is not in ${tonalityName(key)}: make the key soft, or choose another`
  if (range !== undefined || stepwise !== undefined)
    return `kept pitches have their own ${range === undefined ? 'steps and leaps' : 'range'}: leave out one of the two`
  return null
}

function rangeProblem(range: number | undefined, stepwise: number | undefined): string | null {
  if (range !== 0 || stepwise === undefined || stepwise === 0) return null
  return `a range of 0 semitones is one pitch, so no move is a step: leave out the share of ${stepwise}, or ask for a range of 2 or more`
}

function drawing({ temperature, rhythmTemperature, beamSize, branchFactor }: ControlSetting): string | null {
  if (temperature === 0 || rhythmTemperature === 0)
    return 'controls weigh draws, and at temperature 0 nothing is drawn: use a temperature above 0, such as 0.1'
  if (beamSize * branchFactor > 1)
    return `controls work on single draws, not on a beam search of ${beamSize * branchFactor} candidates: leave out the beam`
  return null
}
