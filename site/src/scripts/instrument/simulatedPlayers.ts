import { mulberry32, type Random } from '../../../../src/support/random.ts'
import { METRES, stepsPerBarOf, timeOfStep, type Grid } from './metre.ts'
import { latenessOfTaps } from './lateness.ts'
import { normal } from './normal.ts'
import { UNKNOWN_LATENESS } from './quantise.ts'
import { type PlayedNote, recordedNotes, type StepNote } from './recorder.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** What simulated players do, and how well their phrases were read. */
export interface PlayersReport {
  readonly beatsPerMinute: number
  readonly phrases: number
  readonly notes: number
  /** Share of notes whose onset is on the step that was meant. */
  readonly rightOnsets: number
  /** Notes that the next one follows without a rest, where both onsets are right; and the share of them as long as meant. */
  readonly joined: number
  readonly rightLengths: number
}

/** How a simulated player plays. The offset is drawn per player; the recorder does not know it. */
export const PLAYER = {
  jitterSeconds: 0.025,
  offsetSeconds: [-0.04, 0.15],
  drift: [-0.02, 0.02],
  heldShare: [0.6, 1.1],
  bars: 4,
} as const

const TAPS = 8

/**
 * Phrases of four bars of 4/4 at one tempo, by as many simulated players, as the recorder reads them.
 * @param isCalibrated whether each player taps eight beats first.
 */
export function simulatePlayers({
  beatsPerMinute,
  phrases,
  seed,
  isCalibrated = true,
}: {
  readonly beatsPerMinute: number
  readonly phrases: number
  readonly seed: number
  readonly isCalibrated?: boolean
}): PlayersReport {
  const random = mulberry32(seed)
  const grid: Grid = { metre: METRES['4/4'], beatsPerMinute, swing: 0.5, originSeconds: 10 }
  const sums = { notes: 0, onsets: 0, joined: 0, lengths: 0 }
  for (let phrase = 0; phrase < phrases; phrase++) {
    const meant = phraseOf(random)
    const offset = between(random, PLAYER.offsetSeconds)
    const lateness = isCalibrated ? latenessOfTaps(tapsOf(offset, random), beatsOfTaps()) : UNKNOWN_LATENESS
    const played = performed(meant, grid, { offset, random })
    const endStep = PLAYER.bars * stepsPerBarOf(grid.metre)
    count(sums, meant, recordedNotes(played, grid, { lateness, endStep }).notes)
  }
  return {
    ...{ beatsPerMinute, phrases, notes: sums.notes, rightOnsets: sums.onsets / sums.notes },
    ...{ joined: sums.joined, rightLengths: sums.lengths / sums.joined },
  }
}

type Sums = { notes: number; onsets: number; joined: number; lengths: number }

function count(sums: Sums, meant: readonly StepNote[], read: readonly StepNote[]): void {
  const isRight = (n: number): boolean => read[n]?.startStep === meant[n]?.startStep
  for (const [n, note] of meant.entries()) {
    sums.notes++
    if (isRight(n)) sums.onsets++
    if (meant[n + 1]?.startStep !== note.endStep || !isRight(n) || !isRight(n + 1)) continue
    sums.joined++
    if (itemAt(read, n).endStep === note.endStep) sums.lengths++
  }
}

/** Beats of the calibration, 100 per minute. */
const beatsOfTaps = (): number[] => Array.from({ length: TAPS }, (_, beat) => beat * 0.6)

const tapsOf = (offset: number, random: Random): number[] =>
  beatsOfTaps().map((beat) => beat + offset + PLAYER.jitterSeconds * normal(random))

function performed(
  notes: readonly StepNote[],
  grid: Grid,
  { offset, random }: { offset: number; random: Random },
): PlayedNote[] {
  const drift = between(random, PLAYER.drift)
  const timeOf = (step: number): number =>
    grid.originSeconds + (timeOfStep(grid, step) - grid.originSeconds) * (1 + drift) + offset
  const played = notes.map(({ pitch, startStep, endStep }) => {
    const startSeconds = timeOf(startStep) + PLAYER.jitterSeconds * normal(random)
    const length = (timeOf(endStep) - timeOf(startStep)) * between(random, PLAYER.heldShare)
    return { pitch, velocity: 80, startSeconds, endSeconds: startSeconds + length }
  })
  // Hands keep the order of the notes even where their jitter would not.
  return played
    .toSorted((a, b) => a.startSeconds - b.startSeconds)
    .map((note, n) => ({ ...note, pitch: itemAt(played, n).pitch }))
}

/** Rhythms of one or two beats with how often they come: steps of the notes; a negative number is a rest. */
const FIGURES: readonly (readonly [weight: number, lengths: readonly number[]])[] = [
  [28, [4]],
  [26, [2, 2]],
  [10, [8]],
  [9, [6, 2]],
  [6, [3, 1]],
  [5, [1, 1, 1, 1]],
  [4, [2, 1, 1]],
  [3, [1, 1, 2]],
  [4, [-4]],
  [3, [2, -2]],
  [2, [-2, 2]],
]

/** A phrase of common rhythms that begins with a note. */
function phraseOf(random: Random): StepNote[] {
  const end = PLAYER.bars * 16
  const notes: StepNote[] = [{ pitch: 60, velocity: 80, startStep: 0, endStep: 4 }]
  for (let step = 4; step < end;) {
    for (const length of figure(random)) {
      const endStep = Math.min(end, step + Math.abs(length))
      if (length > 0 && step < end)
        notes.push({ pitch: 60 + Math.floor(random.next() * 12), velocity: 80, startStep: step, endStep })
      step = endStep
    }
  }
  return notes
}

function figure(random: Random): readonly number[] {
  const total = FIGURES.reduce((sum, [weight]) => sum + weight, 0)
  let left = random.next() * total
  for (const [weight, lengths] of FIGURES) {
    left -= weight
    if (left < 0) return lengths
  }
  return [4]
}

const between = (random: Random, [least, most]: readonly [number, number]): number =>
  least + random.next() * (most - least)
