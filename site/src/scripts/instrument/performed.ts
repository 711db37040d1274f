import { gridOfTurn, type Turn, turnSteps } from './dialogue.ts'
import { METRES, quartersPerMinute, stepSeconds, timeOfStep } from './metre.ts'
import type { Side } from './sound.ts'

/** A note of a dialogue in seconds. */
export interface PerformedNote {
  readonly side: Side
  readonly pitch: number
  readonly velocity: number
  readonly startSeconds: number
  readonly endSeconds: number
}

/** A dialogue in seconds, with the tempo and metre of each turn where they change. */
export interface Performed {
  readonly notes: readonly PerformedNote[]
  readonly changes: readonly { readonly timeSeconds: number; readonly turn: Turn }[]
  readonly totalSeconds: number
}

/** Turns that follow each other, from second 0. */
export function performed(turns: readonly Turn[]): Performed {
  let origin = 0
  const notes: PerformedNote[] = []
  const changes: { timeSeconds: number; turn: Turn }[] = []
  for (const turn of turns) {
    const grid = { ...gridOfTurn(turn), originSeconds: origin }
    const last = changes.at(-1)?.turn
    if (last?.metre !== turn.metre || last.beatsPerMinute !== turn.beatsPerMinute)
      changes.push({ timeSeconds: origin, turn })
    for (const [side, part] of [
      ['you', turn.call],
      ['partner', turn.reply],
    ] as const)
      for (const { pitch, velocity, startStep, endStep } of part) {
        const [startSeconds, endSeconds] = [timeOfStep(grid, startStep), timeOfStep(grid, endStep)]
        notes.push({ side, pitch, velocity, startSeconds, endSeconds })
      }
    origin += turnSteps(turn) * stepSeconds(grid)
  }
  return { notes, changes, totalSeconds: origin }
}

/** Quarter notes per minute of a turn. */
export const quartersOf = ({ beatsPerMinute, metre }: Turn): number => quartersPerMinute(beatsPerMinute, METRES[metre])
