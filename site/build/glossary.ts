import { HTMLElement, TextNode } from 'node-html-parser'
import { escapeText } from '../../src/support/text/escapeText.ts'
import type { FinishedPage } from './siteLinks.ts'

/** Terms and what they mean. */
type Glossary = Readonly<Record<string, string>>

/** The page that explains the terms: it needs no cards. */
const TERMS_PAGE = 'terms/'
/** Where running text stands, and what in it is left as it is. */
const TEXT = '.prose p, .prose li'
const LEFT_ALONE = 'a, code, pre, button, h1, h2, h3, h4, .cite, .term, .number, math, svg, audio'

/** @example termId('event accuracy') // 'term-event-accuracy' */
export const termId = (term: string): string => `term-${term.toLowerCase().replace(/[^a-z]+/g, '-')}`

/**
 * Explains each term of the glossary where a page's text first uses it: a card that shows when a pointer rests on it, and a
 * link to the list of terms. Pages are changed in place; without a page of terms nothing is.
 */
export function explainTerms(pages: readonly FinishedPage[], glossary: Glossary, base: string): void {
  if (!pages.some(({ path }) => path === TERMS_PAGE)) return
  for (const { path, root } of pages) if (path !== TERMS_PAGE) explainOn(root, glossary, base)
}

function explainOn(root: HTMLElement, glossary: Glossary, base: string): void {
  // Longer terms first: "event accuracy" is not an accuracy of some event.
  const open = new Set(Object.keys(glossary).sort((a, b) => b.length - a.length))
  for (const block of root.querySelectorAll(TEXT)) {
    for (const text of textsOf(block)) {
      const term = [...open].find((each) => patternOf(each).test(text.rawText))
      if (term === undefined) continue
      open.delete(term)
      text.rawText = text.rawText.replace(patternOf(term), (found) => cardOf(found, term, { glossary, base }))
    }
    if (open.size === 0) return
  }
}

const patternOf = (term: string): RegExp =>
  new RegExp(`(?<![\\w-])${term.replace("'", "(?:'|’|&#39;)")}(?![\\w-])`, /[A-Z]/.test(term) ? '' : 'i')

interface Card {
  readonly glossary: Glossary
  readonly base: string
}

const cardOf = (found: string, term: string, { glossary, base }: Card): string =>
  `<span class="term"><a href="${base}${TERMS_PAGE}#${termId(term)}">${found}</a>` +
  `<span class="hover-card" aria-hidden="true">${escapeText(glossary[term] ?? '')}</span></span>`

/** The texts of a block that lie in nothing that is left alone. */
function textsOf(block: HTMLElement): TextNode[] {
  if (block.closest('.heard, .doors, .score') !== null) return []
  const found: TextNode[] = []
  const visit = (element: HTMLElement): void => {
    for (const child of element.childNodes) {
      if (child instanceof TextNode) found.push(child)
      else if (child instanceof HTMLElement && !isLeftAlone(child)) visit(child)
    }
  }
  visit(block)
  return found
}

const isLeftAlone = (element: HTMLElement): boolean =>
  LEFT_ALONE.split(', ').some((selector) =>
    selector.startsWith('.')
      ? element.classList.contains(selector.slice(1))
      : element.tagName.toLowerCase() === selector,
  )
