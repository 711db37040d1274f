/** One stretch of constant tempo. Within it, seconds = startSeconds + secondsPerTick * (tick - startTick). */
export interface TempoSegment {
  readonly startTick: number
  readonly startSeconds: number
  readonly secondsPerTick: number
}

/** A tempo from a tick on, as seconds a tick. */
export interface TempoChange {
  readonly tick: number
  readonly secondsPerTick: number
}

/**
 * Puts the changes end to end. They must be in order of tick; of several on one tick the last one counts.
 * The order of the operations is pretty_midi's, so that the seconds are its doubles bit for bit.
 */
export function tempoSegments(changes: readonly TempoChange[]): TempoSegment[] {
  const segments: TempoSegment[] = []
  for (const { tick, secondsPerTick } of changes) {
    const last = segments.at(-1)
    const startSeconds = last ? last.startSeconds + last.secondsPerTick * (tick - last.startTick) : 0
    segments.push({ startTick: tick, startSeconds, secondsPerTick })
  }
  return segments
}

/** The last item whose `key` is at or below `value`, else the first one. `keyOf` must not fall from item to item. */
export function lastAtOrBelow<T>(items: readonly T[], value: number, keyOf: (item: T) => number): T {
  let low = 0
  let high = items.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (keyOf(items[middle] as T) <= value) low = middle
    else high = middle - 1
  }
  return items[low] as T
}

const startTickOf = (segment: TempoSegment): number => segment.startTick
const startSecondsOf = (segment: TempoSegment): number => segment.startSeconds

/** Seconds from the start of the score to `tick`. */
export function secondsAtTick(segments: readonly TempoSegment[], tick: number): number {
  const segment = segments.length === 1 ? (segments[0] as TempoSegment) : lastAtOrBelow(segments, tick, startTickOf)
  return segment.startSeconds + segment.secondsPerTick * (tick - segment.startTick)
}

/**
 * The tick nearest to `seconds`. Half-way values go up before the last tempo change and to the even tick after it,
 * because that is what pretty_midi writes.
 */
export function tickAtSeconds(segments: readonly TempoSegment[], seconds: number): number {
  const last = segments.at(-1) as TempoSegment
  if (seconds > last.startSeconds) {
    return roundHalfToEven(last.startTick + (seconds - last.startSeconds) / last.secondsPerTick)
  }
  const segment = lastAtOrBelow(segments, seconds, startSecondsOf)
  let tick = segment.startTick + Math.max(0, Math.floor((seconds - segment.startSeconds) / segment.secondsPerTick) - 1)
  while (secondsAtTick(segments, tick) < seconds) tick++
  while (tick > 0 && secondsAtTick(segments, tick - 1) >= seconds) tick--
  const earlier = Math.abs(seconds - secondsAtTick(segments, tick - 1))
  return tick > 0 && earlier < Math.abs(seconds - secondsAtTick(segments, tick)) ? tick - 1 : tick
}

/** Rounds to the nearest integer; a half goes to the even neighbour. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}
