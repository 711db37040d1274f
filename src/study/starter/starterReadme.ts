import type { StarterFile, StarterFileName, StarterPassage, StarterTune } from '../../results/starterSet.ts'
import { counted } from '../../support/text/counted.ts'
import { tally } from '../../support/text/tally.ts'

/** The files of the starter set, by name. */
export type Files = { readonly [Name in StarterFileName]: StarterFile<Name> }
type Piece = StarterTune | StarterPassage

const INTRODUCTION = [
  '# Starter set',
  '',
  'A little real music that everyone may use: the only music of other people in this repository. `cantus corpus starter`',
  'chooses it from the corpora that the published models were trained on, and writes this folder. No file is edited by hand.',
  '',
]

/** `data/starter/README.md`: what the set holds, whom to credit, and how it was chosen. */
export function starterReadme(files: Files): string {
  const collections = { ...files.tunes.collections, ...files.passages.collections, ...files.melodies.collections }
  const all: readonly Piece[] = [...files.tunes.pieces, ...files.passages.pieces, ...files.melodies.pieces]
  const byCollection = tally(all, ({ collection }) => collection)
  const rows = Object.entries(collections)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { source, licence, credit }]) => `| ${source} | ${licence} | ${credit} | ${byCollection[key] ?? 0} |`)
  const tunes = files.tunes.pieces.map(tuneLine)
  return [
    ...INTRODUCTION,
    `- \`tunes.json\`: ${counted(files.tunes.pieces.length, 'held-out tune')}. No model was trained on them or their relatives. The first four bars are a`,
    '  primer (`cantus generate --primer starter:1`), the rest is what its composer made of them.',
    `- \`passages.json\`: ${counted(files.passages.pieces.length, 'held-out passage')} in which two voices sound together.`,
    `- \`melodies.json\`: the first eight bars of ${counted(files.melodies.pieces.length, 'training melody', 'training melodies')}.`,
    '',
    '`notes`, `upper` and `lower` are pitch and sixteenths in turn; pitch 60 is middle C, -1 a rest. `rule` says how the pieces',
    'were chosen, `collections` where they are from.',
    '',
    '## Credit and licences',
    '',
    '| collection | licence | credit | pieces |',
    '|---|---|---|---|',
    ...rows,
    '',
    'These licences are quoted from the corpora’s own list: “Polish scores 4,809 (CC BY 4.0)”, “OpenScore Lieder voices 1,460',
    '(CC0)”, “CRE Irish 1,195 (CC BY 4.0 / Unlicense)”, “OpenEWLD lead sheets 502 (scores public domain)”; its manifest repeats',
    'them file by file. CC BY asks you to name the source and to say what was changed: here the notes of single voices were put on',
    'a grid of sixteenths and cut. Collections that allow less, or say nothing, are left out; so are the songs of OpenEWLD that name',
    'an author: it declares all of its songs in the public domain, but some are too young for that.',
    '',
    '## The tunes',
    '',
    '| primer | title | composer | metre | mode |',
    '|---|---|---|---|---|',
    ...tunes,
    '',
  ].join('\n')
}

const tuneLine = ({ title, composer, metre, mode }: StarterTune, n: number): string =>
  `| \`starter:${n + 1}\` | ${title} | ${composer ?? 'not known'} | ${metre} | ${mode} |`
