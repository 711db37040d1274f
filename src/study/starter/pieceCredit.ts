import { itemAt } from '../../support/itemAt.ts'

/** What to call a piece, and who wrote it. */
export interface PieceCredit {
  readonly title: string
  /** Null where nobody is known. */
  readonly composer: string | null
}

/** The part of a file that a credit is made from. */
export interface CreditedFile {
  /** `repository@commit:path`. */
  readonly origin: string
  /** By the collection's manifest. */
  readonly title: string | null
}

/**
 * Title and composer, after the path of the file in its repository: each collection names its files by a rule of its own.
 * @param collection name of its folder.
 * @example pieceCredit('cre-irish', { origin: 'r@c:cre_corpus/MIDI/DublinLassesreelThe.mid', title: null }).title // 'The Dublin Lasses reel'
 */
export function pieceCredit(collection: string, { origin, title }: CreditedFile): PieceCredit {
  const parts = origin.slice(origin.indexOf(':') + 1).split('/')
  const file = itemAt(parts, parts.length - 1).replace(/\.\w+$/, '')
  const folder = (back: number): string => words(parts[parts.length - 1 - back] ?? '')
  if (collection === 'openscore-lieder-vocal') return liederCredit(folder(1), folder(2), folder(3))
  if (collection === 'openewld') return { title: title ?? words(file), composer: authors(folder(2)) }
  if (collection === 'polish-scores') return catalogueCredit(file)
  return { title: title ?? irishTitle(file), composer: null }
}

const words = (text: string): string => text.replaceAll('_', ' ').trim()

/** @example authors('Gus Kahn-Walter Donaldson') // 'Gus Kahn, Walter Donaldson' */
const authors = (text: string): string => (text === TRADITIONAL ? 'traditional' : text.replaceAll('-', ', '))

/** What OpenEWLD has for an author where nobody made a song. */
const TRADITIONAL = '[Traditional]'

/** `3 Gondellied` of the set `6 Gedichte, Op.8` by `Kinkel, Johanna`; a song of no set lies in the folder `_`. */
function liederCredit(song: string, set: string, composer: string): PieceCredit {
  const name = song.replace(/^\d+ /, '')
  return { title: set === '' ? name : `${name} (${set})`, composer: firstNameFirst(composer) }
}

/** @example firstNameFirst('Schubert, Franz') // 'Franz Schubert' */
const firstNameFirst = (name: string): string => name.split(', ').reverse().join(' ').trim()

/** `pl-kk--kk-i-6--037-005_palestrina-giovanni-pierluigi-da--missa-inviolata-agnus-dei`. */
function catalogueCredit(file: string): PieceCredit {
  const name = file.slice(file.indexOf('_') + 1)
  const [author = '', ...rest] = name.split('--')
  const [surname = '', ...given] = author.split('-').map((word, n) => (n > 0 && SMALL.has(word) ? word : capital(word)))
  const composer = author === 'anonim' ? null : [...given, surname].join(' ')
  return { title: capital(rest.join(': ').replaceAll('-', ' ')), composer }
}

/** Words of names that keep their small letter. */
const SMALL = new Set(['da', 'de', 'di', 'von', 'van'])

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `GreenFieldsofRossbeighreelThe`: words run together, the article last. */
function irishTitle(file: string): string {
  const bare = file.replace(/(The|An)$/, '')
  const apart = bare
    .replaceAll(
      /(?<=[a-z]{2}[^o\W])(of|in|on|to|at|by|and|for|from|with)?the(?=[A-Z])/g,
      (_, word: string | undefined) => (word === undefined ? ' the ' : ` ${word} the `),
    )
    .replaceAll(/(?<=[a-z]{2}[^o\W])of(?=[A-Z])/g, ' of ')
    .replace(/(?<=[a-z])(reel|jig|slide|hornpipe|polka|march)(i*)$/i, ' $1 $2')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return `${/(The|An)$/.exec(file)?.[0] ?? ''} ${apart}`.trim()
}
