/**
 * How long readers of the notebooks wait: each notebook read in published mode, its import cell, and an executed copy opened in
 * JupyterLab. npm run bench notebooks [-- --smoke]   (--smoke: also all of them in one go with trainings at smoke scale)
 * Keep the machine quiet. Needs `.venv` and, for JupyterLab, a Chromium.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { findChromium } from '../site/build/chromium.ts'
import type * as Requests from '../src/notebook/notebookRequest.ts'
import type * as Labs from '../src/notebook/openLab.ts'
import type * as Runs from '../src/notebook/runNotebooks.ts'
import type { Effects } from '../src/support/effects.ts'
import type * as Roots from '../src/support/projectRoot.ts'
import type * as CliEffects from '../src/support/terminal/cliEffects.ts'

/** Seconds that notebook 0, each other one, the import cell, an opened copy and an answer may take; and all of them at smoke scale. */
const AIMS = { first: 20, other: 30, imports: 3, opened: 1, answer: 1, smoke: 240 } as const
const PORT = 42_810

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { NOTEBOOKS } = (await compiled('notebook/notebookRequest.js')) as typeof Requests
const { labArguments } = (await compiled('notebook/openLab.js')) as typeof Labs
const { runNotebooks, executedFolder } = (await compiled('notebook/runNotebooks.js')) as typeof Runs
const { studyFolders } = (await compiled('support/projectRoot.js')) as typeof Roots
const { cliEffects } = (await compiled('support/terminal/cliEffects.js')) as typeof CliEffects

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = await mkdtemp(join(tmpdir(), 'cantus-bench-notebooks-'))
const verdict = (seconds: number, aim: number): string =>
  `${seconds.toFixed(1).padStart(5)} s (${aim} ${seconds <= aim ? 'met' : 'MISSED'})`

/** Effects that note when the kernel was ready and when its first cell ended, in seconds. */
function watching(): { readonly effects: Effects; readonly imports: () => number } {
  const times: number[] = []
  const quiet = cliEffects()
  const bar = { update: () => void times.push(performance.now() / 1000), stop: () => undefined }
  return {
    effects: { ...quiet, reporter: { ...quiet.reporter, line: () => undefined, bar: () => bar } },
    imports: () => (times[1] ?? NaN) - (times[0] ?? NaN),
  }
}

async function readEach(): Promise<void> {
  console.log('Each notebook in published mode      all of it             its import cell')
  for (const { name } of NOTEBOOKS) {
    const { effects, imports } = watching()
    const [{ seconds }] = (await runNotebooks({ scale: 'full', names: [name], out: scratch }, effects)) as [
      Runs.ExecutedNotebook,
    ]
    const aim = name.startsWith('0') ? AIMS.first : AIMS.other
    console.log(`  ${name.padEnd(32)} ${verdict(seconds, aim)}   ${verdict(imports(), AIMS.imports)}`)
  }
}

async function openEach(program: string): Promise<void> {
  await mkdir(join(scratch, 'notebooks'))
  const published = executedFolder(studyFolders({}, 'full'))
  for (const { name } of NOTEBOOKS)
    await copyFile(join(published, `${name}.ipynb`), join(scratch, 'notebooks', `${name}.ipynb`))
  const lab = startLab()
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  try {
    await untilItAnswers()
    const page = await browser.newPage({ viewport: { width: 1366, height: 900 } })
    await page.goto(`http://127.0.0.1:${PORT}/lab?reset`)
    await page.waitForFunction('window.jupyterapp !== undefined && window.jupyterapp.shell !== undefined')
    await page.waitForTimeout(3000) // JupyterLab's own beginning
    console.log('An executed copy in JupyterLab         until it is drawn     longest wait while scrolling')
    for (const { name } of NOTEBOOKS) {
      const { opened, longest } = await openAndScroll(page, name)
      console.log(`  ${name.padEnd(32)} ${verdict(opened, AIMS.opened)}   ${verdict(longest, AIMS.answer)}`)
    }
  } finally {
    await browser.close()
    const ended = once(lab, 'close')
    lab.kill('SIGTERM')
    await ended
  }
}

function startLab(): ChildProcess {
  const args = labArguments({ port: PORT, browser: false }, process.getuid?.() === 0).filter(
    (each) => !each.includes('root_dir'),
  )
  const own = ['--LabApp.expose_app_in_browser=True', '--ServerApp.ip=127.0.0.1', '--IdentityProvider.token=']
  const places = [`--ServerApp.root_dir=${scratch}`, `--LabApp.workspaces_dir=${join(scratch, 'workspaces')}`]
  return spawn(join(root, '.venv/bin/python'), [...args, ...own, ...places], { stdio: 'ignore' })
}

async function untilItAnswers(): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/api/status`).catch(() => null)
    if (answer?.ok) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error('JupyterLab did not answer within a minute')
}

/** Seconds from the command that opens the copy to the frame after its cells are there; and the longest between two frames while it is scrolled. */
const openAndScroll = (page: Page, name: string): Promise<{ readonly opened: number; readonly longest: number }> =>
  page.evaluate(`(async () => {
    const began = performance.now()
    const widget = await window.jupyterapp.commands.execute('docmanager:open', { path: 'notebooks/${name}.ipynb' })
    await widget.context.ready
    await widget.revealed
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    while (widget.content.widgets.length < widget.content.model.cells.length) await frame()
    await frame()
    await frame()
    const opened = (performance.now() - began) / 1000
    const panel = widget.content.outerNode ?? widget.content.node
    let [longest, before] = [0, performance.now()]
    for (let y = 0; y < panel.scrollHeight; y += panel.clientHeight) {
      panel.scrollTo(0, y)
      for (let n = 0; n < 6; n++) {
        await frame()
        const now = performance.now()
        longest = Math.max(longest, (now - before) / 1000)
        before = now
      }
    }
    await widget.context.sessionContext.shutdown().catch(() => undefined)
    widget.dispose()
    return { opened, longest }
  })()`)

async function smoke(): Promise<void> {
  const folders = { root: join(scratch, 'smoke'), data: join(root, 'data') }
  await mkdir(folders.root)
  const began = performance.now()
  await runNotebooks({ scale: 'smoke', train: true, folders }, cliEffects())
  console.log(`All of them at smoke scale  ${verdict((performance.now() - began) / 1000, AIMS.smoke)}`)
}

const program = findChromium()
try {
  await readEach()
  if (program === null) console.log('no Chromium: JupyterLab is left out')
  else await openEach(program)
  if (process.argv.includes('--smoke')) await smoke()
} finally {
  await rm(scratch, { recursive: true, force: true })
}
