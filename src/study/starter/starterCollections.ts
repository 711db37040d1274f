import { mayShowNotes, sharedArchives } from '../../corpus/sharedSources.ts'
import type { StarterCollection } from '../../results/starterSet.ts'

/** Licences under which notes may be handed on if their source is named: CC0, CC BY, public domain. */
const FREE = /^(?:CC0|CC-BY-\d|Public-Domain)/

/** Folders of general music that the starter set may take from: its notes may be shown, by one of these licences. */
const freeCollections: readonly string[] = sharedArchives
  .filter(({ name }) => name === 'general')
  .flatMap(({ collections }) => collections)
  .filter(({ folder, licence }) => FREE.test(licence) && mayShowNotes({ path: `${folder}/`, licence }))
  .map(({ folder }) => folder)

/**
 * Whether a file's notes may be handed on: its collection allows it. Of OpenEWLD only songs that name no author are taken: it
 * declares all of its songs in the public domain, but among them are some of 1940 and of 1996.
 */
export function isFree(path: string): boolean {
  const isNamed = path.startsWith('general/openewld/') && !path.startsWith('general/openewld/Traditional___')
  return !isNamed && freeCollections.some((folder) => path.startsWith(`${folder}/`))
}

/** Each collection in the starter set, with what its licence asks for; by the name of its folder. */
export const starterCollections: ReadonlyMap<string, StarterCollection> = new Map(
  Object.entries({
    'cre-irish': {
      source: 'CRE: Irish traditional tunes',
      licence: 'CC BY 4.0 / Unlicense',
      credit: 'Polifonia project, github.com/polifonia-project/folk_ngram_analysis',
    },
    openewld: {
      source: 'OpenEWLD: lead sheets of traditional songs',
      licence: 'Public domain',
      credit: 'OpenEWLD, github.com/00sapo/OpenEWLD',
    },
    'openscore-lieder-vocal': {
      source: 'OpenScore Lieder: the voices',
      licence: 'CC0 1.0',
      credit: 'OpenScore Lieder Corpus, github.com/OpenScore/Lieder',
    },
    'polish-scores': {
      source: 'Polish scores: music of Polish libraries, 16th to 19th century',
      licence: 'CC BY 4.0',
      credit: 'Fryderyk Chopin Institute, Humdrum Polish Scores, github.com/pl-wnifc/humdrum-polish-scores',
    },
  }),
)
