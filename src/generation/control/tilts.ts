import { PITCHES } from '../../dataset/tokenClasses.ts'
import type { ControlPart } from './adjustment.ts'
import { isStepwise } from './played.ts'

const STEPS_PER_QUARTER = 4

/**
 * A controller's log-weight: what is missing times a gain, within bounds. What was played corrects it, so that it finds the weight that
 * the model needs by itself.
 */
export const tilt = (missing: number, gain: number, most: number): number =>
  Math.max(-most, Math.min(most, gain * missing))

/** Log-weight of an onset per missing note, and the most. */
const DENSITY = { gain: 1, most: 8 }

/** So many notes per quarter, on average over what is added. */
export function densityPart(notesPerQuarter: number): ControlPart {
  return {
    name: 'density',
    adjust: ({ step, from, notes }) => {
      const missing = ((step + 1 - from) * notesPerQuarter) / STEPS_PER_QUARTER - notes
      return { kinds: [0, 0, tilt(missing - 0.5, DENSITY.gain, DENSITY.most)] }
    },
  }
}

const STEPWISE = { gain: 1, most: 5 }

/** So large a share of the moves from note to note of one or two semitones. */
export function stepwisePart(share: number): ControlPart {
  return {
    name: 'stepwise',
    adjust: ({ line, notes, stepwise }) => {
      const last = line.at(-1)
      if (last === undefined) return {}
      const weight = tilt((notes + 1) * share - stepwise - 0.5, STEPWISE.gain, STEPWISE.most)
      const pitches = new Float64Array(PITCHES)
      for (let pitch = Math.max(0, last.pitch - 2); pitch <= Math.min(PITCHES - 1, last.pitch + 2); pitch++)
        if (isStepwise(pitch - last.pitch)) pitches[pitch] = weight
      return { pitches }
    },
  }
}

/** Log-weight of each semitone by which a note makes the range wider, while it is narrower than asked. */
const PER_SEMITONE = 0.5
/** Share of the melody by whose end the whole range should have been used. */
const REACHED_AFTER = 0.4

/** At most this many semitones between the lowest and the highest note that are added, and about as many in the end. */
export function rangePart(semitones: number): ControlPart {
  return {
    name: 'range',
    adjust: ({ lowest, highest, step, from, totalSteps }) => {
      if (lowest > highest) return {}
      const due = Math.min(1, (step - from) / (REACHED_AFTER * (totalSteps - from)))
      const missing = Math.max(0, due * semitones - (highest - lowest))
      const pitches = new Float64Array(PITCHES)
      for (let pitch = 0; pitch < PITCHES; pitch++) {
        const wider = Math.max(0, lowest - pitch, pitch - highest)
        if (highest - lowest + wider > semitones) pitches[pitch] = -Infinity
        else if (missing > 0) pitches[pitch] = PER_SEMITONE * Math.min(wider, missing)
      }
      return { pitches }
    },
  }
}
