import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOTEBOOKS } from '../../src/notebook/notebookRequest.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { often } from './often.ts'
import { answer, canOpenLab, NOTEBOOK, openLab, type OpenedLab, type Theme, until } from './openLab.ts'

/** The executed copies in the JupyterLab that `cantus lab` starts: one server and one Chromium for all. */
if (!canOpenLab) console.warn('SKIPPED: notebooks in a real JupyterLab (needs .venv and Chromium)')

const published = join(projectRoot, 'report', 'notebooks')
const names = (await readdir(published)).filter((name) => name.endsWith('.ipynb')).sort()

let scratch = ''
let lab: OpenedLab | undefined

beforeAll(async () => {
  if (!canOpenLab) return
  scratch = await mkdtemp(join(tmpdir(), 'cantus-lab-'))
  // Copies: a person's JupyterLab saves what it opens.
  await mkdir(join(scratch, 'notebooks'))
  await Promise.all(names.map((name) => copyFile(join(published, name), join(scratch, 'notebooks', name))))
  lab = await openLab(scratch)
})
afterAll(async () => {
  await lab?.end()
  if (scratch !== '') await rm(scratch, { recursive: true, force: true })
})

interface Output {
  readonly output_type: string
  readonly data?: Readonly<Record<string, unknown>>
}

interface Cell {
  readonly index: number
  /** Outputs that JupyterLab draws itself, from a specification. */
  readonly charts: number
}

async function readNotebook(name: string): Promise<{ size: number; outputs: Output[]; drawn: Cell[] }> {
  const { cells } = JSON.parse(await readFile(join(published, name), 'utf8')) as { cells: { outputs?: Output[] }[] }
  const isChart = ({ data = {} }: Output): boolean => Object.keys(data).some((mime) => /vega|plotly/.test(mime))
  const charts = cells.map(({ outputs = [] }, index) => ({ index, charts: outputs.filter(isChart).length }))
  return {
    size: cells.length,
    outputs: cells.flatMap(({ outputs = [] }) => outputs),
    drawn: charts.filter((cell) => cell.charts > 0),
  }
}

/** How many charts of the cell are drawn: each an SVG with marks. */
const drawnIn = (cell: number): string => `(() => {
  const { node } = ${NOTEBOOK}.widgets[${cell}]
  const svgs = [...node.querySelectorAll('.vega-embed svg.marks, .js-plotly-plot svg.main-svg:first-of-type')]
  return svgs.filter((svg) => svg.querySelector('path, text, rect') !== null && svg.clientWidth > 0).length
})()`

/** Pixels that a chart may take. */
const WIDEST = 900
const widestIn = (cell: number): string =>
  `Math.max(0, ...[...${NOTEBOOK}.widgets[${cell}].node.querySelectorAll('svg.marks, svg.main-svg')].map((svg) => svg.clientWidth))`

/** Once in every run; both themes and a small screen in `npm run test:slow`. */
const screens: readonly (readonly [theme: Theme, width: number])[] = often(
  [['dark', 1366]],
  [
    ['dark', 1366],
    ['light', 1366],
    ['dark', 900],
    ['light', 900],
  ],
)
const opened = screens.flatMap(([theme, width]) => names.map((name) => ({ name, theme, width })))

describe.skipIf(!canOpenLab)('an executed copy in JupyterLab', () => {
  it('is there for every notebook', () => expect(names).toEqual(NOTEBOOKS.map(({ name }) => `${name}.ipynb`)))

  it.each(opened)('$name answers, and draws every chart: $theme, $width px', async ({ name, theme, width }) => {
    const { size, outputs, drawn } = await readNotebook(name)
    expect(outputs.filter(({ output_type: type }) => type === 'error')).toEqual([])
    expect(drawn.length).toBeGreaterThan(0)
    const { page, errors } = await lab!.open(name, { theme, width, cells: size })
    try {
      for (const { index, charts } of drawn) {
        await answer(page, `void ${NOTEBOOK}.scrollToItem(${index}, 'start')`)
        await until(page, `${drawnIn(index)} === ${charts}`)
        expect([index, await answer(page, drawnIn(index))]).toEqual([index, charts])
        expect(await answer(page, widestIn(index))).toBeLessThanOrEqual(WIDEST)
      }
      expect(await answer(page, `document.querySelectorAll('.jp-RenderedText[data-mime-type*="error"]').length`)).toBe(
        0,
      )
      expect(await answer(page, 'document.documentElement.scrollWidth - innerWidth')).toBe(0)
      expect(errors).toEqual([])
    } finally {
      await lab!.close(page)
    }
  })
})
