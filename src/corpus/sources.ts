/**
 * The corpora this project knows: where each comes from, how big it is, how to tell that it arrived whole, and what
 * may be done with it. The tables of `data/README.md` are made from these declarations (card.ts). Folders and archives
 * a person names need no entry here.
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
  readonly title: string
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
  title: 'Tunes of three printed collections, in ABC, with titles and keys',
  requirement: 'music21==10.5.1', // pinned: the tunes, and so every result, depend on its bytes
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

/** What `FileRow.licence` says of a file from a folder that a person named: unknown. */
export const LOCAL_LICENCE = 'not stated (local folder)'

/** An archive at an official address, fetched when a person asks for it by name. */
export interface DownloadSource {
  readonly name: string
  readonly title: string
  /** Page that describes it. */
  readonly home: string
  readonly address: string
  readonly archive: string
  readonly bytes: number
  readonly sha256: string
  /** Scores in it; `null` where no count was published with the sum. */
  readonly files: number | null
  readonly licence: string
  readonly terms: string
}

/** The two collections the study trained on. Sums and sizes are those of MusPy's data set definitions. */
export const downloadSources: readonly DownloadSource[] = [
  {
    name: 'lakh-full',
    title: 'Lakh MIDI Dataset, LMD-full (Raffel 2016)',
    home: 'https://colinraffel.com/projects/lmd',
    address: 'http://hog.ee.columbia.edu/craffel/lmd/lmd_full.tar.gz',
    archive: 'lmd_full.tar.gz',
    bytes: 1_768_163_879,
    sha256: '6fcfe2ac49ca08f3f214cec86ab138d4fc4dabcd7f27f491a838dae6db45a12b',
    files: null,
    licence: 'CC BY 4.0 (the collection; the songs in it are mostly under copyright)',
    terms: 'May be trained on and shared with attribution; the licence covers the collecting, not the songs.',
  },
  {
    name: 'maestro-v3',
    title: 'MAESTRO v3.0.0, MIDI only (Hawthorne et al. 2019)',
    home: 'https://magenta.tensorflow.org/datasets/maestro',
    address: 'https://storage.googleapis.com/magentadata/datasets/maestro/v3.0.0/maestro-v3.0.0-midi.zip',
    archive: 'maestro-v3.0.0-midi.zip',
    bytes: 58_416_533,
    sha256: '70470ee253295c8d2c71e6d9d4a815189e35c89624b76d22fce5a019d5dde12c',
    files: 1276,
    licence: 'CC BY-NC-SA 4.0',
    terms: 'Not for commercial use; what is made from it is shared under the same licence, with attribution.',
  },
]

/** A folder of a shared archive: music from one place, under one licence. */
export interface SharedCollection {
  /** `general/airds-airs`: its files' paths begin with it. */
  readonly folder: string
  readonly title: string
  readonly files: number
  /** As its manifest has it. */
  readonly licence: string
  /** What may be done with it, in a few words. */
  readonly use: string
  /** Whether its notes may be shown to anyone, naming the source and its licence. */
  readonly mayBeShown: boolean
}

/** An archive that lies on some machines, in the folder CANTUS_SHARED or `../shared/corpora`. It is never downloaded. */
export interface SharedArchive {
  readonly name: string
  readonly archive: string
  readonly bytes: number
  readonly sha256: string
  readonly collections: readonly SharedCollection[]
}

/** A named part of the shared archives: which archives it needs, and which of their files it takes. */
export interface SharedSource {
  readonly name: string
  readonly title: string
  readonly archives: readonly string[]
  readonly files: number
  readonly licence: string
  readonly terms: string
  /** Whether a file belongs to it, by its path in the manifest and its label in the style selection. */
  takes(path: string, styleLabel: string | null): boolean
}
