import { isPitch, NOTE_OFF } from '../../../../src/melody/melody.ts'
import type { Instrument } from './piano.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** A melody that may still be growing. */
export interface Playable {
  readonly events: readonly number[]
  /** Whether no more events will come. */
  readonly isWhole: boolean
}

/** The clock of the sound, in seconds. */
interface SoundClock {
  readonly currentTime: number
}

/** How far ahead sound is scheduled: longer than a page that is busy, or in the background, lets a timer wait. */
const AHEAD_SECONDS = 1.6
/** Between starting and the first sound. */
const START_SECONDS = 0.08
/** How long a melody that ended may ring before the player says so. */
const RING_SECONDS = 0.3

/**
 * Plays a melody step by step on the sound's own clock, scheduling ahead of it. Where the melody has not been made far
 * enough, the music waits: that is a gap, and counted.
 */
export class Player {
  /** Times the music had to wait for events. */
  gaps = 0
  /** Events that were scheduled after their time: a busy page. */
  late = 0
  private readonly clock: SoundClock
  private readonly instrument: Instrument
  private readonly melody: Playable
  private readonly secondsPerStep: number
  /** When step 0 is. */
  private origin: number
  private next: number
  private isReleased = false

  constructor(
    clock: SoundClock,
    instrument: Instrument,
    { melody, qpm, from }: { melody: Playable; qpm: number; from: number },
  ) {
    this.clock = clock
    this.instrument = instrument
    this.melody = melody
    this.secondsPerStep = 60 / qpm / 4
    this.origin = clock.currentTime + START_SECONDS - from * this.secondsPerStep
    this.next = from
    const sounding = melody.events.slice(0, from).findLast((event) => event >= NOTE_OFF)
    if (sounding !== undefined && isPitch(sounding) && !(itemAt(melody.events, from) >= NOTE_OFF))
      instrument.strike(sounding, this.timeOf(from)) // a note that began before where the playing does
  }

  private timeOf(step: number): number {
    return this.origin + step * this.secondsPerStep
  }

  /** Where the music is, in steps; at most what there is of the melody. */
  get position(): number {
    const steps = (this.clock.currentTime - this.origin) / this.secondsPerStep
    return Math.min(Math.max(0, steps), this.melody.events.length)
  }

  /** Schedules what is due; call it several times per second. False once the melody has ended. */
  tick(): boolean {
    const { clock, instrument, melody } = this
    const horizon = clock.currentTime + AHEAD_SECONDS
    while (this.next < melody.events.length && this.timeOf(this.next) < horizon) {
      const event = itemAt(melody.events, this.next)
      const when = this.timeOf(this.next)
      if (event >= NOTE_OFF && when < clock.currentTime) this.late++
      const soon = Math.max(when, clock.currentTime)
      if (isPitch(event)) instrument.strike(event, soon)
      else if (event === NOTE_OFF) instrument.release(soon)
      this.next++
    }
    if (this.next < melody.events.length) return true
    const end = this.timeOf(this.next)
    if (melody.isWhole) {
      if (!this.isReleased) instrument.release(Math.max(end, clock.currentTime))
      this.isReleased = true
      return clock.currentTime < end + RING_SECONDS
    }
    if (end < clock.currentTime) {
      this.gaps++
      this.origin += clock.currentTime + START_SECONDS - end
    }
    return true
  }

  stop(): void {
    this.instrument.silence()
  }
}
