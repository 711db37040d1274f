import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { NOTEBOOKS } from '../../src/notebook/notebookRequest.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** The answers that lie folded below the "Your turn" cells of a notebook. */
async function answersOf(name: string): Promise<string[]> {
  const path = join(projectRoot, 'notebooks', `${name}.ipynb`)
  const { cells } = JSON.parse(await readFile(path, 'utf8')) as { cells: { cell_type: string; source: string[] }[] }
  const prose = cells.filter(({ cell_type }) => cell_type === 'markdown').map(({ source }) => source.join(''))
  return prose
    .filter((text) => text.startsWith('### Your turn'))
    .flatMap((text) => [...text.matchAll(/<details>[^]*?```ts\n([^]*?)```[^]*?<\/details>/g)].map(([, code]) => code!))
}

describe('your turn', () => {
  it('is in every notebook, with an answer that is folded and is code', async () => {
    const answers = await Promise.all(NOTEBOOKS.map(({ name }) => answersOf(name)))
    answers.forEach((found, n) => expect(found.length, NOTEBOOKS[n]!.name).toBeGreaterThan(0))
    for (const code of answers.flat()) {
      const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true })
      expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([])
    }
  })
})
