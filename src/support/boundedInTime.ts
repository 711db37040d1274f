import { createContext, Script } from 'node:vm'
import { errorCode } from './errors.ts'
import { itemAt } from './itemAt.ts'

/** Work was stopped since it took too long. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError'
}

/** What was stopped after less than this share of its time on a core was starved, and runs again. */
const STARVED = 0.7
const TRIES = 5

const job: { run: () => void } = { run: () => undefined }
let stopwatch: { script: Script; context: object } | null = null

/**
 * Runs synchronous `work`, and stops it when it takes too long; it must be able to run again. Only a script in a
 * context can be stopped from outside, and only by the wall's clock: what was stopped while other programs had the core
 * runs again, up to 5 times in all, so that a busy machine gives the result of a free one.
 * @param milliseconds that it may take of a core.
 * @param worked milliseconds this thread has had of a core so far.
 * @throws OutOfTimeError, or what `work` throws.
 */
export function boundedInTime<T>(work: () => T, milliseconds: number, worked = threadMilliseconds): T {
  for (let tries = 1; ; tries++) {
    const before = worked()
    try {
      return boundedByClock(work, milliseconds)
    } catch (error) {
      if (errorCode(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
      const starved = worked() - before < STARVED * milliseconds
      if (!starved || tries === TRIES) throw new OutOfTimeError(`more than ${milliseconds} ms`)
    }
  }
}

/** Of this thread's own clock. */
export function threadMilliseconds(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function boundedByClock<T>(work: () => T, timeout: number): T {
  stopwatch ??= { script: new Script('job.run()'), context: createContext({ job }) }
  const results: { readonly value: T }[] = []
  job.run = () => {
    results.push({ value: work() })
  }
  stopwatch.script.runInContext(stopwatch.context, { timeout })
  return itemAt(results, 0).value
}
