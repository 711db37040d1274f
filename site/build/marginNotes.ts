import type { HTMLElement } from 'node-html-parser'
import { type FinishedPage, parseHtml } from './siteLinks.ts'

/** Where a text refers to a footnote, and what leads back from it. */
const REFERENCES = 'a[data-footnote-ref]'
const BACK = 'a[data-footnote-backref]'

/**
 * Sets each footnote beside its place in the text as well: a page with room shows it in the margin, one without at the foot. The copy is
 * hidden from screen readers, which have the note. Pages are changed in place.
 */
export function addMarginNotes(pages: readonly FinishedPage[]): void {
  for (const { root } of pages)
    for (const reference of root.querySelectorAll(REFERENCES)) {
      const note = noteOf(root, reference.getAttribute('href') ?? '')
      const place = reference.closest('sup') ?? reference
      if (note !== '')
        place.insertAdjacentHTML('afterend', `<span class="margin-note" aria-hidden="true">${note}</span>`)
    }
}

/** The text of a note without links: they stand in the note itself. */
function noteOf(root: HTMLElement, href: string): string {
  const id = href.slice(1)
  const note = root.querySelectorAll('li[id]').find((each) => each.getAttribute('id') === id)
  const paragraph = note?.querySelector('p') ?? note
  if (paragraph === undefined || paragraph === null) return ''
  const copy = parseHtml(paragraph.toString())
  copy.querySelectorAll(BACK).forEach((link) => link.remove())
  return copy.text
    .trim()
    .replace(/&(?!\w+;|#)/g, '&amp;')
    .replace(/</g, '&lt;')
}
