import type { FinishedPage } from './siteLinks.ts'

/** Headings a reader may want to link to. */
const HEADINGS = 'main h2[id], main h3[id]'

/** Gives each heading that has an anchor a link to itself, shown when a pointer rests on it. Pages are changed in place. */
export function addPermalinks(pages: readonly FinishedPage[]): void {
  for (const { root } of pages) {
    for (const heading of root.querySelectorAll(HEADINGS)) {
      const id = heading.getAttribute('id') ?? ''
      const label = `Link to: ${heading.text.trim().replace(/"/g, '&quot;')}`
      heading.insertAdjacentHTML('beforeend', ` <a class="permalink" href="#${id}" aria-label="${label}">#</a>`)
    }
  }
}
