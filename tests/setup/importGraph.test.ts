import { readdir, readFile } from 'node:fs/promises'
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

it('keeps src/cli to commands: what they do and print lies in other rooms', async () => {
  const folder = join(projectRoot, 'src/cli')
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  expect(texts.reduce((lines, text) => lines + text.split('\n').length - 1, 0)).toBeLessThanOrEqual(2000)
})
