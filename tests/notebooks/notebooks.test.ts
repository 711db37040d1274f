import { readdir, readFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { labArguments } from '../../src/notebook/openLab.ts'
import { NOTEBOOKS, notebookRequest, requestEnvironment } from '../../src/notebook/notebookRequest.ts'
import { describeFailure } from '../../src/notebook/runNotebooks.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

interface Notebook {
  readonly metadata: { readonly kernelspec: { readonly name: string } }
  readonly cells: {
    readonly id: string
    readonly cell_type: string
    readonly source: string[]
  }[]
}
const folder = join(projectRoot, 'notebooks')
const read = async (name: string): Promise<Notebook> =>
  JSON.parse(await readFile(join(folder, `${name}.ipynb`), 'utf8')) as Notebook

describe('the notebooks', () => {
  // That they are committed without outputs: tests/scripts/stripNotebook.test.ts.
  it('are these', async () => {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.ipynb')).sort()
    expect(files).toEqual(NOTEBOOKS.map(({ name }) => `${name}.ipynb`))
  })

  for (const { name } of NOTEBOOKS) {
    it(`${name} has short cells`, async () => {
      const { metadata, cells } = await read(name)
      expect(metadata.kernelspec.name).toBe('tslab')
      expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length)
      for (const { id, cell_type, source } of cells) {
        if (cell_type !== 'code') continue
        expect(source.length, `lines of ${id}`).toBeLessThanOrEqual(20)
        expect(Math.max(...source.map((line) => line.trimEnd().length)), `width of ${id}`).toBeLessThanOrEqual(115)
      }
    })

    it(`${name} types no figure into its prose`, async () => {
      const { cells } = await read(name)
      const words = cells.filter(({ cell_type }) => cell_type === 'markdown').map(({ source }) => source.join(''))
      // Answers are code.
      const prose = words.flatMap((text) => text.replaceAll(/^```[^]*?^```$/gm, '').split('\n'))
      // Iterations have numbers for names, and so have the notebooks.
      const rest = prose.map((line) => line.replaceAll(/\[.*?\]\(.*?\)|^# \d ·|[Ii]teration \d(\.\d)?|`.*?`/g, ''))
      expect(rest.filter((line) => /\d/.test(line))).toEqual([])
    })
  }
})

describe('notebook 0', () => {
  it('has at most 80 lines of code', async () => {
    const { cells } = await read('0-one-melody')
    const lines = cells.filter(({ cell_type }) => cell_type === 'code').flatMap(({ source }) => source)
    expect(lines.filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(80)
  })
})

describe('each notebook', () => {
  it.each(NOTEBOOKS)('$name says its question first, imports in three lines, and ends with links and what comes next', async ({ name }) => {
    const { cells } = await read(name)
    const [title, imports, mode] = cells.map(({ source }) => source.join(''))
    expect(title).toMatch(/^# \d · [^]*\*\*[^*]+\?/)
    expect(imports!.split('\n').filter((line) => line.startsWith('import '))).toHaveLength(imports!.split('\n').length)
    expect(imports!.split('\n').length).toBeLessThanOrEqual(3)
    expect(mode).toContain('openNotebook(tslab')
    const [close, sources] = cells.slice(-2).map(({ source }) => source.join(''))
    expect(close).toMatch(/(?:Next|Back to the start): \[\d · [^\]]+\]\(\d-[\w.-]+\.ipynb\)/)
    expect(sources).toBe(`await show.sources('${name}')`)
  })

  it.each(NOTEBOOKS)('$name asks the reader to guess before a result', async ({ name }) => {
    const { cells } = await read(name)
    expect(cells.some(({ source }) => source.join('').includes('*Guess first:*'))).toBe(true)
  })
})

describe('notebookRequest', () => {
  it('reads the published study where nothing is said', () => {
    expect(notebookRequest({})).toEqual({ scale: 'full', train: false, corpus: [], style: [] })
  })

  it('comes back from the environment as it went in, folders absolute', () => {
    const request = { scale: 'smoke', train: true, corpus: ['a', '/b'], style: [], seed: 7 } as const
    expect(notebookRequest(requestEnvironment(request))).toEqual({ ...request, corpus: [resolve('a'), resolve('/b')] })
    expect(requestEnvironment(request)['CANTUS_CORPUS']).toBe([resolve('a'), resolve('/b')].join(delimiter))
  })

  it('refuses invalid requests', () => {
    expect(() => notebookRequest({ CANTUS_SCALE: 'huge' })).toThrow('unknown CANTUS_SCALE huge: choose smoke, quick, full')
    expect(() => notebookRequest({ CANTUS_SEED: '1.5' })).toThrow('invalid CANTUS_SEED 1.5')
  })
})

describe('describeFailure', () => {
  it('keeps what a reader can use of a kernel message', () => {
    const message = 'evalmachine.<anonymous>:3\nthrow new Error("no")\n^\n\nError: no\n    at f (x.js:1:1)'
    const failure = { what: 'failed', message, cell: 2, id: 'a', firstLine: 'f()' }
    const text = describeFailure('1-corpus', failure, join(process.cwd(), 'copy.ipynb'))
    expect(text).toBe(
      'notebook 1-corpus, code cell 2 (`f()`) failed: throw new Error("no")\n    Error: no\n  Its outputs so far: copy.ipynb',
    )
  })
})

describe('labArguments', () => {
  it('allows root only to root, and a window only where wanted', () => {
    const quiet = labArguments({ port: 9000, browser: false }, true)
    expect(quiet).toEqual(expect.arrayContaining(['--port=9000', '--no-browser', '--allow-root']))
    const usual = labArguments({ port: 9000, browser: true }, false)
    expect(usual).not.toContain('--allow-root')
    expect(usual).not.toContain('--no-browser')
  })
})
