import type { Timbre, Tone } from './timbres.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** Notes that a voice sounds at once; the oldest gives way. */
const MOST_TONES = 24
/** After this many time constants of its release nothing is heard. */
const RELEASES = 8

interface Sounding {
  readonly pitch: number
  readonly tone: Tone
  readonly level: GainNode
  isReleased: boolean
}

/** An instrument of many notes at once: in any context, so that the same code plays and renders. */
export class Voice {
  timbre: Timbre
  private readonly context: BaseAudioContext
  private readonly output: GainNode
  private readonly sounding = new Set<Sounding>()

  constructor(
    context: BaseAudioContext,
    destination: AudioNode,
    { timbre, pan, volume }: { timbre: Timbre; pan: number; volume: number },
  ) {
    this.context = context
    this.timbre = timbre
    this.output = new GainNode(context, { gain: volume })
    const place = new StereoPannerNode(context, { pan })
    this.output.connect(place).connect(destination)
  }

  set volume(value: number) {
    this.output.gain.setTargetAtTime(value, this.context.currentTime, 0.02)
  }

  /** Starts a note; one of the same pitch that still sounds is released. */
  strike(pitch: number, velocity: number, when: number): void {
    this.release(pitch, when)
    const open = [...this.sounding].filter(({ isReleased }) => !isReleased)
    if (open.length >= MOST_TONES) this.end(itemAt(open, 0), when)
    const level = new GainNode(this.context, { gain: (velocity / 100) ** 1.6 })
    const tone = this.timbre(this.context, pitch, when)
    tone.output.connect(level).connect(this.output)
    const sounding = { pitch, tone, level, isReleased: false }
    this.sounding.add(sounding)
    itemAt(tone.sources, 0).onended = () => {
      level.disconnect()
      this.sounding.delete(sounding)
    }
  }

  release(pitch: number, when: number): void {
    for (const each of this.sounding) if (each.pitch === pitch && !each.isReleased) this.end(each, when)
  }

  /** Ends all notes at once, those that are scheduled too. */
  silence(): void {
    for (const { level, tone } of this.sounding) {
      level.gain.cancelScheduledValues(this.context.currentTime)
      level.gain.setTargetAtTime(0, this.context.currentTime, 0.015)
      for (const source of tone.sources) source.stop(this.context.currentTime + 0.12)
    }
    this.sounding.clear()
  }

  private end(sounding: Sounding, when: number): void {
    sounding.isReleased = true
    const { releaseSeconds, sources } = sounding.tone
    sounding.level.gain.setTargetAtTime(0, when, releaseSeconds)
    for (const source of sources) source.stop(when + RELEASES * releaseSeconds)
  }
}
