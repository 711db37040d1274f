import type { SharedArchive, SharedCollection, SharedSource } from './sources.ts'

/** Archive whose root holds MANIFEST.tsv and STYLE530.tsv for all of them. */
export const MANIFEST_ARCHIVE = 'general'

const ATTRIBUTION = 'anything, naming the source'
const NON_COMMERCIAL = 'no commercial use; share alike, naming the source'
const BY_PERMISSION = 'reading and training; the encodings are by permission of their makers'
const COPYRIGHTED = 'study only: the music is under copyright'
const UNCLEAR = 'study only: nobody stated more'

/** Whether the notes of a file may be shown: its collection allows it, and the file itself is under no other licence. */
export function mayShowNotes({ path, licence }: { readonly path: string; readonly licence: string }): boolean {
  const collection = sharedArchives
    .flatMap((archive) => archive.collections)
    .find(({ folder }) => path.startsWith(`${folder}/`))
  return collection !== undefined && collection.mayBeShown && collection.licence === licence
}

/** One row per collection: folder, title, files, licence, use. */
function collections(archive: string, rows: readonly (readonly [string, string, number, string, string])[]) {
  return rows.map(([folder, title, files, licence, use]): SharedCollection => {
    return { folder: `${archive}/${folder}`, title, files, licence, use, mayBeShown: use.startsWith('anything') }
  })
}

const tunes = (year: number): string => `music21 corpus permission; tunes PD (${year})`
const weimar =
  'Weimar Jazz DB via jazzomat/raw_data: no licence in repo (WJazzD itself said ODbL-1.0 by a third-party README)'

/** The archives of real music, as MIDI, that some machines have beside the checkout. */
export const sharedArchives: readonly SharedArchive[] = [
  {
    name: 'general',
    archive: 'general.tar.xz',
    bytes: 12_307_980,
    sha256: '14b1c9ec0ec32de4c4e22952661bf55bd99048d9bab90dd4d3d3a431e754a4c6',
    collections: collections('general', [
      ['airds-airs', "Aird's Airs (1782-1803)", 1180, tunes(1782), BY_PERMISSION],
      [
        'classical-piano-midi-de',
        'piano-midi.de, classical piano',
        337,
        'CC-BY-SA-3.0-DE (piano-midi.de)',
        'anything, naming the source; share alike',
      ],
      ['cre-irish', 'CRE Irish traditional tunes', 1195, 'CC-BY-4.0/Unlicense(see README)', ATTRIBUTION],
      ['irish-mit6s191', 'Irish ABC tunes of a deep learning course', 804, 'MIT (repo)', ATTRIBUTION],
      ['jw35-tunebook', 'JW35 tunebook, English folk', 123, 'GPL / CC-BY-SA', 'anything; share alike'],
      [
        'lakh-sample',
        'Files of the Lakh MIDI Dataset',
        183,
        'CC-BY-4.0 (Lakh sample; repo MIT)',
        'the collection: anything, naming the source; many songs are under copyright',
      ],
      ['nottingham', 'Nottingham folk tunes', 1034, 'GPL-3.0', 'anything; share alike'],
      ['oneills1850', "O'Neill's Music of Ireland (1903)", 2009, tunes(1903), BY_PERMISSION],
      ['openewld', 'OpenEWLD lead sheets', 502, 'Public-Domain scores (repo MIT)', 'anything'],
      ['openscore-lieder-vocal', 'OpenScore Lieder, the voices', 1460, 'CC0-1.0', 'anything'],
      ['palestrina-modal', 'Palestrina', 1318, 'music21 corpus permission', BY_PERMISSION],
      ['polish-scores', 'Polish scores', 4809, 'CC-BY-4.0', ATTRIBUTION],
      ['pop909', 'POP909', 909, 'MIT', COPYRIGHTED],
      ['ryans-mammoth', "Ryan's Mammoth Collection (1883)", 1059, tunes(1883), BY_PERMISSION],
    ]),
  },
  {
    name: 'performances',
    archive: 'performances.tar.xz',
    bytes: 33_090_424,
    sha256: 'a9e8e5fd87d21576af1dca8b195fea7ef230fc922721fe4ba3994bdb06a01a60',
    collections: collections('performances', [
      ['asap', 'ASAP, captured classical piano (519 from MAESTRO)', 1067, 'CC-BY-NC-SA-4.0', NON_COMMERCIAL],
      ['giantmidi-sample', 'GiantMIDI-Piano, a sample', 160, 'CC-BY-4.0 (see README)', ATTRIBUTION],
      ['vienna4x22', 'Vienna 4x22', 112, 'see README', UNCLEAR],
    ]),
  },
  {
    name: 'style',
    archive: 'style.tar.xz',
    bytes: 1_601_552,
    sha256: '440410509adca0bf76ccbc46814eb5d8f669205949ef620512d69cd4164d491f',
    collections: collections('style', [
      ['film-ghibli', 'Ghibli films', 114, 'none stated (copyrighted film music)', COPYRIGHTED],
      ['film-starwars-themes', 'Star Wars themes', 67, 'none stated (themes by J. Williams, copyrighted)', COPYRIGHTED],
      ['game-cvae', 'Game music, themes for a CVAE', 14, 'none stated', UNCLEAR],
      ['game-freedoom', 'Freedoom', 112, 'BSD-3-Clause', ATTRIBUTION],
      ['game-openmsx', 'OpenMSX', 31, 'GPL-2.0', 'anything; share alike'],
      ['game-sbowles', 'Game music, collected by sbowles', 30, 'none stated', UNCLEAR],
      [
        'game-skuldur',
        'Game music, piano arrangements',
        92,
        'MIT repo (arrangements of copyrighted game music)',
        COPYRIGHTED,
      ],
      ['game-vgmidi', 'VGMIDI', 244, 'none stated (arrangements of copyrighted game music)', COPYRIGHTED],
      ['jazz-solos-weimar', 'Weimar jazz solos, as played', 264, weimar, UNCLEAR],
      ['jazz-solos-weimar-16th', 'Weimar jazz solos, on sixteenths', 264, weimar, UNCLEAR],
      ['modal-classical-bach-solo', 'Bach, solo works', 68, 'CC-BY-NC-SA-4.0', NON_COMMERCIAL],
    ]),
  },
]

const licence = 'by collection, below'

/** The parts of the archives that have a name. A file of the style selection keeps its label wherever it lies. */
export const sharedSources: readonly SharedSource[] = [
  {
    name: 'shared',
    title: "All of it: what the study's three data sets are made from",
    archives: ['general', 'performances', 'style'],
    files: 19_561,
    licence,
    terms: 'Parts of it are for study only, or not for commercial use.',
    takes: (path) => !path.startsWith('primers/'),
  },
  {
    name: 'shared-general',
    title: 'Folk tunes, songs, lead sheets, Polish scores, Palestrina, pop: 14 collections',
    archives: ['general'],
    files: 16_922,
    licence,
    terms: 'Mostly free or out of copyright; the songs of POP909 and Lakh are not.',
    takes: (path) => path.startsWith('general/'),
  },
  {
    name: 'shared-performances',
    title: 'Captured and transcribed piano performances',
    archives: ['performances'],
    files: 1339,
    licence,
    terms: 'Most of it may not be used commercially.',
    takes: (path) => path.startsWith('performances/'),
  },
  {
    name: 'shared-style',
    title: "The style selection: 530 labelled files that stand in for the study's, 145 of them from `general`",
    archives: ['general', 'style'],
    files: 530,
    licence,
    terms: 'Much of its film and game music is under copyright: for study only.',
    takes: (_path, styleLabel) => styleLabel !== null,
  },
  {
    name: 'shared-style-rest',
    title: 'What the selection left over of the archive `style`; it has no style label',
    archives: ['style'],
    files: 915,
    licence,
    terms: 'As the style selection.',
    takes: (path, styleLabel) => path.startsWith('style/') && styleLabel === null,
  },
]
