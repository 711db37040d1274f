import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { labArguments } from '../../src/notebook/openLab.ts'
import { venvProgram } from '../../src/support/venvProgram.ts'
import { findChromium } from '../site/chromium.ts'

const program = findChromium()
const python = venvProgram('python')

/** Whether there is a JupyterLab, and a Chromium to open it with. */
export const canOpenLab = program !== null && existsSync(python)

/** A page whose charts freeze it answers nothing for minutes. */
const ANSWER_MS = 10_000

export type Theme = 'dark' | 'light'

/** A notebook in a page, and the errors that the page has met so far. */
export interface Opened {
  readonly page: Page
  readonly errors: readonly string[]
}

/** The JupyterLab that `cantus lab` starts, on a folder of the test, and a Chromium. */
export interface OpenedLab {
  /** Opens a notebook below `notebooks/`, whole, in a window of this theme and width. */
  open(name: string, window: { readonly theme: Theme; readonly width: number; readonly cells: number }): Promise<Opened>
  /** Closes the page and ends its kernel, which would outlive it. */
  close(page: Page): Promise<void>
  end(): Promise<void>
}

/**
 * Starts a server on `root`, whose notebooks lie in `notebooks/`.
 * @param environment what its kernels get beside this process's own environment.
 */
export async function openLab(root: string, environment: Readonly<Record<string, string>> = {}): Promise<OpenedLab> {
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const args = labArguments({ port, browser: false }, process.getuid?.() === 0)
  const server = spawn(python, [...args.filter((each) => !each.includes('root_dir')), ...ofTheTest(root)], {
    stdio: 'ignore',
    env: { ...process.env, ...environment },
  })
  const [browser] = await Promise.all([launch(), untilItAnswers(address)])
  return {
    async open(name, { theme, width, cells }) {
      await setTheme(root, theme)
      const page = await browser.newPage({ viewport: { width, height: 900 } })
      const errors: string[] = []
      page.on('pageerror', ({ message }) => errors.push(message))
      await page.goto(`${address}/lab/tree/notebooks/${name}?reset`)
      const isWhole = `window.jupyterapp !== undefined && ${NOTEBOOK}?.widgets?.length === ${cells}`
      if (!(await until(page, isWhole))) throw new Error(`JupyterLab did not open ${name} with ${cells} cells`)
      const isThemed = `document.body.dataset.jpThemeLight === '${theme === 'light'}'`
      if (!(await until(page, isThemed))) throw new Error(`JupyterLab did not take the theme ${theme}`)
      return { page, errors }
    },
    async close(page) {
      await page.close()
      const kernels = (await (await fetch(`${address}/api/kernels`)).json()) as { id: string }[]
      await Promise.all(kernels.map(({ id }) => fetch(`${address}/api/kernels/${id}`, { method: 'DELETE' })))
    },
    async end() {
      await browser.close()
      if (server.exitCode !== null) return
      const ended = once(server, 'close')
      server.kill('SIGTERM')
      await ended
    },
  }
}

async function launch(): Promise<Browser> {
  if (program === null) throw new Error('there is no Chromium')
  return chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
}

/** JupyterLab reads this file when a page opens. */
async function setTheme(root: string, theme: Theme): Promise<void> {
  const folder = join(root, 'settings', '@jupyterlab', 'apputils-extension')
  await mkdir(folder, { recursive: true })
  const name = theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light'
  await writeFile(join(folder, 'themes.jupyterlab-settings'), JSON.stringify({ theme: name, 'adaptive-theme': false }))
}

const ofTheTest = (root: string): string[] => [
  `--ServerApp.root_dir=${root}`,
  '--ServerApp.ip=127.0.0.1',
  '--IdentityProvider.token=',
  `--LabApp.workspaces_dir=${join(root, 'workspaces')}`,
  `--LabApp.user_settings_dir=${join(root, 'settings')}`,
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

async function untilItAnswers(address: string): Promise<void> {
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

/** What the page answers, or an error where it does not. */
export async function answer<T>(page: Page, question: string, milliseconds = ANSWER_MS): Promise<T> {
  const late = new Promise<never>((_, fail) =>
    setTimeout(() => fail(new Error(`the page did not answer: ${question.slice(0, 80)}`)), milliseconds).unref(),
  )
  return Promise.race([page.evaluate<T>(question), late])
}

/** Asks until the answer is yes; false where it stays no for `seconds`. */
export async function until(page: Page, question: string, seconds = 10): Promise<boolean> {
  for (let tries = 0; tries < seconds * 10; tries++) {
    if (await answer<boolean>(page, question)) return true
    await new Promise((done) => setTimeout(done, 100))
  }
  return false
}

/** The notebook in sight, in the page. */
export const NOTEBOOK = 'jupyterapp.shell.currentWidget?.content'
