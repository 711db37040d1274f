/** The two clocks of a page at one moment: the audio context's seconds, and the milliseconds that events are stamped with. */
export interface ClockPair {
  readonly contextTime: number
  readonly performanceTime: number
}

/** An event cannot be older than this when it is heard; an older stamp is of another clock. */
const OLDEST_SECONDS = 2

/**
 * The audio clock's time of an event, by its time stamp: when the key went down, not when the page came to hear of it.
 * @param now both clocks at one moment near the event's.
 * @example audioTimeOf(1_990, { contextTime: 5, performanceTime: 2_000 }) // 4.99
 */
export function audioTimeOf(timeStamp: number, now: ClockPair): number {
  const age = (now.performanceTime - timeStamp) / 1000
  return age >= 0 && age <= OLDEST_SECONDS ? now.contextTime - age : now.contextTime
}
