import { MIDI_ENDINGS } from './midiNames.ts'
import type { NoteSequence } from './noteSequence.ts'
import { readAbc } from './readAbc.ts'
import { readMidi } from './readMidi.ts'

/**
 * Reads a score of either format: ABC when the name ends in `.abc` (or is not a MIDI name, and the content begins like a
 * tune), else MIDI.
 * @throws MidiConversionError, AbcConversionError
 * @example readScore(await readFile(path), path)
 */
export function readScore(bytes: Uint8Array, fileName: string): NoteSequence {
  return isAbc(bytes, fileName) ? readAbc(decodeText(bytes)) : readMidi(bytes)
}

/** True when `readScore` takes the file for ABC. */
export function isAbc(bytes: Uint8Array, fileName: string): boolean {
  const [extension] = /\.[^./\\]*$/.exec(fileName.toLowerCase()) ?? ['']
  if (extension === '.abc') return true
  if ((MIDI_ENDINGS as readonly string[]).includes(extension)) return false
  return /^(\uFEFF|ï»¿)?(X:|%abc)/.test(String.fromCharCode(...bytes.subarray(0, 8)))
}

/** Text as UTF-8 where it is that, else as Latin-1, in which older tunebooks are written. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return new TextDecoder('latin1').decode(bytes)
  }
}
