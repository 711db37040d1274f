import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const dist = join(projectRoot, 'dist')

describe('types that a notebook may meet', () => {
  it('can be named: a cell that keeps a value of a type nobody exports does not compile', () => {
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.d.ts') && !name.startsWith('vendor'),
    )
    expect(files.length).toBeGreaterThan(200)
    // The compiler leaves a type without export in a declaration file only where an exported signature needs it.
    const unnamed = files.flatMap((name) =>
      [...readFileSync(join(dist, name), 'utf8').matchAll(/^(?:interface|type) \w+/gm)].map(([found]) => `${name}: ${found}`),
    )
    expect(unnamed).toEqual([])
  })
})
