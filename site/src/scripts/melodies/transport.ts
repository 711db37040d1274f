import { HELD_BACK, resumeAudio } from '../resumeAudio.ts'
import type { Sound } from './sounds.ts'

/** The browser does not let the page make sound; the message says what to do. */
export class SoundHeldBackError extends Error {
  override readonly name = 'SoundHeldBackError'
}

/** So that nothing clicks where one sound is left for another. */
const FADE_SECONDS = 0.012

interface Playing {
  readonly sound: Sound
  readonly source: AudioBufferSourceNode
  readonly gain: GainNode
  /** Clock time at which the melody's beginning lies. */
  readonly origin: number
}

/** Plays one sound at a time, from any place, and says where it is. Seconds are the melody's own, from its first step. */
export class Transport {
  private context: AudioContext | null = null
  private playing: Playing | null = null
  private rested = 0
  private readonly ended: () => void

  /** @param ended called when a sound ends by itself. */
  constructor(ended: () => void) {
    this.ended = ended
  }

  get isPlaying(): boolean {
    return this.playing !== null
  }

  get seconds(): number {
    const { playing, context } = this
    return playing === null || context === null ? this.rested : Math.max(0, context.currentTime - playing.origin)
  }

  /** Sets the place where the next `play` starts; a sounding melody jumps there at once. */
  async seek(seconds: number): Promise<void> {
    this.rested = Math.max(0, seconds)
    if (this.playing !== null) await this.play(this.playing.sound, this.rested)
  }

  /**
   * Must first be called by a click or a key: browsers start no sound else.
   * @throws SoundHeldBackError where the browser allows none even so; Error where there is no Web Audio.
   */
  async play(sound: Sound, from: number): Promise<void> {
    const context = (this.context ??= new AudioContext({ latencyHint: 'interactive' }))
    if (!(await resumeAudio(context))) throw new SoundHeldBackError(HELD_BACK)
    this.stop()
    const offset = Math.min(sound.startSeconds + from, sound.buffer.duration)
    const [source, gain] = [context.createBufferSource(), context.createGain()]
    source.buffer = sound.buffer
    source.connect(gain).connect(context.destination)
    const now = context.currentTime
    // From the beginning the hammer itself is the start; from within, the sound comes up.
    gain.gain.setValueAtTime(from === 0 ? 1 : 0, now)
    if (from > 0) gain.gain.linearRampToValueAtTime(1, now + FADE_SECONDS)
    source.start(now, offset)
    const playing: Playing = { sound, source, gain, origin: now - from }
    this.playing = playing
    source.onended = () => {
      if (this.playing !== playing) return
      this.playing = null
      this.rested = 0
      this.ended()
    }
  }

  pause(): void {
    this.rested = this.seconds
    this.stop()
  }

  private stop(): void {
    const { playing, context } = this
    if (playing === null || context === null) return
    this.playing = null
    playing.gain.gain.cancelScheduledValues(context.currentTime)
    playing.gain.gain.setTargetAtTime(0, context.currentTime, FADE_SECONDS / 3)
    playing.source.stop(context.currentTime + 2 * FADE_SECONDS)
  }
}
