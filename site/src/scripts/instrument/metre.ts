import { METRE_NAMES, type MetreName } from '../../../../src/config/metres.ts'

/** How the beats of a metre lie on the grid of sixteenths that the models count. */
export interface MetreBeats {
  readonly numerator: number
  readonly denominator: number
  /** Steps between two beats: four in 2/4, 3/4 and 4/4; six in 6/8, 9/8 and 12/8, which count dotted quarters; two in 7/8. */
  readonly stepsPerBeat: 2 | 4 | 6
  readonly beatsPerBar: number
}

const simple = (beats: number): MetreBeats => ({
  ...{ numerator: beats, denominator: 4, stepsPerBeat: 4 as const, beatsPerBar: beats },
})
const compound = (beats: number): MetreBeats => ({
  ...{ numerator: 3 * beats, denominator: 8, stepsPerBeat: 6 as const, beatsPerBar: beats },
})

const eighths = (beats: number): MetreBeats => ({
  ...{ numerator: beats, denominator: 8, stepsPerBeat: 2 as const, beatsPerBar: beats },
})

/** Metres that a file may bring along; nobody is asked to choose them. */
const RARE = ['5/4', '7/4', '3/8', '5/8', '7/8', '11/8'] as const
/** Name of a metre that music can have here. */
export type AnyMetre = MetreName | (typeof RARE)[number]

/** The metres of music here, by name: those a person can play in, then those of files. */
export const METRES: Readonly<Record<AnyMetre, MetreBeats>> = {
  '2/4': simple(2),
  '3/4': simple(3),
  '4/4': simple(4),
  '6/8': compound(2),
  '9/8': compound(3),
  '12/8': compound(4),
  '5/4': simple(5),
  '7/4': simple(7),
  '3/8': eighths(3),
  '5/8': eighths(5),
  '7/8': eighths(7),
  '11/8': eighths(11),
}

export const stepsPerBarOf = ({ stepsPerBeat, beatsPerBar }: MetreBeats): number => stepsPerBeat * beatsPerBar

/** The usual metre whose bars have this many steps; else one that counts quarters. */
export const metreOfSteps = (stepsPerBar: number): AnyMetre =>
  [...METRE_NAMES, ...RARE].find((name) => stepsPerBarOf(METRES[name]) === stepsPerBar) ?? '2/4'

/** Slowest and fastest tempo, in beats per minute. */
export const TEMPO_RANGE = { least: 20, most: 300 } as const

/**
 * Quarter notes per minute, as MIDI files count, of a tempo in beats.
 * @example quartersPerMinute(80, METRES['6/8']) // 120: a dotted quarter is a quarter and a half
 */
export const quartersPerMinute = (beatsPerMinute: number, { stepsPerBeat }: MetreBeats): number =>
  (beatsPerMinute * stepsPerBeat) / 4

/** How steps lie in time: the audio clock's seconds on one side, steps on the other. */
export interface Grid {
  readonly metre: MetreBeats
  readonly beatsPerMinute: number
  /** Where in the beat its second half begins: .5 straight, 2/3 a full swing. Beats of six steps are never swung. */
  readonly swing: number
  /** Time of step 0, in seconds of the audio clock. */
  readonly originSeconds: number
}

export const beatSeconds = ({ beatsPerMinute }: Grid): number => 60 / beatsPerMinute

/** Mean length of a step, in seconds. */
export const stepSeconds = (grid: Grid): number => beatSeconds(grid) / grid.metre.stepsPerBeat

const swingOf = ({ metre, swing }: Grid): number => (metre.stepsPerBeat === 4 ? swing : 0.5)

/** The time of a step, which need not be whole. */
export function timeOfStep(grid: Grid, step: number): number {
  const beat = step / grid.metre.stepsPerBeat
  const whole = Math.floor(beat)
  return grid.originSeconds + (whole + swung(beat - whole, swingOf(grid))) * beatSeconds(grid)
}

/** The step at a time, with its fraction: the inverse of `timeOfStep`. */
export function stepAtTime(grid: Grid, seconds: number): number {
  const beat = (seconds - grid.originSeconds) / beatSeconds(grid)
  const whole = Math.floor(beat)
  return (whole + straight(beat - whole, swingOf(grid))) * grid.metre.stepsPerBeat
}

const swung = (part: number, swing: number): number =>
  part < 0.5 ? part * 2 * swing : swing + (part - 0.5) * 2 * (1 - swing)

const straight = (part: number, swing: number): number =>
  part < swing ? part / (2 * swing) : 0.5 + (part - swing) / (2 * (1 - swing))

/** A click of the metronome. */
export interface Click {
  readonly step: number
  /** The first beat of a bar. */
  readonly isAccent: boolean
}

/** The clicks from one step to another, which is not among them. */
export function clicksBetween(metre: MetreBeats, from: number, to: number): Click[] {
  const { stepsPerBeat } = metre
  const clicks: Click[] = []
  for (let beat = Math.ceil(from / stepsPerBeat); beat * stepsPerBeat < to; beat++) {
    const step = beat * stepsPerBeat
    clicks.push({ step, isAccent: step % stepsPerBarOf(metre) === 0 })
  }
  return clicks
}

/** The first bar line at or after a step. */
export function nextBarLine(metre: MetreBeats, step: number): number {
  const bar = stepsPerBarOf(metre)
  return Math.ceil(step / bar - 1e-9) * bar + 0 // not -0
}
