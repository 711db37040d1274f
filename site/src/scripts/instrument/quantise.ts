import { type Grid, stepSeconds, timeOfStep } from './metre.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** What is known of a player's lateness before a phrase, in seconds; a positive offset is late. */
export interface Lateness {
  readonly offsetSeconds: number
  /** How sure that is: a standard deviation. */
  readonly deviationSeconds: number
}

/** Before anybody has tapped: people play a little late, and so does sound. */
export const UNKNOWN_LATENESS: Lateness = { offsetSeconds: 0.03, deviationSeconds: 0.04 }

/** Onsets on steps, and what they say of the player. */
export interface Quantised {
  /** Step of each onset; never decreasing, and equal only for notes of a chord. */
  readonly steps: readonly number[]
  /** The player's offset at the end of the phrase, in seconds. */
  readonly offsetSeconds: number
}

/** Standard deviation of a player's onsets around their own time. */
const JITTER_SECONDS = 0.025
/** Of the drift: within a phrase a player is up to two in a hundred faster or slower than the metronome. */
const DRIFT_DEVIATION = 0.012
/** Hypotheses that are followed at once. */
const BEAM = 24

/** How often a step holds an onset, by its place in the beat, as counts that the phrase itself adds to: [with, without]. */
const PRIOR_COUNTS: Readonly<Record<Place, readonly [number, number]>> = {
  beat: [3.5, 1.5],
  half: [2.2, 2.8],
  between: [0.7, 4.3],
}
type Place = 'beat' | 'half' | 'between'
const PLACES: readonly Place[] = ['beat', 'half', 'between']

function placeOf(step: number, stepsPerBeat: number): number {
  const place = ((step % stepsPerBeat) + stepsPerBeat) % stepsPerBeat
  if (place === 0) return 0
  return place % 2 === 0 ? 1 : 2
}

/** One reading of the onsets so far: their steps, and a Kalman filter of the player's offset and drift. */
interface Hypothesis {
  readonly score: number
  readonly step: number
  readonly previous: Hypothesis | null
  readonly offset: number
  readonly drift: number
  /** Covariances: of the offset, of both, of the drift. */
  readonly p00: number
  readonly p01: number
  readonly p11: number
  /** For each place: steps with an onset, and without. */
  readonly counts: readonly number[]
}

/**
 * The steps that onsets were meant for. Follows several readings at once; each keeps its own estimate of how late the player is
 * and how that drifts, and how often the phrase uses beats, halves of beats and what lies between. The likeliest whole reading
 * wins, so that an onset between two steps is decided by what comes before and after.
 * @param onsets in seconds, ascending: one per note or chord.
 * @param lastStep no onset lies behind it.
 */
export function quantise(
  onsets: readonly number[],
  grid: Grid,
  { lateness = UNKNOWN_LATENESS, lastStep = Infinity }: { lateness?: Lateness; lastStep?: number } = {},
): Quantised {
  let beam: readonly Hypothesis[] = [start(lateness)]
  for (const onset of onsets) beam = best(beam.flatMap((each) => readings(each, onset, grid, lastStep)))
  const steps: number[] = []
  for (let each: Hypothesis | null = itemAt(beam, 0); each !== null && each.previous !== null; each = each.previous)
    steps.push(each.step)
  const end = (onsets.at(-1) ?? grid.originSeconds) - grid.originSeconds
  return { steps: steps.reverse(), offsetSeconds: itemAt(beam, 0).offset + itemAt(beam, 0).drift * Math.max(0, end) }
}

function start({ offsetSeconds, deviationSeconds }: Lateness): Hypothesis {
  return {
    ...{ score: 0, step: -1, previous: null, offset: offsetSeconds, drift: 0 },
    ...{ p00: deviationSeconds ** 2, p01: 0, p11: DRIFT_DEVIATION ** 2 },
    counts: PLACES.flatMap((place) => PRIOR_COUNTS[place]),
  }
}

const best = (all: readonly Hypothesis[]): Hypothesis[] => all.toSorted((a, b) => b.score - a.score).slice(0, BEAM)

/** What the onset can be under a hypothesis: the steps near where it is expected, behind the last one. */
// eslint-disable-next-line max-params
function readings(from: Hypothesis, onset: number, grid: Grid, lastStep: number): Hypothesis[] {
  const length = stepSeconds(grid)
  const late = from.offset + from.drift * (onset - grid.originSeconds)
  const near = Math.floor((onset - late - grid.originSeconds) / length)
  const first = Math.min(lastStep, Math.max(0, from.step + 1))
  const steps = new Set([-1, 0, 1, 2].map((more) => Math.min(lastStep, Math.max(first, near + more))))
  return [...steps].map((step) => taken(from, step, onset, grid))
}

/** The hypothesis that the onset was meant for a step. */
// eslint-disable-next-line max-params
function taken(from: Hypothesis, step: number, onset: number, grid: Grid): Hypothesis {
  const time = timeOfStep(grid, step)
  const at = time - grid.originSeconds
  const { p00, p01, p11 } = from
  const residual = onset - time - from.offset - from.drift * at
  const [h0, h1] = [p00 + at * p01, p01 + at * p11] // covariance of state and measurement
  const variance = h0 + at * h1 + JITTER_SECONDS ** 2
  const [g0, g1] = [h0 / variance, h1 / variance]
  const rhythm = rhythmOf(from, step, grid.metre.stepsPerBeat)
  return {
    score: from.score + rhythm.score - 0.5 * (residual ** 2 / variance + Math.log(variance)),
    ...{ step, previous: from, counts: rhythm.counts },
    ...{ offset: from.offset + g0 * residual, drift: from.drift + g1 * residual },
    ...{ p00: p00 - g0 * h0, p01: p01 - g0 * h1, p11: p11 - g1 * h1 },
  }
}

/** How likely it is that the steps since the last onset hold none and this one does, by what the phrase did before. */
function rhythmOf(from: Hypothesis, step: number, stepsPerBeat: number): { score: number; counts: number[] } {
  const counts = [...from.counts]
  let score = 0
  for (let each = from.step + 1; each <= step; each++) {
    const kind = 2 * placeOf(each, stepsPerBeat)
    const took = each === step ? kind : kind + 1
    score += Math.log(itemAt(counts, took) / (itemAt(counts, kind) + itemAt(counts, kind + 1)))
    counts[took] = itemAt(counts, took) + 1
  }
  return { score, counts }
}
