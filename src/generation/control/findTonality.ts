import { degreeOf, type ModeName, type Tonality } from '../../config/modes.ts'
import { melodyNotes } from '../../melody/melody.ts'
import { pitchClass } from '../../melody/pitchName.ts'
import { itemAt } from '../../support/itemAt.ts'

/** Modes that are looked for, with how much more evidence each needs than major: tunes in them are that much rarer. */
const SOUGHT: readonly (readonly [ModeName, number])[] = [
  ['ionian', 0],
  ['aeolian', 0.5],
  ['dorian', 1],
  ['mixolydian', 1.5],
  ['phrygian', 3],
  ['lydian', 3],
]
/** Longest note that counts in full, in steps. */
const MOST_STEPS = 8
/** Evidence per step that sounds in the mode, by its place in the scale; a foreign pitch has evidence against it. */
const EVIDENCE = [0.5, 0, 0.15, 0.05, 0.3, 0, 0] as const
const FOREIGN = -1.5
/** The last note is home more often than others, and the first. */
const LAST = 2
const FIRST = 0.5

/**
 * The mode and root that a melody is most likely in, of the six modes that tunes are in; null without notes. Counts how long each
 * degree sounds, and trusts the last note.
 * @example findTonality([60, -2, 62, -2, 63, -2, 67, -2, 60, -2]) // { root: 0, mode: 'aeolian' }
 */
export function findTonality(events: readonly number[]): Tonality | null {
  const notes = melodyNotes(events)
  if (notes.length === 0) return null
  const sounding = new Array<number>(12).fill(0)
  for (const { pitch, startStep, endStep } of notes)
    sounding[pitchClass(pitch)] = itemAt(sounding, pitchClass(pitch)) + Math.min(MOST_STEPS, endStep - startStep)
  const [first, last] = [itemAt(notes, 0), itemAt(notes, -1)].map(({ pitch }) => pitchClass(pitch))
  let best: { readonly tonality: Tonality; readonly evidence: number } | null = null
  for (const [mode, rarity] of SOUGHT) {
    for (let root = 0; root < 12; root++) {
      const tonality = { root, mode }
      const heard = sounding.reduce((sum, steps, each) => sum + steps * evidenceOf(each, tonality), 0)
      const evidence = heard + (last === root ? LAST : 0) + (first === root ? FIRST : 0) - rarity
      if (evidence > (best?.evidence ?? -Infinity)) best = { tonality, evidence }
    }
  }
  return best?.tonality ?? null
}

function evidenceOf(pitch: number, tonality: Tonality): number {
  const degree = degreeOf(pitch, tonality)
  return degree < 0 ? FOREIGN : itemAt(EVIDENCE, degree)
}
