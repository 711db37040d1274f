import {
  eventsOfNotes,
  isPitch,
  MAX_PITCH,
  type MelodyNote,
  melodyNotes,
  STEPS_PER_BAR,
} from '../../../../src/melody/melody.ts'

/** Steps of a primer, at most: 32 bars of 4/4. */
export const MAX_PRIMER_STEPS = 512
export const STEPS_PER_QUARTER = 4

/** A primer that cannot be used; the message says what to do about it. */
export class PrimerTextError extends Error {
  override readonly name = 'PrimerTextError'
}

/** The events of notes, up to the end of the last one. */
export function eventsOf(notes: readonly MelodyNote[]): number[] {
  return eventsOfNotes(notes, notes.at(-1)?.endStep ?? 0)
}

/**
 * A primer as the part of an address: pitches and rests (`r`), each with its steps unless it is one, joined by hyphens.
 * @example primerText([60, -2, -1, 62]) // '60x2-r-62'
 */
export function primerText(events: readonly number[]): string {
  const words: string[] = []
  let at = 0
  for (const { pitch, startStep, endStep } of melodyNotes(events)) {
    if (startStep > at) words.push(word('r', startStep - at))
    words.push(word(String(pitch), endStep - startStep))
    at = endStep
  }
  return words.join('-')
}

const word = (what: string, steps: number): string => (steps === 1 ? what : `${what}x${steps}`)

/**
 * The events that `primerText` wrote.
 * @throws PrimerTextError naming the part that is not a note, or when the primer is too long or has no note.
 */
export function parsePrimerText(text: string): number[] {
  const notes: MelodyNote[] = []
  let at = 0
  for (const part of text.split('-')) {
    const [, what, steps = '1'] = /^(r|\d{1,3})(?:x(\d{1,4}))?$/.exec(part) ?? []
    const length = Number(steps)
    if (what === undefined || length === 0 || (what !== 'r' && Number(what) > MAX_PITCH))
      throw new PrimerTextError(`“${part.slice(0, 20)}” is not a note (a pitch from 0 to ${MAX_PITCH}, such as 60x2)`)
    if (what !== 'r') notes.push({ pitch: Number(what), startStep: at, endStep: at + length })
    at += length
    if (at > MAX_PRIMER_STEPS) throw new PrimerTextError(`it is longer than ${MAX_PRIMER_STEPS / STEPS_PER_BAR} bars`)
  }
  if (notes.length === 0) throw new PrimerTextError('it has no note')
  return eventsOf(notes)
}

/** Events as the command line takes them: `60,-2,62`. */
export const commandLineEvents = (events: readonly number[]): string => events.join(',')

/** The notes without the whole silent bars before the first of them. */
export function fromFirstBar(notes: readonly MelodyNote[]): MelodyNote[] {
  const first = notes[0]?.startStep ?? 0
  const silent = first - (first % STEPS_PER_BAR)
  return notes.map(({ pitch, startStep, endStep }) => ({
    pitch,
    startStep: startStep - silent,
    endStep: endStep - silent,
  }))
}

/**
 * The notes with one more: it ends the note that sounds where it begins, takes the place of one that begins there, and
 * ends where the next begins. Null when it would end past `MAX_PRIMER_STEPS`.
 */
export function withNote(notes: readonly MelodyNote[], added: MelodyNote): MelodyNote[] | null {
  if (added.endStep > MAX_PRIMER_STEPS || added.startStep < 0) return null
  const before = notes
    .filter(({ startStep }) => startStep < added.startStep)
    .map((note) => ({ ...note, endStep: Math.min(note.endStep, added.startStep) }))
  const after = notes.filter(({ startStep }) => startStep > added.startStep)
  const endStep = Math.min(added.endStep, after[0]?.startStep ?? Infinity)
  return [...before, { ...added, endStep }, ...after]
}

/** The note that sounds at a step, whatever its pitch. */
export function noteAt(notes: readonly MelodyNote[], step: number): MelodyNote | undefined {
  return notes.find(({ startStep, endStep }) => startStep <= step && step < endStep)
}

export { isPitch, melodyNotes, type MelodyNote }
