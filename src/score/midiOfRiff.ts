import { MidiConversionError } from './midiConversionError.ts'

/**
 * The MIDI file inside a RIFF file of form RMID (`.rmi`), whose `data` chunk is one; any other bytes as they are.
 * @throws MidiConversionError when a RIFF MIDI file has no such chunk.
 */
export function midiOfRiff(bytes: Uint8Array): Uint8Array {
  if (nameAt(bytes, 0) !== 'RIFF' || nameAt(bytes, 8) !== 'RMID') return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true)
    // A length that lies is the MIDI reader's to judge.
    if (nameAt(bytes, at) === 'data') return bytes.subarray(at + 8, at + 8 + length)
    at += 8 + length + (length % 2) // chunks begin at even places
  }
  throw new MidiConversionError('no MIDI file: this RIFF file has no data chunk')
}

const nameAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
