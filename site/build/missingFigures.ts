import { commandOf } from '../src/lib/commandOf.ts'
import type { Figure } from '../src/lib/figures.ts'
import type { FinishedPage } from './siteLinks.ts'

/** The figures that the finished pages should show and do not, a sentence each. */
export function missingFigures(figures: readonly Figure[], pages: readonly FinishedPage[]): string[] {
  const shown = new Set(
    pages.flatMap(({ path, root }) => root.querySelectorAll('.figure-number').map(({ id }) => `${path}#${id}`)),
  )
  return figures
    .filter(({ id, page }) => !shown.has(`${page}#figure-${id}`))
    .map(
      ({ id, page, data }) =>
        `the report has no figure ${id} on the page ${page}: ${commandOf(data)} makes what it shows`,
    )
}
