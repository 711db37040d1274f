import { MIDI_ENDINGS } from './midiNames.ts'

/** The endings of names by the format of score they stand for: MIDI, ABC, MusicXML, and NoteSequences as records or text. */
export const FORMAT_ENDINGS = {
  midi: MIDI_ENDINGS,
  abc: ['.abc'],
  musicxml: ['.musicxml', '.mxl', '.xml'],
  tfrecord: ['.tfrecord'],
  notesequence: ['.pbtxt', '.textproto', '.textpb'],
} as const

/** A format of scores. */
export type ScoreFormat = keyof typeof FORMAT_ENDINGS

const BY_ENDING = new Map(
  Object.entries(FORMAT_ENDINGS).flatMap(([format, endings]) =>
    endings.map((ending): [string, ScoreFormat] => [ending, format as ScoreFormat]),
  ),
)

/** The format by a name's ending, in any case; `null` if it is not a score's. Parts of a TFRecord (`x.tfrecord-00000-of-00010`) count. */
export function formatOfName(name: string): ScoreFormat | null {
  const [, ending = ''] = /(\.[^./\\]*)$/.exec(name.toLowerCase().replace(/(\.tfrecord)-\d+-of-\d+$/, '$1')) ?? []
  return BY_ENDING.get(ending) ?? null
}
