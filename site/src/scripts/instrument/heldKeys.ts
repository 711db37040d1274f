import type { KeyChange } from './midiMessage.ts'

/** What the keys do to the sound; seconds of the audio clock. */
export interface KeyListener {
  readonly onStrike: (pitch: number, velocity: number, seconds: number) => void
  readonly onRelease: (pitch: number, seconds: number) => void
  /** More keys were struck than hands can: the rest is left out. Said once until it is quiet again. */
  readonly onFlood: () => void
}

/** Keys struck within a second that are still played. */
export const MOST_STRIKES_PER_SECOND = 60
/** A key held for longer is stuck: its keyboard lost the release. */
export const STUCK_SECONDS = 30

interface Held {
  readonly seconds: number
  /** Keyboards that hold it down; none while the pedal alone lets it sound. */
  readonly sources: Set<string>
}

/**
 * Which notes sound, whatever they are played on: a key struck twice is released first, the pedal holds what is released, a
 * keyboard that is unplugged lets go of its keys, and a key held for half a minute is let go.
 */
export class HeldKeys {
  private readonly listener: KeyListener
  private readonly held = new Map<number, Held>()
  private readonly pedals = new Set<string>()
  private strikes: number[] = []
  private isFlooded = false

  constructor(listener: KeyListener) {
    this.listener = listener
  }

  /** Pitches that sound, ascending. */
  get sounding(): number[] {
    return [...this.held.keys()].sort((a, b) => a - b)
  }

  /** @param source names the keyboard: `computer`, `touch`, or that of a MIDI input. */
  take(source: string, change: KeyChange, seconds: number): void {
    if (change.kind === 'strike') this.strike(source, change, seconds)
    if (change.kind === 'release') this.release(source, change.pitch, seconds)
    if (change.kind === 'silence') this.silence(seconds)
    if (change.kind === 'pedal') this.pedal(source, change.isDown, seconds)
  }

  /** A keyboard is gone, or a page lost the focus: nothing will release its keys any more. */
  forget(source: string, seconds: number): void {
    this.pedals.delete(source)
    for (const pitch of this.sounding) this.release(source, pitch, seconds)
  }

  silence(seconds: number): void {
    this.pedals.clear()
    for (const pitch of this.sounding) this.end(pitch, seconds)
  }

  /** Lets go of keys that are stuck; returns their pitches. */
  releaseStuck(seconds: number): number[] {
    const stuck = [...this.held].filter(([, held]) => seconds - held.seconds > STUCK_SECONDS).map(([pitch]) => pitch)
    for (const pitch of stuck) this.end(pitch, seconds)
    return stuck
  }

  private strike(source: string, { pitch, velocity }: { pitch: number; velocity: number }, seconds: number): void {
    this.strikes = this.strikes.filter((other) => seconds - other < 1)
    if (this.strikes.length >= MOST_STRIKES_PER_SECOND) {
      if (!this.isFlooded) this.listener.onFlood()
      this.isFlooded = true
      return
    }
    if (this.strikes.length === 0) this.isFlooded = false
    this.strikes.push(seconds)
    const before = this.held.get(pitch)
    if (before !== undefined) this.listener.onRelease(pitch, seconds)
    this.held.set(pitch, { seconds, sources: new Set([...(before?.sources ?? []), source]) })
    this.listener.onStrike(pitch, velocity, seconds)
  }

  private release(source: string, pitch: number, seconds: number): void {
    const held = this.held.get(pitch)
    if (held === undefined) return
    held.sources.delete(source)
    if (held.sources.size === 0 && this.pedals.size === 0) this.end(pitch, seconds)
  }

  private pedal(source: string, isDown: boolean, seconds: number): void {
    if (isDown) this.pedals.add(source)
    else this.pedals.delete(source)
    if (this.pedals.size > 0) return
    for (const [pitch, { sources }] of [...this.held]) if (sources.size === 0) this.end(pitch, seconds)
  }

  private end(pitch: number, seconds: number): void {
    this.held.delete(pitch)
    this.listener.onRelease(pitch, seconds)
  }
}
