import { decodeText } from './decodeText.ts'
import { decodeMusicXml } from './musicXml/decodeMusicXml.ts'
import { isZip } from './musicXml/openMxl.ts'
import type { NoteSequence } from './noteSequence.ts'
import { decodeNoteSequence } from './noteSequences/sequenceMessage.ts'
import { parseSequenceText } from './noteSequences/sequenceText.ts'
import { readAbc } from './readAbc.ts'
import { readMidi } from './readMidi.ts'
import { formatOfName, type ScoreFormat } from './scoreFormats.ts'

/** Reads one score: of a TFRecord one record's bytes, of the others a file's, or an ABC tune's text. */
const READERS: Readonly<Record<ScoreFormat, (content: Uint8Array) => NoteSequence>> = {
  midi: readMidi,
  abc: (content) => readAbc(decodeText(content)),
  musicxml: decodeMusicXml,
  tfrecord: (content) => decodeNoteSequence(content).score,
  notesequence: (content) => parseSequenceText(decodeText(content)).score,
}

/**
 * The score in what one score's file, tune or record holds.
 * @throws MidiConversionError, AbcConversionError, MusicXmlError, NoteSequenceError
 */
export const readContent = (format: ScoreFormat, content: Uint8Array | string): NoteSequence =>
  typeof content === 'string' ? readAbc(content) : READERS[format](content)

/** The format of a file: by its name, else by how it begins; MIDI where neither tells. */
export function formatOfFile(bytes: Uint8Array, fileName: string): ScoreFormat {
  const named = formatOfName(fileName)
  if (named !== null) return named
  const start = String.fromCharCode(...bytes.subarray(0, 8))
  if (/^(\uFEFF|ï»¿)?(X:|%abc)/.test(start)) return 'abc'
  return isZip(bytes) || /^(ï»¿)?<\?xml/.test(start) ? 'musicxml' : 'midi'
}
