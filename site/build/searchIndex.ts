import type { HTMLElement } from 'node-html-parser'
import type { FinishedPage } from './siteLinks.ts'

/** Name of the index in the site's folder. */
export const SEARCH_INDEX = 'search.json'

/** A place that a search finds: where it lies inside the site, its page, its heading, and how its text begins. */
export interface SearchEntry {
  readonly at: string
  readonly page: string
  readonly heading: string
  readonly text: string
}

/** Letters of a section that are searched: with more, the index of a whole report would weigh too much. */
const LETTERS = 280
/** Pages made alike in great numbers, and those that repeat others. */
const NOT_INDEXED = /^(?:melodies\/.|api\/|print\/|404\.html)/

/** Every section of the pages of the report: what stands before a page's first heading is found by its title. */
export function searchEntries(pages: readonly FinishedPage[]): SearchEntry[] {
  return pages.filter(({ path }) => !NOT_INDEXED.test(path)).flatMap(entriesOf)
}

function entriesOf({ path, root }: FinishedPage): SearchEntry[] {
  const main = root.querySelector('main')
  if (main === null) return []
  const page = plain(root.querySelector('h1')?.text ?? path)
  const entries: { at: string; heading: string; text: string }[] = [{ at: path, heading: '', text: '' }]
  for (const element of main.querySelectorAll('h2, h3, p, li, figcaption, dt, dd')) {
    const id = element.getAttribute('id')
    const entry = entries.at(-1)
    if (/^H[23]$/.test(element.tagName) && id !== undefined)
      entries.push({ at: `${path}#${id}`, heading: plain(element.text), text: '' })
    else if (entry !== undefined && entry.text.length < LETTERS && !hasBlocks(element))
      entry.text = `${entry.text} ${plain(element.text)}`.trim().slice(0, LETTERS)
  }
  return entries.filter(({ heading, text }) => heading !== '' || text !== '').map((entry) => ({ page, ...entry }))
}

const hasBlocks = (element: HTMLElement): boolean => element.querySelector('p, li') !== null

const plain = (text: string): string =>
  text
    .replace(/&#\d+;|&\w+;/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ #$/, '')
    .trim()
