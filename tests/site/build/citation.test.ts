import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseCitation } from '../../../site/build/citation.ts'
import { projectRoot } from '../../../src/support/projectRoot.ts'

describe('parseCitation', () => {
  it('reads the fields at the margin, not those of references, and every author', () => {
    const text =
      "title: 'It''s: a study'\nversion: 0.1.0\ndate-released: 2026-11-23\nauthors:\n  - name: A Group\n  - given-names: Ada\n    family-names: Byron\nreferences:\n  - type: generic\n    title: Another\n    authors:\n      - name: Nobody\n"
    expect(parseCitation(text)).toEqual({
      title: "It's: a study",
      version: '0.1.0',
      date: '2026-11-23',
      authors: ['A Group', 'Ada Byron'],
    })
  })

  it('leaves empty what is not there', () => {
    expect(parseCitation('cff-version: 1.2.0\n')).toEqual({ title: '', version: '', date: '', authors: [] })
  })

  it("reads the project's own", async () => {
    const { title, authors, date } = parseCitation(await readFile(join(projectRoot, 'CITATION.cff'), 'utf8'))
    expect(title).toContain('Cantus')
    expect(authors.length).toBeGreaterThan(0)
    expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  })
})
