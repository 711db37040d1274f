import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const config = (await import(pathToFileURL(join(projectRoot, 'eslint.config.js')).href)) as {
  table: [string, string[]][]
}

it('is written down in CONTRIBUTING as the linter enforces it', async () => {
  const text = await readFile(join(projectRoot, 'CONTRIBUTING.md'), 'utf8')
  for (const [room, others] of config.table)
    expect(text).toContain(`    ${room}: ${others.length > 0 ? others.join(' ') : '(none)'}\n`)
})
