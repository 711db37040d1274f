/**
 * How a collection names the tune or piece that several of its files are settings, takes or copies of. Each rule was
 * read off the collection's own file names; a collection without such names has none.
 */
const RULES: readonly { readonly folder: string; readonly name: string; readonly tune: RegExp }[] = [
  // Composer__Work__piece__Player.mid, some pieces also `_no_repeat`: takes of a piece by many players
  { folder: 'performances/asap', name: 'asap', tune: /^(.+?)(?:_no_repeat)?__(?:(?!__).)+\.mid$/ },
  // Chopin_op10_no3_p01.mid: 22 pianists
  { folder: 'performances/vienna4x22', name: 'vienna4x22', tune: /^(.+)_p\d+\.mid$/ },
  // the same solo as played and on sixteenths
  { folder: 'style/jazz-solos-weimar', name: 'weimar', tune: /^(.+)\.mid$/ },
  { folder: 'style/jazz-solos-weimar-16th', name: 'weimar', tune: /^(.+)\.mid$/ },
  // nostalgic__nausicaa_lotw-4.mid: a mood, a theme, and the semitones it was moved by
  { folder: 'style/film-ghibli', name: 'ghibli', tune: /^[a-z]+__(.+?)(?:[+-]\d+)?\.mid$/ },
]

/**
 * The tune's name among all collections, by a file's path in the shared archives; `null` if there is none.
 * @example tuneIdOf('performances/vienna4x22/Chopin_op38_p16.mid') // 'vienna4x22:Chopin_op38'
 */
export function tuneIdOf(path: string): string | null {
  const slash = path.lastIndexOf('/')
  const rule = RULES.find(({ folder }) => folder === path.slice(0, slash))
  const tune = rule?.tune.exec(path.slice(slash + 1))?.[1]
  return rule === undefined || tune === undefined ? null : `${rule.name}:${tune}`
}
