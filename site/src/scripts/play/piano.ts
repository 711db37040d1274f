import { openSprite } from '../instrument/sprite.ts'

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
  const sprite = await openSprite(context, url)
  return instrument(context, (_context, output, pitch, when) => sprite.start(context, { pitch, when, output }))
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
