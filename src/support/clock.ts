/**
 * Milliseconds since the epoch by a clock that never runs back, so that durations and rates stay right when the system's
 * clock is set: the system's time when this process started, and what a monotonic clock has counted since.
 */
export const steadyNow = (): number => Math.round(performance.timeOrigin + performance.now())
