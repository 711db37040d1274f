import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOTEBOOKS } from '../../src/notebook/notebookRequest.ts'
import { labArguments } from '../../src/notebook/openLab.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { often } from './often.ts'
import { findChromium } from '../site/chromium.ts'

/** The executed copies in the JupyterLab that `cantus lab` starts: one server and one Chromium for all. */
const program = findChromium()
const python = join(projectRoot, '.venv', 'bin', 'python')
const canOpen = program !== null && existsSync(python)
if (!canOpen) console.warn('SKIPPED: notebooks in a real JupyterLab (needs .venv and Chromium)')

/** A page whose charts freeze it answers nothing for minutes. */
const ANSWER_MS = 10_000
const published = join(projectRoot, 'report', 'notebooks')
const names = (await readdir(published)).filter((name) => name.endsWith('.ipynb')).sort()

let scratch = ''
let server: ChildProcess | undefined
let browser: Browser | undefined
let address = ''

beforeAll(async () => {
  if (!canOpen) return
  scratch = await mkdtemp(join(tmpdir(), 'cantus-lab-'))
  await setTheme('dark')
  // Copies: a person's JupyterLab saves what it opens.
  await mkdir(join(scratch, 'notebooks'))
  await Promise.all(names.map((name) => copyFile(join(published, name), join(scratch, 'notebooks', name))))
  const port = await freePort()
  address = `http://127.0.0.1:${port}`
  const args = labArguments({ port, browser: false }, process.getuid?.() === 0)
  server = spawn(python, [...args.filter((each) => !each.includes('root_dir')), ...ofTheTest()], { stdio: 'ignore' })
  const [launched] = await Promise.all([
    chromium.launch({ executablePath: program, args: ['--no-sandbox'] }),
    untilItAnswers(),
  ])
  browser = launched
})
afterAll(async () => {
  await browser?.close()
  if (server?.exitCode === null) {
    const ended = once(server, 'close')
    server.kill('SIGTERM')
    await ended
  }
  if (scratch !== '') await rm(scratch, { recursive: true, force: true })
})

/** JupyterLab reads this file when a page opens. */
async function setTheme(theme: Theme): Promise<void> {
  const folder = join(scratch, 'settings', '@jupyterlab', 'apputils-extension')
  await mkdir(folder, { recursive: true })
  const name = theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light'
  await writeFile(join(folder, 'themes.jupyterlab-settings'), JSON.stringify({ theme: name, 'adaptive-theme': false }))
}

const ofTheTest = (): string[] => [
  `--ServerApp.root_dir=${scratch}`,
  '--ServerApp.ip=127.0.0.1',
  '--IdentityProvider.token=',
  `--LabApp.workspaces_dir=${join(scratch, 'workspaces')}`,
  `--LabApp.user_settings_dir=${join(scratch, 'settings')}`,
  // The test scrolls through JupyterLab's own interface: cells out of sight are not drawn.
  '--LabApp.expose_app_in_browser=True',
]

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

async function untilItAnswers(): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    try {
      if ((await fetch(`${address}/api/status`)).ok) return
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
    }
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error('JupyterLab did not answer within a minute')
}

/** A kernel starts with each notebook and would outlive its page. */
async function endKernels(): Promise<void> {
  const kernels = (await (await fetch(`${address}/api/kernels`)).json()) as { id: string }[]
  await Promise.all(kernels.map(({ id }) => fetch(`${address}/api/kernels/${id}`, { method: 'DELETE' })))
}

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

/** What the page answers, or an error where it does not. */
async function answer<T>(page: Page, question: string): Promise<T> {
  const late = new Promise<never>((_, fail) =>
    setTimeout(() => fail(new Error(`the page did not answer: ${question.slice(0, 80)}`)), ANSWER_MS).unref(),
  )
  return Promise.race([page.evaluate<T>(question), late])
}

async function until(page: Page, question: string): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    if (await answer<boolean>(page, question)) return true
    await new Promise((done) => setTimeout(done, 100))
  }
  return false
}

const NOTEBOOK = 'jupyterapp.shell.currentWidget?.content'

/** How many charts of the cell are drawn: each an SVG with marks. */
const drawnIn = (cell: number): string => `(() => {
  const { node } = ${NOTEBOOK}.widgets[${cell}]
  const svgs = [...node.querySelectorAll('.vega-embed svg.marks, .js-plotly-plot svg.main-svg:first-of-type')]
  return svgs.filter((svg) => svg.querySelector('path, text, rect') !== null && svg.clientWidth > 0).length
})()`

type Theme = 'dark' | 'light'
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

describe.skipIf(!canOpen)('an executed copy in JupyterLab', () => {
  it('is there for every notebook', () => expect(names).toEqual(NOTEBOOKS.map(({ name }) => `${name}.ipynb`)))

  it.each(opened)('$name answers, and draws every chart: $theme, $width px', async ({ name, theme, width }) => {
    await setTheme(theme)
    const { size, outputs, drawn } = await readNotebook(name)
    expect(outputs.filter(({ output_type: type }) => type === 'error')).toEqual([])
    expect(drawn.length).toBeGreaterThan(0)
    const page = await browser!.newPage({ viewport: { width, height: 900 } })
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    try {
      await page.goto(`${address}/lab/tree/notebooks/${name}?reset`)
      expect(await until(page, `window.jupyterapp !== undefined && ${NOTEBOOK}?.widgets?.length === ${size}`)).toBe(
        true,
      )
      expect(await until(page, `document.body.dataset.jpThemeLight === '${theme === 'light'}'`)).toBe(true)
      for (const { index, charts } of drawn) {
        await answer(page, `void ${NOTEBOOK}.scrollToItem(${index}, 'start')`)
        await until(page, `${drawnIn(index)} === ${charts}`)
        expect([index, await answer(page, drawnIn(index))]).toEqual([index, charts])
      }
      expect(await answer(page, `document.querySelectorAll('.jp-RenderedText[data-mime-type*="error"]').length`)).toBe(
        0,
      )
      expect(errors).toEqual([])
    } finally {
      await page.close()
      await endKernels()
    }
  })
})
