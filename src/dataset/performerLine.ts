import { eventsOfNotes } from '../melody/melody.ts'
import type { NoteSequence } from '../score/noteSequence.ts'
import { quantize } from '../score/quantize.ts'
import { splitOnTimeChanges } from '../score/splitOnTimeChanges.ts'
import { UserError } from '../support/errors.ts'
import { counted } from '../support/text/counted.ts'

/** What a performer of a score plays, and what was left out. */
export interface PerformerPart {
  /** The track that was taken. */
  readonly track: number
  /** One event per step, whole bars. */
  readonly events: readonly number[]
  readonly stepsPerBar: number
  readonly qpm: number
  /** What was left out, or is unusual, a sentence each. */
  readonly remarks: readonly string[]
}

const STEPS_PER_QUARTER = 4
/** Steps that a duet may have: an hour of sixteenths at 240 quarter notes per minute. */
const MOST_STEPS = 57_600
/** Pitches of a performer outside of which something is said. */
export const PERFORMER_RANGE = { lowest: 36, highest: 96 } as const

/**
 * The line of a score that a performer is to play: a track, of notes at once the highest one, up to the first change of tempo or
 * metre. Runs in a browser.
 * @param from what the score is called in messages, and the track as `cantus inspect` numbers it; without one, that of most notes.
 * @throws UserError with the value and the remedy.
 */
export function performerLine(
  score: NoteSequence,
  { name, track }: { readonly name: string; readonly track?: number | undefined },
): PerformerPart {
  const [part, ...others] = splitOnTimeChanges(score)
  if (part === undefined) throw new UserError(`${name} has no notes: give a file with a melody`)
  const remarks = others.length > 0 ? [`${name} changes its tempo or metre: the performer stops there`] : []
  const { notes: all, stepsPerBar, tempos } = quantize(part, STEPS_PER_QUARTER)
  if (!Number.isInteger(stepsPerBar))
    throw new UserError(`${name}: its bars have ${stepsPerBar} sixteenths: expected a metre of whole sixteenths`)
  const notes = all.filter(({ isDrum }) => !isDrum)
  const chosen = track ?? mostNotes(notes.map(({ instrument }) => instrument))
  const own = notes.filter(({ instrument }) => instrument === chosen)
  if (own.length === 0) {
    const tracks = [...new Set(notes.map(({ instrument }) => instrument))]
    const there = tracks.length === 0 ? 'it has drums alone' : `choose ${tracks.join(', ')}`
    throw new UserError(`${name} has no track ${chosen} with notes: ${there}`)
  }
  const byStart = new Map<number, (typeof own)[number]>()
  for (const note of own) if ((byStart.get(note.startStep)?.pitch ?? -1) < note.pitch) byStart.set(note.startStep, note)
  if (byStart.size < own.length)
    remarks.push(`${counted(own.length - byStart.size, 'note')} sound below another: the top one leads`)
  const line = [...byStart.values()].sort((a, b) => a.startStep - b.startStep)
  const { lowest, highest } = PERFORMER_RANGE
  const outside = line.filter(({ pitch }) => pitch < lowest || pitch > highest).length
  if (outside > 0)
    remarks.push(`${counted(outside, 'note')} outside ${lowest} to ${highest}: the partner has heard few such`)
  const steps = line.reduce((last, { endStep }) => Math.max(last, endStep), 0)
  if (steps > MOST_STEPS) throw new UserError(`${name} has ${steps} steps: expected at most ${MOST_STEPS}; cut it`)
  const bars = Math.ceil(steps / stepsPerBar)
  const events = eventsOfNotes(line, bars * stepsPerBar)
  return { track: chosen, events, stepsPerBar, qpm: tempos[0]?.qpm ?? 120, remarks }
}

function mostNotes(instruments: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const instrument of instruments) counts.set(instrument, (counts.get(instrument) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || a - b)[0]?.[0] ?? 0
}
