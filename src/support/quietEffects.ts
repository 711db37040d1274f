import { steadyNow } from './clock.ts'
import type { Effects } from './effects.ts'
import { silentReporter } from './progress.ts'

/**
 * Effects that say nothing, for programs that call a job.
 * @param signal stops the job when it is aborted; without one nothing does.
 * @example await generate(options, quietEffects())
 */
export const quietEffects = (signal: AbortSignal = new AbortController().signal): Effects => ({
  reporter: silentReporter,
  signal,
  now: steadyNow,
})
