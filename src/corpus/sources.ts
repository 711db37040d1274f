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

/** An archive that lies on some machines, in the folder CANTUS_SHARED or `../shared/corpora`. It is never downloaded. */
export interface SharedArchive {
  readonly name: 'general' | 'performances' | 'style'
  readonly archive: string
  readonly bytes: number
  readonly sha256: string
  /** Scores in it, without the primers. */
  readonly files: number
}

export const sharedArchives: readonly SharedArchive[] = [
  {
    name: 'general',
    archive: 'general.tar.xz',
    bytes: 12_307_980,
    sha256: '14b1c9ec0ec32de4c4e22952661bf55bd99048d9bab90dd4d3d3a431e754a4c6',
    files: 16_922,
  },
  {
    name: 'performances',
    archive: 'performances.tar.xz',
    bytes: 33_090_424,
    sha256: 'a9e8e5fd87d21576af1dca8b195fea7ef230fc922721fe4ba3994bdb06a01a60',
    files: 1339,
  },
  {
    name: 'style',
    archive: 'style.tar.xz',
    bytes: 1_601_552,
    sha256: '440410509adca0bf76ccbc46814eb5d8f669205949ef620512d69cd4164d491f',
    files: 1300,
  },
]

/** A named part of the shared archives: which archives it needs, and which of their files it takes. */
export interface SharedSource {
  readonly name: string
  readonly title: string
  readonly archives: readonly SharedArchive['name'][]
  readonly files: number
  readonly licence: string
  readonly terms: string
  /** Whether a file belongs to it, by its path in the manifest and its label in the style selection. */
  takes(path: string, styleLabel: string | null): boolean
}

const NON_COMMERCIAL = 'for training and tests on a machine that has them; never redistributed'

/** Files of the style selection keep their label wherever they lie: 145 of its 530 are in `general`. */
export const sharedSources: readonly SharedSource[] = [
  {
    name: 'shared-general',
    title: 'Folk tunes, songs, lead sheets, Polish scores, Palestrina, pop, in 14 collections',
    archives: ['general'],
    files: 16_922,
    licence: 'by collection, below',
    terms: `Mostly free or public domain; POP909's songs are under copyright: ${NON_COMMERCIAL}.`,
    takes: (path) => path.startsWith('general/'),
  },
  {
    name: 'shared-performances',
    title: 'Captured and transcribed piano performances',
    archives: ['performances', 'general'], // the manifest lies in `general`
    files: 1339,
    licence: 'by collection, below',
    terms: `ASAP forbids commercial use: ${NON_COMMERCIAL}.`,
    takes: (path) => path.startsWith('performances/'),
  },
  {
    name: 'shared-style',
    title: "The style selection: 530 files in the study's mix, 145 of them from `general`",
    archives: ['style', 'general'],
    files: 530,
    licence: 'by collection, below',
    terms: `Much of its film and game music is under copyright, with no licence stated: ${NON_COMMERCIAL}.`,
    takes: (_path, styleLabel) => styleLabel !== null,
  },
  {
    name: 'shared-style-rest',
    title: 'What the selection left over of the archive `style`; general music as far as a data set is concerned',
    archives: ['style', 'general'],
    files: 915,
    licence: 'by collection, below',
    terms: `As the style selection: ${NON_COMMERCIAL}.`,
    takes: (path, styleLabel) => path.startsWith('style/') && styleLabel === null,
  },
]
