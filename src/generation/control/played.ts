import { isPitch, NOTE_OFF } from '../../melody/melody.ts'

/** A note of a line: where it begins and its pitch. */
export interface LineNote {
  readonly step: number
  readonly pitch: number
}

/** Summary of what a melody has played, which controls look at. Never changed in place. */
export interface Played {
  /** Steps heard, which is the number of the next one. */
  readonly step: number
  /** The first step that was not given. */
  readonly from: number
  /** Steps of the whole melody. */
  readonly totalSteps: number
  /** Whether a note sounds. */
  readonly isSounding: boolean
  /** All notes, the given ones included. */
  readonly line: readonly LineNote[]
  /** Notes that were added, and how many of their moves are of one or two semitones. */
  readonly notes: number
  readonly stepwise: number
  /** Of the notes that were added; Infinity and -Infinity before the first. */
  readonly lowest: number
  readonly highest: number
}

/** Before the first event. */
export function nothingPlayed({ from, totalSteps }: Pick<Played, 'from' | 'totalSteps'>): Played {
  return {
    ...{ step: 0, from, totalSteps, isSounding: false, line: [] },
    ...{ notes: 0, stepwise: 0, lowest: Infinity, highest: -Infinity },
  }
}

/** The summary with one more event. */
export function played(before: Played, event: number): Played {
  const step = before.step + 1
  if (!isPitch(event)) return { ...before, step, isSounding: before.isSounding && event !== NOTE_OFF }
  const line = [...before.line, { step: before.step, pitch: event }]
  if (before.step < before.from) return { ...before, step, isSounding: true, line }
  const last = before.line.at(-1)
  return {
    ...before,
    ...{ step, isSounding: true, line },
    notes: before.notes + 1,
    stepwise: before.stepwise + (last !== undefined && isStepwise(event - last.pitch) ? 1 : 0),
    lowest: Math.min(before.lowest, event),
    highest: Math.max(before.highest, event),
  }
}

/** Whether a move is of one or two semitones. */
export const isStepwise = (interval: number): boolean => Math.abs(interval) === 1 || Math.abs(interval) === 2
