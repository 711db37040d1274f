import { createMp3Encoder } from 'wasm-media-encoders'
import { SAMPLE_RATE } from './sampleRate.js'

/** Kilobits a second: a solo piano at 24 kHz needs no more, and 100 melodies stay near 7 MB. */
const BITRATE = 32

/** Mono sound at `SAMPLE_RATE` as MP3. The same sound gives the same bytes. */
export async function encodeMp3(pcm: Float32Array): Promise<Uint8Array> {
  const encoder = await createMp3Encoder()
  // Unless told, LAME chooses a rate of its own.
  encoder.configure({ sampleRate: SAMPLE_RATE, outputSampleRate: SAMPLE_RATE, channels: 1, bitrate: BITRATE })
  // The encoder hands out its own memory, which the next call overwrites.
  const body = encoder.encode([pcm]).slice()
  const end = encoder.finalize().slice()
  const result = new Uint8Array(body.length + end.length)
  result.set(body)
  result.set(end, body.length)
  return result
}
