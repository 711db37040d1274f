import { sharedArchives } from '../../../src/corpus/sharedSources.ts'

const collections = sharedArchives.flatMap((archive) => archive.collections)

/**
 * A collection's title by the name of its folder; other folders keep their name.
 * @example collectionTitle('cre-irish') // 'CRE Irish traditional tunes'
 */
export const collectionTitle = (source: string): string =>
  collections.find(({ folder }) => folder === source || folder.endsWith(`/${source}`))?.title ?? source

/** A catalogue's number of a piece, up to where its names begin: `pl-sa__kern__pl-sa--228-a-vi-32--001-007_`. */
const CATALOGUE = /^.*--\d{3}-\d{3}_/
/** Folders of a repository that a file's name was made of. */
const FOLDERS = /^(?:musics|labelled|midi|cre_corpus)__|^midi__/i

/**
 * What to call a file or a melody of a corpus that has no title, after its name: for display, the identifier stays in the data.
 * @example pieceTitle('general/ryans-mammoth/RoryOMoreJig__0001.mid/0') // 'Rory O More Jig'
 */
export function pieceTitle(id: string): string {
  const [, path = id, melody = '0'] = /^(.*\.\w+)(?:\/(\d+))?$/.exec(id) ?? []
  const file = (path.split('/').at(-1) ?? path).replace(/\.\w+$/, '')
  const [, name = file, tune = '1'] = /^(.*?)__(\d{4})$/.exec(file) ?? []
  const parts = [
    wordsOf(name),
    ...(Number(tune) > 1 ? [`tune ${Number(tune)}`] : []),
    ...(Number(melody) > 0 ? [`melody ${Number(melody) + 1}`] : []),
  ]
  return parts.join(', ')
}

/** A piece by its name and its collection. */
export const pieceInCollection = (id: string): string =>
  `${pieceTitle(id)} (${collectionTitle(id.split('/')[1] ?? '')})`

function wordsOf(name: string): string {
  let bare = name.replace(CATALOGUE, '')
  while (FOLDERS.test(bare)) bare = bare.replace(FOLDERS, '')
  if (bare !== name && bare.includes('--')) return bare.split('--').map(catalogueWords).join(': ')
  return bare
    .replaceAll('__', ', ')
    .replaceAll(/[_\s]+/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
}

/** @example catalogueWords('luna-georgius') // 'Luna georgius' */
function catalogueWords(text: string): string {
  const words = text.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
