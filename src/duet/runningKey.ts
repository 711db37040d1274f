import { aboveTonic, MODE_DEGREES, type ModeName, type Tonality } from '../config/modes.ts'

/** The seven modes of the major scale, among which the running key is found. */
export const KEY_MODES = ['ionian', 'dorian', 'phrygian', 'lydian', 'mixolydian', 'aeolian', 'locrian'] as const
const PITCH_CLASSES = 12
/** What is left of a note's weight after each later one: half is gone after fourteen notes. */
const DECAY = 0.95
/** Weights of the tonic and its fifth, which tell modes of the same notes apart. */
const [TONIC, FIFTH] = [0.5, 0.25]

/** How much of each pitch class was heard lately [12]. */
export type RunningKey = readonly number[]
/** Before the first note. */
export const NO_KEY: RunningKey = new Array<number>(PITCH_CLASSES).fill(0)

/** The histogram once another note is heard. */
export const hearKey = (key: RunningKey, pitch: number): RunningKey =>
  key.map((weight, n) => weight * DECAY + (n === pitch % PITCH_CLASSES ? 1 : 0))

/**
 * The mode that holds most of what was heard lately, on the tonic heard most; C ionian before the first note.
 * @example tonalityOf([62, 64, 65, 67, 69, 71, 72, 62, 69, 62].reduce(hearKey, NO_KEY)) // { mode: 'dorian', root: 2 }
 */
export function tonalityOf(key: RunningKey): Tonality {
  let best: { tonality: Tonality; score: number } = { tonality: { mode: 'ionian', root: 0 }, score: -Infinity }
  for (const mode of KEY_MODES) {
    for (let root = 0; root < PITCH_CLASSES; root++) {
      const tonality = { mode, root }
      const score = fit(key, tonality)
      if (score > best.score + 1e-9) best = { tonality, score }
    }
  }
  return best.tonality
}

function fit(key: RunningKey, tonality: Tonality): number {
  const degrees: readonly number[] = MODE_DEGREES[tonality.mode satisfies ModeName]
  let inside = 0
  for (let n = 0; n < PITCH_CLASSES; n++) if (degrees.includes(aboveTonic(n, tonality))) inside += key[n]!
  return inside + TONIC * key[tonality.root]! + FIFTH * key[(tonality.root + 7) % PITCH_CLASSES]!
}
