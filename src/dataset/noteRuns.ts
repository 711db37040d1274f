import { eventsOfTokens, tokensOf } from './tokens.ts'

/** Stands for a rest where a pitch stands for a note. */
export const REST = -1

/**
 * A melody as pitch and steps in turn, -1 for a rest: a fifth of the length of its events as JSON.
 * @throws TokenError for a note or rest of more than 511 steps.
 * @example runsOfEvents([60, -2, -1, 62]) // [60, 2, -1, 1, 62, 1]
 */
export function runsOfEvents(events: readonly number[]): number[] {
  return tokensOf(events).flatMap(({ pitch, length }) => [pitch ?? REST, length])
}

/**
 * The events of such runs: the exact inverse for melodies without a NOTE_OFF in silence.
 * @example eventsOfRuns([60, 2, -1, 1, 62, 1]) // [60, -2, -1, 62]
 */
export function eventsOfRuns(runs: readonly number[]): number[] {
  let start = 0
  const tokens = Array.from({ length: runs.length / 2 }, (_, n) => {
    const [pitch = REST, length = 0] = [runs[2 * n], runs[2 * n + 1]]
    const token = { pitch: pitch === REST ? null : pitch, start, length }
    start += length
    return token
  })
  return eventsOfTokens(tokens)
}

/** Steps of such runs. */
export const stepsOfRuns = (runs: readonly number[]): number =>
  runs.reduce((sum, value, n) => (n % 2 === 1 ? sum + value : sum), 0)
