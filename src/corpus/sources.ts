/**
 * The corpora this project knows: where each comes from, how big it is, how to tell that it arrived whole, and what
 * may be done with it. `data/README.md` says the same in prose. Folders a person names need no entry here.
 */

/** A collection inside a fetched archive: one folder of it. */
export interface Collection {
  /** Folder below the corpus folder; also the `source` of its files. */
  readonly folder: string
  readonly title: string
  readonly tunes: number
  readonly licence: string
  /** `null` for general music; else the label that makes its files the style set. */
  readonly style: string | null
}

/** An archive that pip can download: a wheel is a plain zip. */
export interface WheelSource {
  readonly name: string
  /** What pip is asked for. */
  readonly requirement: string
  readonly wheel: string
  readonly bytes: number
  readonly sha256: string
  /** Folder inside the wheel that holds the collections. */
  readonly insideWheel: string
  readonly terms: string
  readonly collections: readonly Collection[]
}

const tunesTerms = 'tunes in the public domain; ABC encodings distributed with music21 by permission of their encoders'

/** The default corpus: three printed tune collections in ABC, out of copyright, no registration, 20 MB to fetch. */
export const embeddedSource: WheelSource = {
  name: 'music21',
  requirement: 'music21==10.5.1', // pinned: the tunes, and so every result, hang on its bytes
  wheel: 'music21-10.5.1-py3-none-any.whl',
  bytes: 20_118_992,
  sha256: 'dc3309498c4c95cebdf8d4f20c868deb6b63bce1d929cad4f51a7ccc982987b1',
  insideWheel: 'music21/corpus',
  terms:
    'May be read, trained on and listened to; fetched from the package registry by each user and not redistributed here. ' +
    "The wheel's other folders are left alone: some (essenFolksong) forbid commercial use.",
  collections: [
    {
      folder: 'oneills1850',
      title: "O'Neill's Music of Ireland (1903)",
      tunes: 2009,
      licence: tunesTerms,
      style: null,
    },
    {
      folder: 'ryansMammoth',
      title: "Ryan's Mammoth Collection (1883)",
      tunes: 1059,
      licence: tunesTerms,
      style: null,
    },
    {
      folder: 'airdsAirs',
      title: "Aird's Selection of Scotch, English, Irish and Foreign Airs (1782-1803)",
      tunes: 1180,
      licence: tunesTerms,
      style: null,
    },
  ],
}

/** What `FileRow.licence` says of a file from a folder a person named: nobody told us. */
export const LOCAL_LICENCE = 'not stated (local folder)'
