import { itemAt } from '../support/itemAt.ts'
import { decodeText } from './decodeText.ts'
import type { NoteSequence } from './noteSequence.ts'
import { NoteSequenceError } from './noteSequences/noteSequenceError.ts'
import { recordsIn } from './noteSequences/tfRecords.ts'
import { type AbcMode, splitTunebook } from './readAbc.ts'
import { formatOfFile, readContent } from './scoreContent.ts'

/** One score of a file that may hold several. */
export interface ScoreEntry {
  /** What a tune has after `X:`, or a record's number. */
  readonly reference: string
  /** What a tune says of itself. */
  readonly about?: { readonly title: string; readonly mode: AbcMode }
  /** @throws MidiConversionError, AbcConversionError, MusicXmlError, NoteSequenceError */
  readonly read: () => NoteSequence
}

/**
 * Reads a score of any format, of a file that holds several the first: MIDI, ABC, MusicXML (plain or compressed), NoteSequences
 * (a TFRecord or text). The name's ending says which; without one, the content.
 * @throws MidiConversionError, AbcConversionError, MusicXmlError, NoteSequenceError
 * @example readScore(await readFile(path), path)
 */
export const readScore = (bytes: Uint8Array, fileName: string): NoteSequence =>
  itemAt(openScores(bytes, fileName), 0).read()

/**
 * The scores of a file, read when asked for: each tune of a tunebook, each record of a TFRecord, else one.
 * @throws AbcConversionError for a tunebook past its bounds.
 */
export function openScores(bytes: Uint8Array, fileName: string): ScoreEntry[] {
  const format = formatOfFile(bytes, fileName)
  const whole = { reference: '1', read: () => readContent(format, bytes) }
  if (format === 'tfrecord') return recordEntries(bytes)
  if (format !== 'abc') return [whole]
  const tunes = splitTunebook(decodeText(bytes))
  return tunes.length === 0
    ? [whole]
    : tunes.map((tune) => {
        const { reference, title, mode } = tune
        return { reference, about: { title, mode }, read: () => readContent('abc', tune.abc) }
      })
}

function recordEntries(bytes: Uint8Array): ScoreEntry[] {
  const records = [...recordsIn((offset, length) => bytes.subarray(offset, offset + length), bytes.length)]
  if (records.length === 0) throw new NoteSequenceError('it holds no record')
  return records.map(({ number, bytes: content, failure }) => {
    const read = (): NoteSequence => {
      if (failure !== null) throw failure
      return readContent('tfrecord', content)
    }
    return { reference: String(number), read }
  })
}
