/** Says on stderr how an earlier spelling, which works for one more release, is written now; passes `value` on. */
export function nowSpelled<T>(value: T, before: string, now: string): T {
  process.stderr.write(`cantus ${before} is now: cantus ${now} (the old spelling goes with the next release)\n`)
  return value
}
