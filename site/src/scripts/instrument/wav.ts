const HEADER_BYTES = 44
const BYTES_PER_SAMPLE = 2

/** Channels of sound, -1 to 1, as a WAV file of 16 bits; louder samples are cut. */
export function encodeWav(channels: readonly Float32Array[], sampleRate: number): Uint8Array<ArrayBuffer> {
  const frames = channels[0]?.length ?? 0
  const dataBytes = frames * channels.length * BYTES_PER_SAMPLE
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + dataBytes))
  const text = (at: number, word: string): void =>
    [...word].forEach((each, n) => view.setUint8(at + n, each.charCodeAt(0)))
  text(0, 'RIFF')
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true) // plain samples
  view.setUint16(22, channels.length, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * channels.length * BYTES_PER_SAMPLE, true)
  view.setUint16(32, channels.length * BYTES_PER_SAMPLE, true)
  view.setUint16(34, 8 * BYTES_PER_SAMPLE, true)
  text(36, 'data')
  view.setUint32(40, dataBytes, true)
  let at = HEADER_BYTES
  for (let frame = 0; frame < frames; frame++)
    for (const channel of channels) {
      view.setInt16(at, Math.round(32767 * Math.min(1, Math.max(-1, channel[frame]!))), true)
      at += BYTES_PER_SAMPLE
    }
  return new Uint8Array(view.buffer)
}
