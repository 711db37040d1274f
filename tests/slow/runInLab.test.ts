import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { NOTEBOOKS, type NotebookRequest, requestEnvironment } from '../../src/notebook/notebookRequest.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { answer, canOpenLab, NOTEBOOK, openLab, type OpenedLab, until } from '../e2e/openLab.ts'
import { readNotebook } from '../notebooks/answersOf.ts'

if (!canOpenLab) console.warn('SKIPPED: notebooks run in a real JupyterLab (needs .venv and Chromium)')

const CELL_SECONDS = 900
/** The page draws a curve twice a second while its kernel takes the processor. */
const BUSY_MS = 60_000
const STEPS = 200
/** Rows of the log, one per five steps, after which the kernel is restarted: checkpoints are written, most steps are still to come. */
const RESTART_AT = 12

let folder = ''
let lab: OpenedLab | undefined

beforeAll(async () => {
  // Inside the checkout: cells import `cantus` from there.
  folder = await mkdtemp(join(projectRoot, 'data', 'lab-'))
  await mkdir(join(folder, 'notebooks'))
  for (const { name } of NOTEBOOKS)
    await copyFile(join(projectRoot, 'notebooks', `${name}.ipynb`), join(folder, 'notebooks', `${name}.ipynb`))
  const synth = join(projectRoot, 'tests', 'goldens', 'data', 'midi', 'synth')
  await cp(synth, join(folder, 'corpus'), { recursive: true })
  await mkdir(join(folder, 'style'))
  const files = (await readdir(synth)).filter((name) => name.endsWith('.mid')).sort()
  for (const name of files.slice(0, 8)) await copyFile(join(synth, name), join(folder, 'style', name))
})
afterEach(async () => {
  await lab?.end()
  lab = undefined
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A JupyterLab whose cells train on a few files of their own. */
async function trainingLab(place: string, asked: Pick<NotebookRequest, 'steps' | 'settings'>): Promise<OpenedLab> {
  const music = { corpus: [join(folder, 'corpus')], style: [join(folder, 'style')] }
  return openLab(folder, {
    ...requestEnvironment({ scale: 'quick', train: true, ...music, ...asked }),
    CANTUS_OUT: join(folder, place, 'out'),
    CANTUS_DATA: join(folder, place, 'data'),
  })
}

const IDLE = `jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'`

async function runAll(page: Page): Promise<void> {
  expect(await until(page, IDLE, 120)).toBe(true)
  await answer(page, `void jupyterapp.commands.execute('notebook:run-all-cells')`)
}

const CODE = `${NOTEBOOK}.widgets.filter(({ model }) => model.type === 'code' && model.sharedModel.source.trim() !== '')`
const OUTPUTS = `${CODE}.flatMap(({ model }, n) => model.outputs.toJSON().map((output) => ({ n, ...output })))`

/** Waits until every cell has run, in order, the first as the kernel's n-th. */
async function untilAllRan(page: Page, first: number): Promise<void> {
  const counts = `${CODE}.every(({ model }, n) => model.executionCount === n + ${first})`
  const allRan = await until(page, `${IDLE} && ${counts}`, CELL_SECONDS)
  // A cell that fails says so in words, and those after it do not run.
  const failed = `${OUTPUTS}.filter(({ output_type, name }) => output_type === 'error' || name === 'stderr')`
  expect(await answer(page, failed)).toEqual([])
  expect([allRan, await answer(page, `${CODE}.map(({ model }) => model.executionCount)`)]).toEqual([
    true,
    await answer(page, `${CODE}.map((_, n) => n + ${first})`),
  ])
}

describe.skipIf(!canOpenLab)('Run All in JupyterLab at quick scale', () => {
  it.each(NOTEBOOKS)('$name, and once more in the same kernel', async ({ name }) => {
    lab = await trainingLab('all', { steps: 40 })
    const { cells } = await readNotebook(name)
    const { page, errors } = await lab.open(`${name}.ipynb`, { theme: 'light', width: 1366, cells: cells.length })
    await runAll(page)
    await untilAllRan(page, 1)
    const ran = await answer<number>(page, `${CODE}.length`)
    await runAll(page)
    await untilAllRan(page, ran + 1)
    expect(errors).toEqual([])
    await lab.close(page)
  })
})

/** Rows of the training's log. */
async function loggedRows(place: string): Promise<number> {
  const files = await readdir(join(folder, place, 'data', 'runs'), { recursive: true }).catch(() => [])
  const log = files.find((file) => file.endsWith('metrics.jsonl') && file.startsWith('1'))
  return log === undefined ? 0 : (await readFile(join(folder, place, 'data', 'runs', log), 'utf8')).split('\n').length
}

describe.skipIf(!canOpenLab)('a kernel that is restarted in the middle of a training', () => {
  it('runs all cells, and the training resumes from its checkpoint', async () => {
    const often = { logEvery: 5, checkpointEvery: 20, evaluateEvery: 100 }
    const settings = { model: { layerSizes: [32, 32] }, training: often }
    lab = await trainingLab('restarted', { steps: STEPS, settings })
    const { cells } = await readNotebook('2-iteration-1')
    const { page } = await lab.open('2-iteration-1.ipynb', { theme: 'dark', width: 900, cells: cells.length })
    await runAll(page)
    await expect.poll(() => loggedRows('restarted'), { timeout: 600_000 }).toBeGreaterThan(RESTART_AT)
    expect(await loggedRows('restarted')).toBeLessThan(STEPS / 5)
    await answer(page, `void jupyterapp.commands.execute('notebook:restart-run-all')`, BUSY_MS)
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm Kernel Restart' }).click()
    await untilAllRan(page, 1)
    const said = JSON.stringify(await answer(page, OUTPUTS))
    expect(said).toMatch(new RegExp(`resuming from step [1-9]\\d+ of ${STEPS}`))
    await lab.close(page)
  })
})

describe.skipIf(!canOpenLab)('the kernel, asked about a function of the package', () => {
  it('shows its doc comment, and completes its name', async () => {
    lab = await trainingLab('asked', {})
    const name = '0-one-melody'
    const { cells } = await readNotebook(name)
    const { page } = await lab.open(`${name}.ipynb`, { theme: 'light', width: 1366, cells: cells.length })
    expect(await until(page, IDLE, 120)).toBe(true)
    const kernel = `jupyterapp.shell.currentWidget.sessionContext.session.kernel`
    const code = "import { readMidi } from 'cantus'\nreadMidi"
    const about = (what: string): Promise<{ content: { status: string } }> => answer(page, `${kernel}.${what}`, BUSY_MS)
    const asked = JSON.stringify({ code, cursor_pos: code.length, detail_level: 0 })
    const shown = await about(`requestInspect(${asked})`)
    expect(JSON.stringify(shown.content)).toMatch(/readMidi\(.*Reads a/s)
    const begun = JSON.stringify({ code: code.slice(0, -2), cursor_pos: code.length - 2 })
    expect(JSON.stringify((await about(`requestComplete(${begun})`)).content)).toContain('"readMidi"')
    await lab.close(page)
  })
})
