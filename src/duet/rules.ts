import type { DuetMode } from '../config/duetModes.ts'
import { degreeOf, scaleStep, type Tonality } from '../config/modes.ts'

/** Scale steps from the performer's note to the partner's. */
const INTERVALS: Partial<Readonly<Record<DuetMode, number>>> = {
  'third-below': -2,
  'third-above': 2,
  'fourth-below': -3,
  'fifth-below': -4,
  'ninth-below': -8,
}
/** The direction of a move beside the performer's, and whether it answers the move before. */
const MOVES: Partial<Readonly<Record<DuetMode, { readonly sign: 1 | -1; readonly isDelayed: boolean }>>> = {
  parallel: { sign: 1, isDelayed: false },
  contrary: { sign: -1, isDelayed: false },
  'delayed-parallel': { sign: 1, isDelayed: true },
  'delayed-contrary': { sign: -1, isDelayed: true },
}

/** What the rules look at on a step, besides the partner's candidate. */
export interface DuetPlace {
  readonly tonality: Tonality
  /** Pitch of the performer that sounds, as far as is known; null in silence. */
  readonly performer: number | null
  /** Whether the performer's note begins on this step. */
  readonly begins: boolean
  /** The performer's two notes before the one that sounds last, that one first. */
  readonly heard: readonly number[]
  /** Pitch of the partner's last note; null before the first. */
  readonly own: number | null
  /** Unisons and octaves of the partner with the performer in a row. */
  readonly unisons: number
}

/** What the rules ask for. */
export interface RuleSettings {
  readonly mode: DuetMode
  /** Whether an octave more or less is as good. */
  readonly octaves: boolean
  /** Whether parallel fifths and octaves are held against a candidate. */
  readonly noParallels: boolean
}

/** Scale steps beyond which a candidate is as wrong as it can be. */
const FAR = 4
/** Weights of what is held against a candidate, beside 1 per scale step that it misses the mode's rule by. */
export const PENALTIES = { outOfMode: 2, unison: 2, parallels: 2, crossing: 1, silence: 1, short: 2 } as const

/** A pitch that the partner may play. */
export interface Candidate {
  readonly pitch: number
  /** Whether it begins; false for one that is held. */
  readonly isNew: boolean
}

/**
 * The rules' score of a partner's pitch, at most 0: minus the scale steps by which it misses what the mode asks for, minus the
 * penalties.
 */
export function ruleScore({ pitch, isNew }: Candidate, place: DuetPlace, settings: RuleSettings): number {
  return 0 - missedBy(pitch, place, settings) - (isNew ? penaltiesOf(pitch, place, settings) : 0)
}

/** The score of silence: a partner whose mode asks for a note does not escape it by resting. */
export const silenceScore = (place: DuetPlace, { mode }: RuleSettings): number =>
  wantedStep(place, mode) === null ? 0 : -PENALTIES.silence

/** Position on the ladder of the scale; a foreign note lies between two steps. */
function ladder(pitch: number, tonality: Tonality): number {
  return scaleStep(pitch, tonality) ?? (scaleStep(pitch - 1, tonality) ?? scaleStep(pitch - 2, tonality)!) + 0.5
}

function missedBy(pitch: number, place: DuetPlace, { mode, octaves }: RuleSettings): number {
  const wanted = wantedStep(place, mode)
  if (wanted === null) return 0
  const missed = Math.abs(ladder(pitch, place.tonality) - wanted)
  const least = octaves ? Math.min(missed % 7, 7 - (missed % 7)) : missed
  return Math.min(least, FAR)
}

/** The step of the scale that the mode asks for; null where it asks for nothing. */
export function wantedStep(place: DuetPlace, mode: DuetMode): number | null {
  const { tonality, performer, begins, heard, own } = place
  const interval = INTERVALS[mode]
  if (interval !== undefined) return performer === null ? null : nearerStep(performer, interval, tonality)
  const move = MOVES[mode]
  if (move === undefined || own === null) return null
  const [now, before, earlier] = heard
  const [to, from] = move.isDelayed && begins ? [before, earlier] : [now, before]
  if (to === undefined || from === undefined || (!move.isDelayed && !begins)) return null
  return ladder(own, tonality) + move.sign * (ladder(to, tonality) - ladder(from, tonality))
}

/** Semitones that an interval usually has, by its scale steps. */
const USUAL: Readonly<Record<number, number>> = { 2: 3.5, 3: 5, 4: 7, 8: 13.5 }

/** The step at an interval; a foreign note takes, of those of its two neighbours, the one at the more usual distance. */
function nearerStep(performer: number, interval: number, tonality: Tonality): number {
  const step = ladder(performer, tonality)
  if (Number.isInteger(step)) return step + interval
  const usual = USUAL[Math.abs(interval)]!
  const missed = (to: number): number => Math.abs(Math.abs(performer - pitchAt(to, performer, tonality)) - usual)
  const [below, above] = [Math.floor(step) + interval, Math.ceil(step) + interval]
  return missed(above) < missed(below) ? above : below
}

/** The pitch on a step of the scale, not far from another pitch. */
function pitchAt(step: number, near: number, tonality: Tonality): number {
  const pitches = Array.from({ length: 49 }, (_, n) => near - 24 + n)
  return pitches.find((pitch) => scaleStep(pitch, tonality) === step)!
}

function penaltiesOf(pitch: number, place: DuetPlace, { mode, noParallels }: RuleSettings): number {
  const { tonality, performer, heard, own, unisons, begins } = place
  if (mode === 'free' && performer === null) return 0
  const outOfMode = degreeOf(pitch, tonality) < 0 ? PENALTIES.outOfMode : 0
  if (performer === null) return outOfMode
  const isUnison = (performer - pitch) % 12 === 0
  const unison = isUnison && unisons >= 2 ? PENALTIES.unison : 0
  const before = heard[1]
  const moves = begins && before !== undefined && own !== null && own !== pitch
  const interval = Math.abs(performer - pitch) % 12
  const parallels =
    noParallels && moves && (interval === 0 || interval === 7) && Math.abs(before - own) % 12 === interval
      ? PENALTIES.parallels
      : 0
  const crossing = own !== null && before !== undefined && Math.sign(before - own) * Math.sign(performer - pitch) < 0
  return outOfMode + unison + parallels + (crossing ? PENALTIES.crossing : 0)
}
