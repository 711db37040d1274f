import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const load = (path: string): Promise<unknown> => import(pathToFileURL(join(projectRoot, 'scripts', path)).href)
const { stripNotebook } = (await load('stripNotebook.mjs')) as { stripNotebook(text: string): string }
const { NOTEBOOK_FILTER } = (await load('setup/hooks.mjs')) as { NOTEBOOK_FILTER: { name: string; command: string } }

interface Cell {
  cell_type: string
  metadata: Record<string, unknown>
  execution_count?: number | null
  outputs?: unknown[]
}
interface Notebook {
  cells: Cell[]
  metadata: { language_info: Record<string, unknown> }
}

const NAME = 'notebooks/1-corpus.ipynb'
const names = (await readdir(join(projectRoot, 'notebooks'))).filter((name) => name.endsWith('.ipynb'))
const git = (folder: string, ...args: string[]) => spawnSync('git', args, { cwd: folder, encoding: 'utf8' })
const inGit = git(projectRoot, 'ls-files', '--error-unmatch', NAME).status === 0
/** As it is committed, whatever JupyterLab saved into the working tree since. */
const clean = async (): Promise<string> => stripNotebook(await readFile(join(projectRoot, NAME), 'utf8'))

/** What JupyterLab saves after a run: outputs, counts, times, the kernel's version. */
function run(text: string): string {
  const notebook = JSON.parse(text) as Notebook
  notebook.cells.forEach((cell, n) => {
    cell.metadata['trusted'] = true
    if (cell.cell_type !== 'code') return
    cell.execution_count = n
    cell.outputs = [{ name: 'stdout', output_type: 'stream', text: ['1,234 melodies\n'] }]
    cell.metadata['execution'] = { 'iopub.status.busy': '2026-01-01T00:00:00Z' }
  })
  notebook.metadata.language_info['version'] = '5.9.3'
  return `${JSON.stringify(notebook, null, 1)}\n`
}

describe('stripNotebook', () => {
  it.skipIf(!inGit).each(names)('%s is committed as the filter gives it', (name) => {
    const { stdout } = git(projectRoot, 'show', `:notebooks/${name}`)
    expect(stdout).not.toBe('')
    expect(stripNotebook(stdout)).toBe(stdout)
  })

  it('gives back what was committed after a run', async () => {
    const committed = await clean()
    expect(run(committed)).not.toBe(committed)
    expect(stripNotebook(run(committed))).toBe(committed)
  })

  it('keeps tags, attachments and text that is not a notebook', () => {
    const cell = { attachments: { 'a.png': {} }, cell_type: 'markdown', id: 'a', metadata: { tags: ['x'] }, source: [] }
    const stripped = JSON.parse(stripNotebook(JSON.stringify({ cells: [cell], metadata: {} }))) as Notebook
    expect(stripped.cells).toEqual([cell])
    for (const text of ['', '{"cells": [', '[1]', 'null', '{"cells":1}']) expect(stripNotebook(text)).toBe(text)
  })
})

describe('the filter in a git repository', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cantus-filter-'))
    for (const place of ['notebooks', 'scripts']) await mkdir(join(folder, place))
    for (const file of ['.gitattributes', 'scripts/stripNotebook.mjs'])
      await cp(join(projectRoot, file), join(folder, file))
    await writeFile(join(folder, NAME), await clean())
    git(folder, 'init', '-q')
    git(folder, 'config', 'user.name', 'test')
    git(folder, 'config', 'user.email', 'test@example.org')
    git(folder, 'add', '.')
    expect(git(folder, 'commit', '-qm', 'start').status).toBe(0)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const changes = (): string => git(folder, 'diff', '--stat').stdout

  it('sees no change in a notebook that was only run, and commits none', async () => {
    git(folder, 'config', NOTEBOOK_FILTER.name, NOTEBOOK_FILTER.command)
    await writeFile(join(folder, NAME), run(await clean()))
    expect(changes()).toBe('')
    git(folder, 'add', '.')
    expect(git(folder, 'status', '--porcelain').stdout).toBe('')
    expect(git(folder, 'show', `:${NAME}`).stdout).toBe(await clean())
  })

  it('sees a change of the text', async () => {
    git(folder, 'config', NOTEBOOK_FILTER.name, NOTEBOOK_FILTER.command)
    await writeFile(join(folder, NAME), run(await clean()).replace('The corpus', 'My corpus'))
    expect(changes()).toContain('1 insertion(+), 1 deletion(-)')
  })

  it('changes nothing where set-up was not run', async () => {
    await writeFile(join(folder, NAME), run(await clean()))
    expect(changes()).toContain('1-corpus.ipynb')
  })
})
