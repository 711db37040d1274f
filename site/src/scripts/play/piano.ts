import { LEAD_SECONDS, SLOT_SECONDS, SPRITE_PITCHES } from './spriteLayout.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** Something to play a single line on: a new note ends the one before. Times are the context's, in seconds. */
export interface Instrument {
  strike(pitch: number, when: number): void
  release(when: number): void
  /** Silences everything at once, what is scheduled too. */
  silence(): void
}

/** Time in which a released key falls to 37%: a damper on a string, as in the published sound. */
const RELEASE_SECONDS = 0.12
/** After this many time constants nothing is heard. */
const RELEASES = 8
const LOUDNESS = 0.75

/** Makes the sound of a key at a time, connected to `output`, and whatever ends with it. */
type Strike = (context: AudioContext, output: AudioNode, pitch: number, when: number) => AudioScheduledSourceNode

/** An instrument of one voice at a time. */
function instrument(context: AudioContext, strike: Strike): Instrument {
  const master = new GainNode(context, { gain: LOUDNESS })
  master.connect(context.destination)
  const sounding = new Set<{ source: AudioScheduledSourceNode; gain: GainNode }>()
  let last: { source: AudioScheduledSourceNode; gain: GainNode } | null = null
  const release = (when: number): void => {
    if (last === null) return
    last.gain.gain.setTargetAtTime(0, when, RELEASE_SECONDS)
    last.source.stop(when + RELEASES * RELEASE_SECONDS)
    last = null
  }
  return {
    strike(pitch, when) {
      release(when)
      const gain = new GainNode(context)
      gain.connect(master)
      const voice = { source: strike(context, gain, pitch, when), gain }
      voice.source.onended = () => {
        gain.disconnect()
        sounding.delete(voice)
      }
      sounding.add(voice)
      last = voice
    },
    release,
    silence() {
      for (const { source, gain } of sounding) {
        gain.gain.cancelScheduledValues(context.currentTime)
        gain.gain.setTargetAtTime(0, context.currentTime, 0.02)
        source.stop(context.currentTime + 0.2)
      }
      last = null
    },
  }
}

/**
 * The piano of a sprite.
 * @throws Error when it cannot be fetched or decoded.
 */
export async function openPiano(context: AudioContext, url: string): Promise<Instrument> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`answer ${response.status}`)
  const sprite = await context.decodeAudioData(await response.arrayBuffer())
  const onsets = SPRITE_PITCHES.map((_, n) => onsetOf(sprite, n))
  return instrument(context, (_context, output, pitch, when) => {
    const n = nearest(pitch)
    const rate = 2 ** ((pitch - itemAt(SPRITE_PITCHES, n)) / 12)
    const source = new AudioBufferSourceNode(context, { buffer: sprite, playbackRate: rate })
    source.connect(output)
    source.start(when, onsets[n], (n + 1) * SLOT_SECONDS - itemAt(onsets, n))
    return source
  })
}

function nearest(pitch: number): number {
  let best = 0
  for (const [n, sampled] of SPRITE_PITCHES.entries()) {
    if (Math.abs(sampled - pitch) < Math.abs(itemAt(SPRITE_PITCHES, best) - pitch)) best = n
  }
  return best
}

/** Where in the sprite the hammer of the n-th key falls, in seconds: decoders shift the sound, each by its own amount. */
function onsetOf(sprite: AudioBuffer, n: number): number {
  const rate = sprite.sampleRate
  const start = Math.round(n * SLOT_SECONDS * rate)
  const part = sprite.getChannelData(0).subarray(start, start + Math.round((LEAD_SECONDS + 0.3) * rate))
  const peak = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const first = part.findIndex((value) => Math.abs(value) > peak / 10)
  return Math.max(0, (start + Math.max(0, first)) / rate - 0.004)
}

/** A plain tone, where the piano cannot be had. */
export function plainTone(context: AudioContext): Instrument {
  return instrument(context, (_context, output, pitch, when) => {
    const envelope = new GainNode(context, { gain: 0 })
    envelope.gain.setValueAtTime(0, when)
    envelope.gain.linearRampToValueAtTime(0.35, when + 0.01)
    envelope.gain.setTargetAtTime(0, when + 0.01, 1.2)
    const source = new OscillatorNode(context, { type: 'triangle', frequency: 440 * 2 ** ((pitch - 69) / 12) })
    source.connect(envelope).connect(output)
    source.start(when)
    return source
  })
}
