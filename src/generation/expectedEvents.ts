import { MAX_PITCH } from '../melody/melody.ts'

/** What follows a step of a melody is given as a row: NO_EVENT and NOTE_OFF first, then the pitches. */
export const EXPECTED_EVENTS = 2 + MAX_PITCH + 1
/** Place of an event in such a row. */
export const expectedIndex = (event: number): number => event + 2
