/**
 * Seconds by a clock: those since the last lap; `lap` starts a new one.
 * @param now milliseconds.
 */
export function stopwatch(now: () => number): { sofar(): number; lap(): number } {
  let start = now()
  return {
    sofar: () => (now() - start) / 1000,
    lap() {
      const seconds = (now() - start) / 1000
      start = now()
      return seconds
    },
  }
}
