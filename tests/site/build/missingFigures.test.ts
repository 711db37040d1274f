import { describe, expect, it } from 'vitest'
import { missingFigures } from '../../../site/build/missingFigures.ts'
import { parseHtml } from '../../../site/build/siteLinks.ts'
import { FIGURES, numbered } from '../../../site/src/lib/figures.ts'

const captions = (path: string, ...ids: readonly string[]) => ({
  path,
  root: parseHtml(ids.map((id) => `<b id="figure-${id}" class="figure-number">Figure.</b>`).join('')),
})
const { number: _, ...frontier } = numbered('duet-frontier')

describe('missingFigures', () => {
  it('finds nothing where each figure stands on its page', () => {
    const pages = [...new Set(FIGURES.map(({ page }) => page))].map((page) =>
      captions(page, ...FIGURES.flatMap((figure) => (figure.page === page ? [figure.id] : []))),
    )
    expect(missingFigures(FIGURES, pages)).toEqual([])
  })

  it('names a figure that its page lacks, and the command that makes what it shows', () => {
    const [missing, ...others] = missingFigures(
      [frontier],
      [captions('together/'), captions('music/', 'duet-frontier')],
    )
    expect(missing).toBe(
      'the report has no figure duet-frontier on the page together/: npm run bench duet makes what it shows',
    )
    expect(others).toEqual([])
  })
})
