import type { Sprite } from './sprite.ts'

/** A sound that was started and how it is stopped: at a time, after a release of its own length. */
export interface Tone {
  readonly sources: readonly AudioScheduledSourceNode[]
  readonly output: AudioNode
  /** Seconds in which the released tone falls to 37%. */
  readonly releaseSeconds: number
}

/** Makes the tone of a key at a time; a voice gives it its loudness, and ends it. */
export type Timbre = (context: BaseAudioContext, pitch: number, when: number) => Tone

const hertz = (pitch: number): number => 440 * 2 ** ((pitch - 69) / 12)

/** The recorded piano. */
export const piano =
  (sprite: Sprite): Timbre =>
  (context, pitch, when) => {
    const output = new GainNode(context, { gain: 0.75 })
    return { sources: [sprite.start(context, { pitch, when, output })], output, releaseSeconds: 0.12 }
  }

/** A plucked, plain tone, which needs no file. */
export const pluck: Timbre = (context, pitch, when) => {
  const output = new GainNode(context, { gain: 0 })
  output.gain.setValueAtTime(0, when)
  output.gain.linearRampToValueAtTime(0.3, when + 0.005)
  output.gain.setTargetAtTime(0, when + 0.005, 0.9)
  const source = new OscillatorNode(context, { type: 'triangle', frequency: hertz(pitch) })
  source.connect(output)
  source.start(when)
  return { sources: [source], output, releaseSeconds: 0.08 }
}

/** Half-tones that the two oscillators of the pad are apart. */
const DETUNE_CENTS = 7

/** A soft pad of two oscillators, which needs no file. */
export const pad: Timbre = (context, pitch, when) => {
  const output = new GainNode(context, { gain: 0 })
  output.gain.setValueAtTime(0, when)
  output.gain.linearRampToValueAtTime(0.16, when + 0.06)
  const filter = new BiquadFilterNode(context, { type: 'lowpass', frequency: Math.min(6000, 3.5 * hertz(pitch)) })
  filter.connect(output)
  const sources = [-DETUNE_CENTS, DETUNE_CENTS].map((detune) => {
    const source = new OscillatorNode(context, { type: 'sawtooth', frequency: hertz(pitch), detune })
    source.connect(filter)
    source.start(when)
    return source
  })
  return { sources, output, releaseSeconds: 0.18 }
}

/** A click of the metronome, louder and higher on the first beat of a bar. */
export function click(
  context: BaseAudioContext,
  isAccent: boolean,
  { when, output }: { when: number; output: AudioNode },
): void {
  const envelope = new GainNode(context, { gain: 0 })
  envelope.gain.setValueAtTime(isAccent ? 0.5 : 0.28, when)
  envelope.gain.exponentialRampToValueAtTime(0.001, when + 0.045)
  const source = new OscillatorNode(context, { type: 'square', frequency: isAccent ? 1760 : 1175 })
  source.connect(envelope).connect(output)
  source.onended = () => envelope.disconnect()
  source.start(when)
  source.stop(when + 0.05)
}
