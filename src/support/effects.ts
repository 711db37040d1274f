import type { Reporter } from './progress.ts'

/** What a job does to the world besides reading and writing the files it is given. */
export interface Effects {
  readonly reporter: Reporter
  /** Aborted when the person wants the job to stop; long loops look at it between steps. */
  readonly signal: AbortSignal
  /** Milliseconds since the epoch; never runs back. */
  readonly now: () => number
}
