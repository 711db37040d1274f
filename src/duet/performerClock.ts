/**
 * How a performer's onsets fall on the steps. A performer may be early or late by the same amount, and faster or slower than the
 * beat; both are followed from note to note.
 */
export interface PerformerClock {
  readonly secondsPerStep: number
  /** How late the performer is, and by how much that grows per second. */
  readonly lateness: number
  readonly drift: number
  /** When the last onset came; null before the first. */
  readonly last: number | null
}

/** Shares of a note's lateness that correct the lateness and the drift (alpha-beta filter). */
const [LATENESS_GAIN, DRIFT_GAIN] = [0.25, 0.04]

/** A step stays open for a performer's onset this long after its time. */
export const WINDOW_SECONDS = 0.035

/** Before the first note. */
export const startClock = (secondsPerStep: number): PerformerClock => ({
  ...{ secondsPerStep, lateness: 0, drift: 0, last: null },
})

/** Where an onset falls. */
export interface Arrival {
  readonly step: number
  /** Seconds after the step's time as the performer keeps it; negative = early. */
  readonly late: number
  /** Whether the step was still open; a later onset is answered late, or not at all. */
  readonly isOpen: boolean
}

/** The step of an onset at a time in seconds after step 0, and the clock that has followed it. */
export function hearOnset(clock: PerformerClock, seconds: number): { clock: PerformerClock; arrival: Arrival } {
  const { secondsPerStep, last } = clock
  const passed = last === null ? 0 : seconds - last
  const expected = clock.lateness + clock.drift * passed
  const step = Math.max(0, Math.round((seconds - expected) / secondsPerStep))
  const late = seconds - expected - step * secondsPerStep
  const lateness = expected + LATENESS_GAIN * late
  const drift = passed > 0 ? clock.drift + (DRIFT_GAIN * late) / Math.max(passed, secondsPerStep) : clock.drift
  const arrival = { step, late, isOpen: late <= WINDOW_SECONDS }
  return { clock: { secondsPerStep, lateness, drift, last: seconds }, arrival }
}
