import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { NOTEBOOKS } from '../../src/notebook/notebookRequest.ts'
import { answersOf, readNotebook } from './answersOf.ts'

// That they run: tests/e2e/answers.test.ts.
describe('your turn', () => {
  it('is in every notebook, with an answer that is folded and is code; twelve or more in all', async () => {
    const answers = await Promise.all(NOTEBOOKS.map(async ({ name }) => answersOf(await readNotebook(name))))
    answers.forEach((found, n) => expect(found.length, NOTEBOOKS[n]!.name).toBeGreaterThan(0))
    expect(answers.flat().length).toBeGreaterThanOrEqual(12)
    for (const code of answers.flat()) {
      const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true })
      expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([])
    }
  })
})
