import { LONGEST_TOKEN } from './tokens.ts'

/** Lengths from 1 to 95 have a class each; the last class holds those from 96 to 511, all equally likely. */
export const LENGTH_CLASSES = 96
/** Lengths of the last class. */
export const LONG_LENGTHS = LONGEST_TOKEN - LENGTH_CLASSES + 1

/** Intervals from 36 semitones down to 36 up have a class each; the last class holds all other pitches, equally likely. */
export const WIDEST_INTERVAL = 36
/** Number of interval classes. */
export const INTERVAL_CLASSES = 2 * WIDEST_INTERVAL + 2

/** MIDI pitches. */
export const PITCHES = 128

/** Where the first note's interval is counted from: about the middle of people's melodies. */
export const FIRST_REFERENCE = 66

/** The class of a length, from 0 up. */
export const lengthClass = (length: number): number => Math.min(length, LENGTH_CLASSES) - 1

/** The class of an interval in semitones: from 0 up, the last one for those beyond 36. */
export const intervalClass = (interval: number): number =>
  Math.abs(interval) <= WIDEST_INTERVAL ? interval + WIDEST_INTERVAL : INTERVAL_CLASSES - 1
