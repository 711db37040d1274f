import { type Playable, Player } from './player.ts'
import { openSound } from './sound.ts'

/** Between two looks at what sound is due. */
const TICK_MILLISECONDS = 50
const PREVIEW_SECONDS = 0.35

interface PlaybackEvents {
  /** Where the music is, in steps, at each frame; null once it is over. */
  readonly onPosition: (position: number | null) => void
  /** Whether it plays has changed. */
  readonly onChange: (isPlaying: boolean) => void
}

/** Plays one melody at a time, and single notes between. */
export class Playback {
  private readonly pianoUrl: string
  private readonly events: PlaybackEvents
  private player: Player | null = null
  private timer = 0
  private asked = 0
  /** Waits for events and events that came late, of the melody played last. */
  gaps = 0
  late = 0

  constructor(pianoUrl: string, events: PlaybackEvents) {
    this.pianoUrl = pianoUrl
    this.events = events
  }

  get isPlaying(): boolean {
    return this.player !== null
  }

  /**
   * Plays a melody from its beginning, which may still be in the making; returns once it sounds, with what stands in for
   * the piano, or null.
   * @throws SoundError
   */
  async play(melody: Playable, qpm: number): Promise<string | null> {
    this.stop()
    const asked = ++this.asked
    const { context, instrument, remark } = await openSound(this.pianoUrl)
    while (melody.events.length === 0 && !melody.isWhole) await new Promise((done) => setTimeout(done, 20))
    if (asked !== this.asked || melody.events.length === 0) return null // another one was asked for, or none came
    this.player = new Player(context, instrument, { melody, qpm, from: 0 })
    this.timer = window.setInterval(() => this.tick(), TICK_MILLISECONDS)
    this.tick()
    this.follow()
    this.events.onChange(true)
    return remark
  }

  stop(): void {
    this.asked++
    if (this.player === null) return
    this.player.stop()
    this.player = null
    clearInterval(this.timer)
    this.events.onPosition(null)
    this.events.onChange(false)
  }

  /**
   * A single note at once, unless a melody plays.
   * @throws SoundError
   */
  async preview(pitch: number): Promise<void> {
    const { context, instrument } = await openSound(this.pianoUrl)
    if (this.isPlaying) return
    instrument.strike(pitch, context.currentTime)
    instrument.release(context.currentTime + PREVIEW_SECONDS)
  }

  private tick(): void {
    if (this.player === null) return
    const goesOn = this.player.tick()
    this.gaps = this.player.gaps
    this.late = this.player.late
    if (!goesOn) this.stop()
  }

  private follow(): void {
    const { player } = this
    requestAnimationFrame(() => {
      if (player === null || player !== this.player) return
      this.events.onPosition(player.position)
      this.follow()
    })
  }
}
