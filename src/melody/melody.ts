/** No change: the sounding note goes on, or silence does. */
export const NO_EVENT = -2
/** The sounding note ends. */
export const NOTE_OFF = -1
/** The first event that is not a pitch any more is NOTE_OFF; pitches are 0-127. */
export const MAX_PITCH = 127

/**
 * One voice on a grid: an event a step, each NO_EVENT (-2), NOTE_OFF (-1) or a MIDI pitch (0-127).
 */
export interface Melody {
  readonly events: readonly number[]
  /** Step of the first event, counted from the start of the (part of the) score. */
  readonly startStep: number
  /** startStep + events.length. */
  readonly endStep: number
  readonly stepsPerBar: number
  readonly stepsPerQuarter: number
  /** The instrument of the score it was taken from. */
  readonly instrument: number
}
