import { embeddedSource, type WheelSource } from './sources.ts'

/**
 * Palestrina's masses in Humdrum **kern, a folder of the wheel that the embedded tunes come from: music of several voices for a
 * second-voice network at quick scale. It is not among the sources that have a name, since it serves that network alone.
 */
export const palestrinaSource: WheelSource = {
  ...embeddedSource,
  name: 'music21-palestrina',
  title: 'Masses by Palestrina, in Humdrum **kern',
  collections: [
    {
      folder: 'palestrina',
      title: 'Masses by Giovanni Pierluigi da Palestrina',
      tunes: 1318,
      licence: 'scores in the public domain; **kern encodings distributed with music21 by permission of their encoders',
      style: null,
    },
  ],
}
