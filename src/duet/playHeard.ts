import { melodyNotes } from '../melody/melody.ts'
import type { Random } from '../support/random.ts'
import type { DuetDecision, DuetStart, Partner } from './partner.ts'
import { hearOnset, startClock } from './performerClock.ts'

/** A note of a performer in time: seconds after step 0. */
export interface HeardNote {
  readonly pitch: number
  readonly startSeconds: number
  readonly endSeconds: number
}

/** How a simulated performer plays a line. */
export interface Performer {
  readonly secondsPerStep: number
  /** Standard deviation of each onset, seconds. */
  readonly jitter: number
  /** Seconds by which all are late. */
  readonly offset: number
  /** Share by which they are slower than the beat; negative = faster. */
  readonly drift: number
}

/** The notes of a line as a performer plays them. */
export function performLine(events: readonly number[], player: Performer, random: Random): HeardNote[] {
  const { secondsPerStep, jitter, offset, drift } = player
  const timeOf = (step: number): number => step * secondsPerStep * (1 + drift) + offset
  let before = -Infinity
  return melodyNotes(events).map(({ pitch, startStep, endStep }) => {
    const startSeconds = Math.max(timeOf(startStep) + jitter * normal(random), before + 0.01)
    before = startSeconds
    return { pitch, startSeconds, endSeconds: Math.max(timeOf(endStep), startSeconds + 0.01) }
  })
}

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())

/** A duet with a performer in time: both lines by step, and how the partner's answers fell. */
export interface HeardDuet {
  /** The performer's line as it was heard. */
  readonly performer: readonly number[]
  readonly partner: readonly number[]
  readonly decisions: readonly DuetDecision[]
  /** Onsets that came after their step was closed, and how many of them were still answered. */
  readonly late: number
  readonly answeredLate: number
}

interface Heard {
  readonly event: number
  readonly isOpen: boolean
}

/**
 * Plays with a performer in time: a step is decided once its window closes, or with an onset that comes before; a later onset is
 * answered where nothing was played on its step.
 */
export function playHeard(
  partner: Partner,
  notes: readonly HeardNote[],
  start: DuetStart & { readonly steps: number; readonly secondsPerStep: number },
): HeardDuet {
  const heard = heardEvents(notes, start)
  let state = partner.start(start)
  const decisions: DuetDecision[] = []
  const performer: number[] = []
  let [late, answeredLate] = [0, 0]
  for (let step = 0; step < start.steps; step++) {
    const { event, isOpen } = heard.get(step) ?? { event: -2, isOpen: true }
    performer.push(event)
    if (isOpen || event < 0) {
      const taken = partner.decide(state, event)
      state = taken.state
      decisions.push(taken.decision)
      continue
    }
    late += 1
    const silent = partner.decide(state, -2)
    const again = silent.decision.event === -2 ? partner.answerLate(state, event) : null
    if (again !== null && again.decision.event >= 0) answeredLate += 1
    state = again?.state ?? partner.hear(state, silent.decision, event)
    decisions.push(again?.decision ?? silent.decision)
  }
  return { performer, partner: decisions.map(({ event }) => event), decisions, late, answeredLate }
}

/** What is heard on each step: the onset that fell there, or the end of a note. */
function heardEvents(
  notes: readonly HeardNote[],
  { steps, secondsPerStep }: { readonly steps: number; readonly secondsPerStep: number },
): Map<number, Heard> {
  const heard = new Map<number, Heard>()
  let clock = startClock(secondsPerStep)
  notes.forEach(({ pitch, startSeconds, endSeconds }, n) => {
    const found = hearOnset(clock, startSeconds)
    clock = found.clock
    const { step, isOpen } = found.arrival
    if (step >= steps) return
    heard.set(step, { event: pitch, isOpen })
    const end = Math.round((endSeconds - clock.lateness) / secondsPerStep)
    const next = notes[n + 1]
    const isJoined = next !== undefined && next.startSeconds - endSeconds < secondsPerStep / 2
    if (!isJoined && end > step && end < steps) heard.set(end, { event: -1, isOpen: true })
  })
  return heard
}
