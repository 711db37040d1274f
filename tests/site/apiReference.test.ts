import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { apiReference } from '../../site/build/apiReference.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** Names that a file exports from others, as programs see them. */
async function exportedNames(file: string): Promise<string[]> {
  const text = await readFile(join(projectRoot, 'src', file), 'utf8')
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) => list!.split(','))
  return lists.map((name) => name.replace(/^\s*type\s|.*\sas\s/g, '').trim()).filter((name) => name !== '')
}

it('documents every export of the package', async () => {
  const names = [...(await exportedNames('index.ts')), ...(await exportedNames('browser.ts'))]
  expect(names.length).toBeGreaterThan(50)
  const headings = [...(await apiReference()).replaceAll('\\_', '_').matchAll(/^### (\w+)/gm)].map(([, name]) => name)
  expect(names.filter((name) => !headings.includes(name))).toEqual([])
})
