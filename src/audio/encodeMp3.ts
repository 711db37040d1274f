import { createMp3Encoder } from 'wasm-media-encoders'
import { SAMPLE_RATE } from './sampleRate.ts'

/** Kilobits per second that LAME has at `SAMPLE_RATE` (MPEG 2). */
export const BITRATES = [16, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160] as const
/** A bitrate of the encoder, in kbit/s. */
export type Bitrate = (typeof BITRATES)[number]

/** A solo instrument at 24 kHz needs no more, and the study's 105 melodies stay below 8 MB. */
export const DEFAULT_BITRATE: Bitrate = 32

/** Mono sound at `SAMPLE_RATE` as MP3. The same sound gives the same bytes. */
export async function encodeMp3(
  pcm: Float32Array,
  bitrate: Bitrate = DEFAULT_BITRATE,
): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = await createMp3Encoder()
  // By default LAME chooses a rate of its own.
  encoder.configure({ sampleRate: SAMPLE_RATE, outputSampleRate: SAMPLE_RATE, channels: 1, bitrate })
  // The encoder hands out its own memory, which the next call overwrites.
  const body = encoder.encode([pcm]).slice()
  const end = encoder.finalize().slice()
  const result = new Uint8Array(body.length + end.length)
  result.set(body)
  result.set(end, body.length)
  return result
}
