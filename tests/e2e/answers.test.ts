import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOTEBOOKS } from '../../src/notebook/notebookRequest.ts'
import { runNotebooks } from '../../src/notebook/runNotebooks.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { silentReporter } from '../../src/support/progress.ts'
import { answersOf, readNotebook } from '../notebooks/answersOf.ts'
import { often } from './often.ts'

const hasKernel = existsSync(join(projectRoot, '.venv', 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json'))
if (!hasKernel)
  console.warn('SKIPPED: answers of the notebooks, for .venv has no tslab kernel (npm run setup makes it)')

let folder = ''
// Inside the checkout: cells import `cantus` from there.
beforeAll(async () => void (folder = await mkdtemp(join(projectRoot, 'data', 'answers-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Executed {
  readonly cells: { readonly id: string; readonly outputs?: { readonly output_type: string }[] }[]
}

/** Executes a notebook with its answers as further cells at its end. */
async function runWithAnswers(name: string): Promise<Executed> {
  const notebook = await readNotebook(name)
  const answers = answersOf(notebook).map((code, n) => {
    return { cell_type: 'code', id: `answer-${n}`, metadata: {}, execution_count: null, outputs: [], source: [code] }
  })
  await writeFile(
    join(folder, `${name}.ipynb`),
    JSON.stringify({ ...notebook, cells: [...notebook.cells, ...answers] }),
  )
  const effects = { reporter: silentReporter, signal: new AbortController().signal, now: Date.now }
  const options = { scale: 'full', names: [name], source: folder, out: join(folder, 'out'), cellSeconds: 600 } as const
  const [executed] = await runNotebooks(options, effects)
  return JSON.parse(await readFile(executed!.path, 'utf8')) as Executed
}

// The others in `npm run test:slow`.
describe.skipIf(!hasKernel)('the answers of a notebook', () => {
  it.each(
    often(
      ['0-one-melody'],
      NOTEBOOKS.map(({ name }) => name),
    ),
  )('%s run after it and show something', async (name) => {
    const { cells } = await runWithAnswers(name)
    const answers = cells.filter(({ id }) => id.startsWith('answer-'))
    expect(answers.length).toBeGreaterThan(0)
    for (const { id, outputs = [] } of answers) {
      expect(outputs.length, id).toBeGreaterThan(0)
      expect(outputs.filter(({ output_type }) => output_type === 'error')).toEqual([])
    }
  })
})
