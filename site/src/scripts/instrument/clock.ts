/** Something that calls back every so often: a worker in a page, which a busy or hidden tab slows least; a test's own. */
export interface TickSource {
  start(onTick: () => void): void
  stop(): void
}

/** Milliseconds between two ticks. */
export const TICK_MILLISECONDS = 25
/** How far ahead of the sound things are scheduled, in seconds. */
export const HORIZON_SECONDS = 0.1
/** Without a tick for so long, the page was hidden or frozen. */
export const LOST_SECONDS = 0.3

/** What a clock calls. Times are the audio clock's, in seconds. */
export interface ClockListener {
  /** Schedule what begins from one time, to and without another. Every stretch of time comes once, in order. */
  readonly onStretch: (from: number, to: number) => void
  /** No tick came for longer than `LOST_SECONDS`: the music has to pause. The stretch that was missed is not called again. */
  readonly onLost: (seconds: number) => void
}

/** Schedules ahead of the sound: at each tick it hands over the stretch of time up to the horizon. */
export class Clock {
  private readonly now: () => number
  private readonly ticks: TickSource
  private readonly listener: ClockListener
  private scheduledTo = 0
  private lastTick = 0
  isRunning = false

  /** @param now the audio context's current time. */
  constructor(now: () => number, ticks: TickSource, listener: ClockListener) {
    this.now = now
    this.ticks = ticks
    this.listener = listener
  }

  /** Begins to schedule from now on, or from an earlier time that something was already played at. */
  start(from: number = this.now()): void {
    this.stop()
    this.isRunning = true
    this.scheduledTo = from
    this.lastTick = this.now()
    this.ticks.start(() => this.tick())
    this.tick()
  }

  stop(): void {
    if (this.isRunning) this.ticks.stop()
    this.isRunning = false
  }

  private tick(): void {
    if (!this.isRunning) return
    const now = this.now()
    const lost = now - this.lastTick
    this.lastTick = now
    if (lost > LOST_SECONDS) {
      this.scheduledTo = Math.max(this.scheduledTo, now)
      this.listener.onLost(lost)
      if (!this.isRunning) return
    }
    const to = now + HORIZON_SECONDS
    if (to <= this.scheduledTo) return
    const from = this.scheduledTo
    this.scheduledTo = to
    this.listener.onStretch(from, to)
  }
}
