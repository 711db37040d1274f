/// <reference types="vite/client" />
import { createRequire } from 'node:module'
import bibtex from '../../../report/references.bib?raw'

/** A work that the report cites, as its list and its hover cards show it. */
export interface Reference {
  /** Key in `report/references.bib`. */
  readonly key: string
  /** Names and year: `Eck & Schmidhuber, 2002`. */
  readonly label: string
  /** The whole reference in APA style, as text and as HTML with its title in italics. */
  readonly text: string
  readonly html: string
  readonly url: string | null
}

/** What is used of citation-js, which has types for its core alone. */
interface Entry {
  readonly id: string
  readonly DOI?: string
  readonly URL?: string
}
interface Bibliography {
  readonly data: readonly Entry[]
  format(kind: 'bibliography' | 'citation', options: Readonly<Record<string, string>>): string
}

let all: ReadonlyMap<string, Reference> | null = null

/** Every work of `report/references.bib`, by author. */
export const references = (): readonly Reference[] => [...bibliography().values()]

/**
 * The work with this key.
 * @throws Error that names the key when there is none.
 */
export function referenceOf(key: string): Reference {
  const found = bibliography().get(key)
  if (!found) throw new Error(`the report cites "${key}", which is not in report/references.bib`)
  return found
}

function bibliography(): ReadonlyMap<string, Reference> {
  all ??= new Map(readReferences(bibtex).map((each) => [each.key, each]))
  return all
}

/** The works of a BibTeX file. @throws Error when two share a key. */
export function readReferences(text: string): Reference[] {
  const require = createRequire(import.meta.url)
  const { Cite } = require('@citation-js/core') as { Cite: new (text: string) => Bibliography }
  require('@citation-js/plugin-bibtex')
  require('@citation-js/plugin-csl')
  const works = new Cite(text)
  const keys = works.data.map(({ id }) => id)
  const twice = keys.find((key, n) => keys.indexOf(key) !== n)
  if (twice !== undefined) throw new Error(`report/references.bib has two works with the key "${twice}"`)
  const style = { template: 'apa', lang: 'en-US' }
  return works.data
    .map(({ id, DOI, URL: address }): Reference => {
      const html = works.format('bibliography', { ...style, format: 'html', entry: id })
      const cited = works.format('citation', { ...style, format: 'text', entry: id })
      return {
        key: id,
        label: cited.trim().replace(/^\(|\)$/g, ''),
        text: plain(works.format('bibliography', { ...style, format: 'text', entry: id })),
        html: linked(html.replace(/<\/?div[^>]*>/g, '').trim()),
        url: DOI ? `https://doi.org/${DOI}` : (address ?? null),
      }
    })
    .sort((a, b) => a.text.localeCompare(b.text, 'en'))
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()

const linked = (html: string): string =>
  html.replace(/https:\/\/[^\s<]+[^\s<.]/g, (url) => `<a href="${url}">${url.replace('https://', '')}</a>`)
