import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const { dependencies, devDependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}
const declared = { ...dependencies, ...devDependencies }

/** Names of packages that a page or style imports, without the path inside them. */
function packagesOf(text: string): string[] {
  const imports = text.matchAll(
    /^\s*(?:import\s(?:[^'";]*?\sfrom\s+)?|export\s[^'";]*?\sfrom\s+|@import\s+)['"]([^'"]+)['"]/gm,
  )
  return [...imports]
    .map(([, path]) => path!)
    .filter((path) => !/^(\.|\/|#|node:|astro:|https?:)/.test(path))
    .map((path) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'))
}

// ESLint sees to the scripts (import-x/no-extraneous-dependencies); it reads no pages.
describe('the pages of the site and of the report', () => {
  it('import only packages that package.json declares', () => {
    const files = ['site/src', 'report'].flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(astro|mdx|css)$/.test(name))
        .map((name) => join(folder, name)),
    )
    const imported = files.flatMap((file) =>
      packagesOf(readFileSync(join(projectRoot, file), 'utf8')).map((name) => ({ file, name })),
    )
    expect(imported.map(({ name }) => name)).toContain('katex')
    expect(imported.filter(({ name }) => !Object.hasOwn(declared, name))).toEqual([])
  })
})
