import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { eventsOfNotes } from '../../melody/melody.ts'
import { quantize } from '../../score/quantize.ts'
import { readScore } from '../../score/readScore.ts'
import { splitOnTimeChanges } from '../../score/splitOnTimeChanges.ts'
import { errorCode, UserError } from '../../support/errors.ts'
import { sha256 } from '../../support/files.ts'
import type { Reporter } from '../../support/progress.ts'
import { systemReason } from '../../support/systemProblem.ts'
import { counted } from '../../support/text/counted.ts'

/** A performer's line, from a file. */
export interface PerformerLine {
  readonly file: string
  readonly sha256: string
  readonly track: number
  readonly events: readonly number[]
  readonly stepsPerBar: number
  readonly qpm: number
}

const STEPS_PER_QUARTER = 4
/** Steps that a duet may have: an hour of sixteenths at 240 quarter notes per minute. */
const MOST_STEPS = 57_600
/** Pitches of a performer outside of which something is said. */
const [LOWEST, HIGHEST] = [36, 96]

/**
 * The line of a MIDI or ABC file that a performer is to play: a track, of notes at once the highest one, up to the first change of
 * tempo or metre. What is left out is said once.
 * @param track as `cantus inspect` numbers it; absent = the one with most notes.
 * @throws UserError with the value and the remedy.
 */
export async function readPerformer(
  path: string,
  track: number | undefined,
  reporter: Reporter,
): Promise<PerformerLine> {
  const bytes = await bytesOf(path)
  const [part, ...others] = splitOnTimeChanges(readScore(bytes, path))
  if (part === undefined) throw new UserError(`${path} has no notes: give a file with a melody`)
  if (others.length > 0) reporter.line(`${path} changes its tempo or metre: the performer stops there`)
  const score = quantize(part, STEPS_PER_QUARTER)
  if (!Number.isInteger(score.stepsPerBar))
    throw new UserError(`${path}: its bars have ${score.stepsPerBar} sixteenths: expected a metre of whole sixteenths`)
  const notes = score.notes.filter(({ isDrum }) => !isDrum)
  const tracks = [...new Set(notes.map(({ instrument }) => instrument))]
  const chosen = track ?? mostNotes(notes.map(({ instrument }) => instrument))
  const own = notes.filter(({ instrument }) => instrument === chosen)
  if (own.length === 0)
    throw new UserError(
      `${path} has no track ${chosen} with notes: ${tracks.length === 0 ? 'it has drums alone' : `choose ${tracks.join(', ')}`}`,
    )
  const byStart = new Map<number, (typeof own)[number]>()
  for (const note of own) if ((byStart.get(note.startStep)?.pitch ?? -1) < note.pitch) byStart.set(note.startStep, note)
  if (byStart.size < own.length)
    reporter.line(`${counted(own.length - byStart.size, 'note')} sound below another: the top one leads`)
  const line = [...byStart.values()].sort((a, b) => a.startStep - b.startStep)
  const outside = line.filter(({ pitch }) => pitch < LOWEST || pitch > HIGHEST).length
  if (outside > 0)
    reporter.line(`${counted(outside, 'note')} outside ${LOWEST} to ${HIGHEST}: the partner has heard few such`)
  const steps = Math.max(...line.map(({ endStep }) => endStep))
  if (steps > MOST_STEPS) throw new UserError(`${path} has ${steps} steps: expected at most ${MOST_STEPS}; cut it`)
  const bars = Math.ceil(steps / score.stepsPerBar)
  const events = eventsOfNotes(line, bars * score.stepsPerBar)
  return {
    ...{ file: basename(path), sha256: sha256(bytes), track: chosen, events },
    ...{ stepsPerBar: score.stepsPerBar, qpm: score.tempos[0]?.qpm ?? 120 },
  }
}

const bytesOf = (path: string): Promise<Uint8Array> =>
  readFile(path).catch((error: unknown) => {
    const code = errorCode(error)
    if (code === undefined) throw error
    throw new UserError(`cannot read ${path}: ${code === 'ENOENT' ? 'no such file' : systemReason(code)}`)
  })

function mostNotes(instruments: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const instrument of instruments) counts.set(instrument, (counts.get(instrument) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || a - b)[0]?.[0] ?? 0
}
