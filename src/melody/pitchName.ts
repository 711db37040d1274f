import { NO_EVENT, NOTE_OFF } from './melody.ts'

const names = ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'] as const

/** The pitch class, 0 (C) to 11, of a pitch or of any distance from C. */
export const pitchClass = (pitch: number): number => ((pitch % 12) + 12) % 12

/**
 * Scientific name of a MIDI pitch; 60 is C4, middle C.
 * @example pitchName(70) // 'B♭4'
 */
export function pitchName(pitch: number): string {
  return `${names[pitchClass(pitch)]}${Math.floor(pitch / 12) - 1}`
}

/** @example pitchClassName(10) // 'B♭' */
export const pitchClassName = (pitch: number): string => names[pitchClass(pitch)]!

/** Whether a pitch is a black key of the piano. */
export function isBlackKey(pitch: number): boolean {
  return [1, 3, 6, 8, 10].includes(pitchClass(pitch))
}

/**
 * What an event of a melody (NO_EVENT, NOTE_OFF or a pitch) is called beside its probability.
 * @example eventName(-2) // 'hold'
 */
export function eventName(event: number): string {
  if (event === NO_EVENT) return 'hold'
  return event === NOTE_OFF ? 'note off' : pitchName(event)
}
