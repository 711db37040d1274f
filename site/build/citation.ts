/** Who made the report, when, and what it is called: what `CITATION.cff` says. */
export interface Citation {
  readonly title: string
  readonly authors: readonly string[]
  readonly version: string
  /** Day of the release, as in 2026-11-23. */
  readonly date: string
}

/**
 * Reads what a title page needs of a `CITATION.cff`: plain fields at its margin and the authors' names. What is not there is
 * empty: a fork may say less.
 * @example parseCitation("title: 'A study'\nauthors:\n  - name: Someone\n").authors // ['Someone']
 */
export function parseCitation(text: string): Citation {
  const field = (name: string): string => unquoted(new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(text)?.[1] ?? '')
  const block = /^authors:[ \t]*\n((?:[ \t-].*\n?)*)/m.exec(text)?.[1] ?? ''
  const authors = block
    .split(/^[ \t]*-[ \t]+/m)
    .slice(1)
    .map(authorName)
  return { title: field('title'), authors, version: field('version'), date: field('date-released') }
}

function authorName(entry: string): string {
  const field = (name: string): string =>
    unquoted(new RegExp(`^[ \\t]*${name}:[ \\t]*(.*)$`, 'm').exec(entry)?.[1] ?? '')
  return field('name') || [field('given-names'), field('family-names')].filter((name) => name !== '').join(' ')
}

const unquoted = (text: string): string =>
  text
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2')
    .replaceAll("''", "'")
