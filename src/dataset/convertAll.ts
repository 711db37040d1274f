import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { Effects } from '../support/effects.ts'
import { errorCode, InterruptedError, messageOf } from '../support/errors.ts'
import { convertScore, unreadable, type Conversion, type ConversionTask } from './convertScore.ts'
import { oneLine } from './scanCorpus.ts'

/** How the scores are converted; the results do not depend on it, unless a limit fires. */
export interface ConversionOptions {
  /** Worker threads; 0 converts in this thread, without limits. */
  readonly threads: number
  /** Compiled module whose default export turns a task into the JSON of its conversion. */
  readonly workerFile: string
  readonly timeLimitMs: number
  readonly memoryLimitMb: number
}

/**
 * Every core, up to 8. Uncompiled sources (tests) have no worker to start, so this thread does the work.
 * An ordinary score takes milliseconds, never seconds or half a gigabyte.
 */
export const defaultConversion: ConversionOptions = {
  threads: import.meta.url.endsWith('.ts') ? 0 : Math.min(availableParallelism(), 8),
  workerFile: fileURLToPath(new URL('./convertWorker.js', import.meta.url)),
  timeLimitMs: 15_000, // above the readers' own limits, which say more when they fire
  memoryLimitMb: 512,
}

/** A converted score. */
export interface Converted {
  /** A `Conversion` as JSON. */
  readonly text: string
  /** False when a limit fired or a worker died: true of this run, perhaps not of the next. */
  readonly lasting: boolean
}

/**
 * Converts `count` scores, as many at a time as there are threads. A score that hangs, eats the memory or kills its
 * worker is quarantined as `unreadable: limit-time|limit-memory|worker-died: …`, its worker replaced, and the rest
 * goes on.
 * @param load the n-th task; `null` when it was found to need no conversion.
 * @param done called once a score, in the order they finish.
 * @throws InterruptedError when the signal is aborted; what was done has been handed to `done`.
 */
export async function convertAll(
  count: number,
  load: (n: number) => Promise<ConversionTask | Conversion>,
  done: (n: number, converted: Converted) => void,
  options: ConversionOptions,
  effects: Effects,
): Promise<void> {
  const pool = options.threads > 0 && count > 0 ? startPool(options, count) : null
  let next = 0
  const loadNext = (): { n: number; task: ReturnType<typeof load> } | null => {
    const n = next++
    return n < count ? { n, task: load(n) } : null
  }
  const runner = async (): Promise<void> => {
    for (let due = loadNext(), coming; due !== null; due = coming) {
      if (effects.signal.aborted) return
      const { n } = due
      const task = await due.task
      coming = loadNext() // is read while the worker is busy
      if ('melodies' in task) done(n, { text: JSON.stringify(task), lasting: false })
      else {
        const converted = await convertOne(task, pool, options, effects.signal)
        if (effects.signal.aborted && !converted.lasting) return // stopped, not failed
        done(n, converted)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.max(1, options.threads) }, runner))
  } finally {
    await pool?.destroy()
  }
  if (effects.signal.aborted) throw new InterruptedError('stopped; run the same command to resume')
}

function startPool(options: ConversionOptions, count: number): Piscina<ConversionTask, string> {
  const threads = Math.min(options.threads, count)
  return new Piscina({
    filename: options.workerFile,
    minThreads: threads,
    maxThreads: threads,
    atomics: 'disabled', // a waiting worker must be stoppable
    resourceLimits: { maxOldGenerationSizeMb: options.memoryLimitMb },
  })
}

async function convertOne(
  task: ConversionTask,
  pool: Piscina<ConversionTask, string> | null,
  options: ConversionOptions,
  stop: AbortSignal,
): Promise<Converted> {
  if (pool === null) return fromReader(JSON.stringify(convertScore(task)))
  // A timer and a listener of its own, taken away again: AbortSignal.timeout and .any keep some for every score.
  const end = new AbortController()
  let timedOut = false
  const stopped = (): void => end.abort()
  const limit = setTimeout(() => {
    timedOut = true
    end.abort()
  }, options.timeLimitMs)
  stop.addEventListener('abort', stopped)
  try {
    return fromReader(await pool.run(task, { signal: end.signal }))
  } catch (error) {
    return { text: JSON.stringify(unreadable(quarantine(error, timedOut, options))), lasting: false }
  } finally {
    clearTimeout(limit)
    stop.removeEventListener('abort', stopped)
  }
}

/** A reader that stopped for want of time may get further on another day. */
const fromReader = (text: string): Converted => ({
  text,
  lasting: !/"unreadable: \w+: limit-time:/.test(text.slice(0, 200)),
})

function quarantine(error: unknown, timedOut: boolean, options: ConversionOptions): string {
  if (timedOut) return `limit-time: more than ${options.timeLimitMs / 1000} s`
  if (errorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY') return `limit-memory: more than ${options.memoryLimitMb} MB`
  return oneLine(`worker-died: ${messageOf(error)}`)
}
