import type { HTMLElement } from 'node-html-parser'
import type { FinishedPage } from './siteLinks.ts'

interface Place {
  readonly path: string
  readonly anchor: string
  readonly title: string
  readonly figure: HTMLElement
}

/**
 * Ties each figure of a page to the notebook cell that makes the same one, and the cell's back to the page: figures are
 * the same when they show the same data in the same words. Adds a link to the captions; returns how many pairs there are.
 */
export function linkFigures(pages: readonly FinishedPage[], base: string): number {
  const places = pages.flatMap(placesOf)
  const inNotebooks = firstByFigure(places.filter(({ path }) => path.startsWith('notebooks/')))
  const onPages = firstByFigure(places.filter(({ path }) => !path.startsWith('notebooks/')))
  let pairs = 0
  for (const place of places) {
    const id = place.figure.getAttribute('data-figure') ?? ''
    const isNotebook = place.path.startsWith('notebooks/')
    const other = isNotebook ? onPages.get(id) : inNotebooks.get(id)
    if (other === undefined) continue
    if (!isNotebook) pairs++
    const says = isNotebook ? `On the page ${other.title}` : 'Notebook cell that makes it'
    const caption = place.figure.querySelector('.provenance') ?? place.figure.querySelector('figcaption')
    caption?.insertAdjacentHTML(
      'beforeend',
      ` <a class="origin" href="${base}${other.path}#${other.anchor}">${says}</a>`,
    )
  }
  return pairs
}

function placesOf({ path, root }: FinishedPage): Place[] {
  const title = root.querySelector('h1')?.text.trim() ?? path
  return root.querySelectorAll('[data-figure]').map((figure) => {
    const cell = figure.closest('.cell')?.getAttribute('id')
    return { path, figure, title, anchor: cell ?? figure.getAttribute('id') ?? '' }
  })
}

function firstByFigure(places: readonly Place[]): Map<string, Place> {
  const first = new Map<string, Place>()
  for (const place of places) {
    const id = place.figure.getAttribute('data-figure') ?? ''
    if (!first.has(id)) first.set(id, place)
  }
  return first
}
