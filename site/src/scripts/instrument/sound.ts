import { HELD_BACK, resumeAudio } from '../resumeAudio.ts'
import { ClockMap } from './clockMap.ts'
import type { ClockPair } from './inputTime.ts'
import { openSprite } from './sprite.ts'
import { click, pad, piano, pluck, type Timbre } from './timbres.ts'
import { Voice } from './voice.ts'
import { messageOf } from '../../../../src/support/errors.ts'

/** Sound that cannot be had; the message says what to do. */
export class InstrumentSoundError extends Error {
  override readonly name = 'InstrumentSoundError'
}

/** Timbres to choose from. */
export const TIMBRE_NAMES = ['piano', 'pad', 'pluck'] as const
export type TimbreName = (typeof TIMBRE_NAMES)[number]
/** The two who play. */
export type Side = 'you' | 'partner'
export const SIDES: readonly Side[] = ['you', 'partner']

/** You play on the left, the partner on the right. */
export const PANS: Readonly<Record<Side, number>> = { you: -0.35, partner: 0.35 }

/** The sound of the instrument: two voices of many notes each, a metronome, and the clock of all. */
export class InstrumentSound {
  readonly context: AudioContext
  readonly voices: Readonly<Record<Side, Voice>>
  readonly metronome: GainNode
  private readonly map = new ClockMap(() => ({
    contextTime: this.context.currentTime,
    performanceTime: performance.now(),
  }))
  private readonly pianoUrl: string
  private pianoTimbre: Promise<Timbre> | null = null

  /**
   * To be called from a press of a key or a button.
   * @throws InstrumentSoundError
   */
  constructor(pianoUrl: string) {
    if (typeof AudioContext === 'undefined')
      throw new InstrumentSoundError(
        'This browser has no Web Audio: notes can be written and saved here, but not heard.',
      )
    this.pianoUrl = pianoUrl
    try {
      this.context = new AudioContext({ latencyHint: 'interactive' })
    } catch (error) {
      throw new InstrumentSoundError(
        `This browser gives no sound (${String(error)}): close other pages that play, and reload.`,
      )
    }
    const limiter = new DynamicsCompressorNode(this.context, { threshold: -8, ratio: 12, attack: 0.003, release: 0.2 })
    limiter.connect(this.context.destination)
    const voice = (side: Side): Voice =>
      new Voice(this.context, limiter, { timbre: pluck, pan: PANS[side], volume: 0.8 })
    this.voices = { you: voice('you'), partner: voice('partner') }
    this.metronome = new GainNode(this.context, { gain: 0.6 })
    this.metronome.connect(limiter)
  }

  /** @throws InstrumentSoundError when the browser holds the sound back. */
  async resume(): Promise<void> {
    if (!(await resumeAudio(this.context))) throw new InstrumentSoundError(HELD_BACK)
  }

  /** Gives a side its timbre; a remark where another stands in for the piano. Until the piano is there, a plain tone plays. */
  async choose(side: Side, name: TimbreName): Promise<string | null> {
    const voice = this.voices[side]
    if (name !== 'piano') {
      voice.timbre = name === 'pad' ? pad : pluck
      return null
    }
    try {
      this.pianoTimbre ??= openSprite(this.context, this.pianoUrl).then(piano)
      voice.timbre = await this.pianoTimbre
      return null
    } catch (error) {
      this.pianoTimbre = null // the next choice tries again
      voice.timbre = pluck
      return `The piano could not be loaded (${messageOf(error)}): a plain tone plays instead.`
    }
  }

  click(isAccent: boolean, when: number): void {
    click(this.context, isAccent, { when, output: this.metronome })
  }

  /** Ends all notes at once, what is scheduled too. */
  panic(): void {
    for (const side of SIDES) this.voices[side].silence()
  }

  get now(): number {
    this.map.offset() // every reading tells more of how the clocks lie
    return this.context.currentTime
  }

  /** The audio clock and the clock of events at this moment. */
  clocks(): ClockPair {
    return this.map.pair()
  }

  /** When a time of the audio clock comes, in milliseconds of `performance.now()`. */
  performanceTimeOf(seconds: number): number {
    return this.map.performanceTimeOf(seconds)
  }

  /** How late the device says that sound is, in milliseconds: shown, not corrected; the calibration measures it. */
  latencyMilliseconds(): number {
    const { baseLatency, outputLatency } = this.context
    return 1000 * ((baseLatency || 0) + (outputLatency || 0))
  }
}
