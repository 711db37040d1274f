/** How jobs run side by side. */
export interface SideBySide<T> {
  /** How many jobs run at a time. */
  readonly atOnce: number
  /** Stops those under way and begins no other. */
  readonly signal: AbortSignal
  /** Called with each result in the order of the jobs, as soon as those before it are done. */
  readonly onDone: (result: T, index: number) => void
}

/**
 * Does jobs a few at a time. Where one fails, the others get the signal to stop, and that failure is thrown once they have.
 * @returns the results in the order of the jobs.
 */
export async function sideBySide<T extends object>(
  jobs: readonly ((signal: AbortSignal) => Promise<T>)[],
  { atOnce, signal: stop, onDone }: SideBySide<T>,
): Promise<T[]> {
  const failed = new AbortController()
  const signal = AbortSignal.any([stop, failed.signal])
  const results: (T | undefined)[] = jobs.map(() => undefined)
  const failures: unknown[] = []
  const waiting = [...jobs.entries()]
  let told = 0
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      const [index, job] = waiting.shift() ?? []
      if (index === undefined || job === undefined) return
      try {
        results[index] = await job(signal)
        for (let next = results[told]; next !== undefined; next = results[told]) onDone(next, told++)
      } catch (error) {
        failures.push(error)
        failed.abort()
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  // The others fail after the first, since they were stopped.
  if (failures.length > 0) throw failures[0]
  return results.filter((each) => each !== undefined)
}
